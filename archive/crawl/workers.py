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
    """Runs `work(job)` in threads and hands the results back to the one thread that asks for them.

    An exception of `work` is a result like any other. `busy` counts the jobs that were given and not yet taken
    back, so that the caller bounds what waits in memory.
    """

    def __init__(self, count: int, work: Callable[[Job], Result]) -> None:
        self.count = count
        self.busy = 0
        self._work = work
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[Job, Result | Exception]] = queue.SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"fetch-{number}", daemon=True).start()

    def submit(self, job: Job) -> None:
        """Have a job done by the next free thread."""
        self.busy += 1
        self._jobs.put(job)

    def next_result(self, timeout: float) -> tuple[Job, Result | Exception] | None:
        """A finished job with its result, None where none is finished within `timeout` seconds."""
        try:
            result = self._results.get(timeout=timeout)
        except queue.Empty:
            return None
        self.busy -= 1
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in range(self.count):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                result: Result | Exception = self._work(job)
            except Exception as error:  # noqa: BLE001  (handed on as the result, where it is told apart)
                result = error
            self._results.put((job, result))
