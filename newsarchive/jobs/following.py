"""What is kept becomes searchable while a job goes on."""

from __future__ import annotations

import threading
import time

from archive.store import Store
from index.engine import Engine
from newsarchive.jobs.indexing import try_catch_up

MANY_CHANGES = 400
CATCH_UP_SECONDS = 30.0
"""After so many changes, or so many seconds, a job makes searchable what it has found so far."""

_LOOK_SECONDS = 2.0

HURRY_SECONDS = 3.0
"""How long a crawl that was told to end goes on making searchable what it has found; the rest is for the next."""


class Indexing:
    """Catches the index up while a job goes on, in a thread: pages are read by other processes meanwhile."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine
        self._ends_at = float("inf")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._thread.start()

    def hurry(self) -> None:
        """Somebody waits for the end."""
        self._ends_at = time.monotonic() + HURRY_SECONDS

    def end(self) -> None:
        """Make searchable what was found last, and end."""
        self._ended.set()
        self._thread.join()
        self._catch_up()

    def _run(self) -> None:
        """Few large commits cost less than many small ones, whose segments are merged again."""
        done, done_at = self._store.last_sequence(), time.monotonic()
        while not self._ended.wait(_LOOK_SECONDS):
            last = self._store.last_sequence()
            if last - done >= MANY_CHANGES or (
                last > done and time.monotonic() - done_at >= CATCH_UP_SECONDS
            ):
                self._catch_up()
                done, done_at = last, time.monotonic()

    def _catch_up(self) -> None:
        try_catch_up(self._store, self._engine, stopped=lambda: time.monotonic() >= self._ends_at)
