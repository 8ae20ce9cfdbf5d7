"""The worker processes: a deadline and a bound on memory for every page."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from archive.errors import ArchiveError
from archive.parsing.pages import Page, Reading, read

log = logging.getLogger(__name__)

DEADLINE_SECONDS = 10.0
MEMORY_BYTES = 256 << 20
"""What a worker may take for itself (RLIMIT_DATA): about 300 MB of resident memory with the libraries it shares."""

PAGES_PER_WORKER = 2000
"""After so many pages a worker is replaced, because memory that libraries lose would add up."""

STALL_SECONDS = 60.0
"""So long after its deadline has a page gone astray: its worker was killed while it took it, or gave it back."""

MAX_BREAKS = 3
"""So many pools in a row that break before a page was read are not the fault of pages."""

_MAX_TRIES = 2
_LOOK_SECONDS = 0.5
_MAX_DETAIL = 300
_MODULES = ["archive.parsing.pages", "trafilatura"]
"""Loaded once, before workers are forked: the second would else be loaded by each, with its first page."""

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


class NoReaders(ArchiveError):
    """No page can be read, because the processes that read end as soon as they begin."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """What an exception of a reader says. An exception itself may be one that cannot be carried from one process to
    another, which would take all of them down."""

    cause: str
    detail: str


@dataclass(slots=True)
class _Waiting:
    """A page under way: whom to tell, in which pool it is, and how often its reading may have broken one."""

    page: Page
    done: Done
    pool: ProcessPool | None = None
    tries: int = 0


class Parsers:
    """Reads pages in `processes` (0: one for each processor), started with the first page.

    `deadline` is in seconds for one page, `memory` in bytes for one process. `reader` is what reads a page; a process
    must be able to import it. A page that has not come back `stall` seconds after its deadline is read again.
    """

    def __init__(
        self,
        processes: int = 0,
        *,
        deadline: float = DEADLINE_SECONDS,
        memory: int = MEMORY_BYTES,
        reader: Callable[[Page], Reading] = read,
        stall: float = STALL_SECONDS,
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._reader = reader
        self._deadline = deadline
        self._memory = memory
        self._stall = stall
        self._pool: ProcessPool | None = None
        self._waiting: dict[int, _Waiting] = {}
        self._tickets = count()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._heard_at = 0.0
        self._has_read = False
        self._breaks = 0

    def start(self) -> None:
        """Have the processes ready by the time that the first page is there."""
        threading.Thread(target=self._get_ready, name="readers-start", daemon=True).start()

    def submit(self, page: Page, done: Done) -> None:
        """Have a page read. `done` is called, mostly from another thread, with the reading, or with the exception:
        Unreadable where the page is to blame, NoReaders where no page can be read, CancelledError where the pool was
        closed."""
        with self._lock:
            if not self._waiting:
                self._heard_at = time.monotonic()
            ticket = next(self._tickets)
            self._waiting[ticket] = _Waiting(page, done)
        if self._closed.is_set():
            self._tell(ticket, CancelledError("The reading was ended."))
        else:
            self._schedule([ticket])

    def read(self, page: Page) -> Reading:
        """Read a page and wait for it. Errors as `submit` tells them."""
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
        """End the processes, whatever they are reading; for good."""
        self._closed.set()
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

    def _get_ready(self) -> None:
        if not self._closed.is_set():
            _is_active(self._running())

    def _schedule(self, tickets: list[int]) -> None:
        """Hand pages to the pool; where that breaks over it, to the next."""
        while tickets:
            pool = self._running()
            try:
                for ticket in tickets:
                    self._hand_to(pool, ticket)
            except RuntimeError as error:  # BrokenProcessPool is one
                tickets = self._broken(pool, error)
            else:
                return

    def _hand_to(self, pool: ProcessPool, ticket: int) -> None:
        with self._lock:
            waiting = self._waiting.get(ticket)
            if waiting is None:
                return
            waiting.pool = pool
        future = pool.schedule(_guarded, args=(self._reader, waiting.page), timeout=self._deadline)
        future.add_done_callback(partial(self._finished, pool, ticket))

    def _finished(self, pool: ProcessPool, ticket: int, future: Future[Reading | _Fault]) -> None:
        try:
            outcome = self._told(future.result())
        except BrokenProcessPool as error:
            self._schedule(self._broken(pool, error))
            return
        except (Exception, CancelledError) as error:  # noqa: BLE001  (handed on as the outcome)
            outcome = self._said(error)
        with self._lock:
            self._heard_at = time.monotonic()
            self._has_read, self._breaks = True, 0
        self._tell(ticket, outcome)

    def _broken(self, pool: ProcessPool, error: BaseException) -> list[int]:
        """A pool is of no more use; the tickets of the pages that another must read. Called once for each page that
        was in it; the first call takes care of all.

        A worker that ends before it has taken its page takes the others down with it, so that a pool may break over
        one page; those that were first in it are suspected, and given up the second time.
        """
        with self._lock:
            left = sorted(ticket for ticket, waiting in self._waiting.items() if waiting.pool is pool)
            suspected: list[int] = []
            if self._pool is pool:
                self._pool = None
                self._breaks += 1
                self._heard_at = time.monotonic()
                suspected = left[: self.processes] if self._has_read else []
                threading.Thread(target=_end, args=(pool,), daemon=True).start()  # this may be a thread of it
            for ticket in left:
                self._waiting[ticket].pool = None
                self._waiting[ticket].tries += ticket in suspected
            given_up = [ticket for ticket in left if self._waiting[ticket].tries >= _MAX_TRIES]
            hopeless = self._breaks >= MAX_BREAKS
        if left:
            log.warning("The readers of pages broke down (%s) and are started anew.", error)
        for ticket in left if hopeless else given_up:
            self._tell(ticket, _no_readers(error) if hopeless else Unreadable("parse-crash", error))
        return [] if hopeless else [ticket for ticket in left if ticket not in given_up]

    def _tell(self, ticket: int, outcome: Outcome) -> None:
        """Once, whatever comes first: the reading or the end of the pool."""
        with self._lock:
            waiting = self._waiting.pop(ticket, None)
        if waiting is None:
            return
        try:
            waiting.done(outcome)
        except Exception:
            log.exception("What was read of %s could not be handed over", waiting.page.url)

    def _told(self, outcome: Reading | _Fault) -> Outcome:
        if not isinstance(outcome, _Fault):
            return outcome
        detail = self._memory >> 20 if outcome.cause == "parse-memory" else outcome.detail
        return Unreadable(outcome.cause, detail)

    def _said(self, error: BaseException) -> Exception:
        if isinstance(error, TimeoutError):
            return Unreadable("parse-timeout", self._deadline)
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
                threading.Thread(
                    target=self._watch, args=(self._pool,), name="readers-watch", daemon=True
                ).start()
            return self._pool

    def _watch(self, pool: ProcessPool) -> None:
        """Notice a pool that broke without a word, or says none any more: a worker that is killed while it takes a
        page, by the system when memory is short, leaves the pages behind it in the pipe for ever."""
        while not self._closed.wait(_LOOK_SECONDS):
            with self._lock:
                if self._pool is not pool:
                    return
                silent = time.monotonic() - self._heard_at if self._waiting else 0.0
            if silent > self._deadline + self._stall or not _is_active(pool):
                why = "a page did not come back" if silent else "they ended"
                self._schedule(self._broken(pool, BrokenProcessPool(why)))
                return


def _no_readers(error: BaseException) -> NoReaders:
    return NoReaders(f"Pages cannot be read: the processes that read them end as they begin ({error}).")


def _context() -> multiprocessing.context.BaseContext:
    """Workers are forked from a clean process that has loaded the parsers already: a new one is there at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    return context


def _begin(memory: int) -> None:
    """First thing in a worker: its bound, its end at once when it is told so, and with the process that it reads
    for."""
    signal.signal(
        signal.SIGTERM, signal.SIG_DFL
    )  # what Python does about a signal waits for the parser to return
    with contextlib.suppress(ValueError, OSError):  # where the system has no such bound, the deadline remains
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(0)


def _guarded(reader: Callable[[Page], Reading], page: Page) -> Reading | _Fault:
    """In a worker: read a page; whatever its reader raises is told in words."""
    try:
        return reader(page)
    except MemoryError:
        return _Fault("parse-memory", "")
    except BaseException as error:  # noqa: BLE001  (the end of a reader is not that of its process)
        return _Fault("parse-error", f"{type(error).__name__}: {error}"[:_MAX_DETAIL])


def _is_active(pool: ProcessPool) -> bool:
    """Whether a pool takes pages; asking starts it."""
    try:
        return bool(pool.active)
    except RuntimeError:  # BrokenProcessPool is one
        return False


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()
