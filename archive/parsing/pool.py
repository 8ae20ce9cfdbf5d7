"""The worker processes: a deadline and a bound on memory for every page."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from itertools import count
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from archive.parsing.pages import Page, Reading, read

DEADLINE_SECONDS = 10.0
MEMORY_BYTES = 256 << 20
"""What a worker may take for itself (RLIMIT_DATA): about 300 MB of resident memory with the libraries it shares."""

PAGES_PER_WORKER = 2000
"""After so many pages a worker is replaced, because memory that libraries lose would add up."""

_MODULES = ["archive.parsing.pages"]
_WORD = {
    "parse-timeout": "The page took longer than {0:.0f} seconds to read.",
    "parse-memory": "The page takes more memory to read than {0} MiB.",
    "parse-error": "The page holds something that its reader cannot cope with: {0}.",
    "parse-crash": "The reader of the page broke down: {0}.",
}

Outcome = Reading | Exception
Done = Callable[[Outcome], None]


class Unreadable(Exception):
    """A page that could not be read: `cause` is parse-timeout, parse-memory, parse-error or parse-crash, the text a
    sentence."""

    def __init__(self, cause: str, detail: object) -> None:
        super().__init__(_WORD[cause].format(detail))
        self.cause = cause


class Parsers:
    """Reads pages in `processes` (0: one for each processor), started with the first page.

    `deadline` is in seconds for one page, `memory` in bytes for one process. `reader` is what reads a page; a process
    must be able to import it.
    """

    def __init__(
        self,
        processes: int = 0,
        *,
        deadline: float = DEADLINE_SECONDS,
        memory: int = MEMORY_BYTES,
        reader: Callable[[Page], Reading] = read,
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._reader = reader
        self._deadline = deadline
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._waiting: dict[int, Done] = {}
        self._tickets = count()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Have the processes ready by the time that the first page is there."""
        threading.Thread(target=_active, args=(self._running(),), daemon=True).start()

    def submit(self, page: Page, done: Done) -> None:
        """Have a page read. `done` is called from another thread with the reading, or with the exception: Unreadable
        where the page is to blame, CancelledError where the pool was closed."""
        with self._lock:
            ticket = next(self._tickets)
            self._waiting[ticket] = done
        self._submit(page, ticket, last_try=False)

    def read(self, page: Page) -> Reading:
        """Read a page and wait for it. Unreadable where it cannot be."""
        finished = threading.Event()
        outcomes: list[Outcome] = []

        def done(outcome: Outcome) -> None:
            outcomes.append(outcome)
            finished.set()

        self.submit(page, done)
        finished.wait()
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]
        return outcomes[0]

    def close(self) -> None:
        """End the processes, whatever they are reading."""
        with self._lock:
            pool, self._pool = self._pool, None
            waiting = tuple(self._waiting)
        for ticket in waiting:
            self._tell(ticket, CancelledError("The reading was ended."))
        if pool is not None:
            _end(pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, page: Page, ticket: int, *, last_try: bool) -> None:
        pool = self._running()
        future = pool.schedule(self._reader, args=(page,), timeout=self._deadline)

        def finished(future: Future[Reading]) -> None:
            try:
                outcome: Outcome = future.result()
            except BrokenProcessPool as error:
                # A worker that ends before it has taken its page takes the others down with it.
                self._drop(pool)
                if not last_try:
                    self._submit(page, ticket, last_try=True)
                    return
                outcome = Unreadable("parse-crash", error)
            except (Exception, CancelledError) as error:  # noqa: BLE001  (handed on as the outcome)
                outcome = self._told(error)
            self._tell(ticket, outcome)

        future.add_done_callback(finished)

    def _tell(self, ticket: int, outcome: Outcome) -> None:
        """Once, whatever comes first: the reading or the end of the pool."""
        with self._lock:
            done = self._waiting.pop(ticket, None)
        if done is not None:
            done(outcome)

    def _told(self, error: BaseException) -> Exception:
        if isinstance(error, TimeoutError):
            return Unreadable("parse-timeout", self._deadline)
        if isinstance(error, MemoryError):
            return Unreadable("parse-memory", self._memory >> 20)
        if isinstance(error, ProcessExpired):
            return Unreadable("parse-crash", f"exit code {error.exitcode}")
        if isinstance(error, CancelledError):
            return error
        return Unreadable("parse-error", f"{type(error).__name__}: {error}")

    def _running(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self.processes,
                    max_tasks=PAGES_PER_WORKER,
                    initializer=_begin,
                    initargs=(self._memory,),
                    context=_context(),
                )
            return self._pool

    def _drop(self, pool: ProcessPool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        threading.Thread(
            target=_end, args=(pool,), daemon=True
        ).start()  # not here: this is a thread of the pool


def _context() -> multiprocessing.context.BaseContext:
    """Workers are forked from a clean process that has loaded the parsers already: a new one is there at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    return context


def _begin(memory: int) -> None:
    """First thing in a worker: its bound, and its end with the process that it reads for."""
    with contextlib.suppress(ValueError, OSError):  # where the system has no such bound, the deadline remains
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(0)


def _active(pool: ProcessPool) -> bool:
    """Whether a pool takes pages; asking starts it."""
    return bool(pool.active)


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()
