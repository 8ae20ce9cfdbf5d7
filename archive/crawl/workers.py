"""A few threads that fetch. Daemons, so that a hanging name server never keeps the program from ending."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Workers(Generic[Job, Result]):
    """Runs `work(job)` in at most `count` threads and tells `done(job, result)` in the thread that did it.

    An exception of `work` is a result like any other. Threads are started as they are needed.
    """

    def __init__(
        self, count: int, work: Callable[[Job], Result], done: Callable[[Job, Result | Exception], None]
    ) -> None:
        self.count = count
        self._work = work
        self._done = done
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._started = 0

    def submit(self, job: Job, *, busy: int) -> None:
        """Have a job done by the next free thread; `busy` is how many jobs are under way with it."""
        self._jobs.put(job)
        if busy > self._started and self._started < self.count:
            threading.Thread(target=self._run, name=f"fetch-{self._started}", daemon=True).start()
            self._started += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in range(self._started):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                result: Result | Exception = self._work(job)
            except Exception as error:  # noqa: BLE001  (handed on as the result, where it is told apart)
                result = error
            self._done(job, result)
            del job, result  # a large response holds its place as long as anybody holds it
