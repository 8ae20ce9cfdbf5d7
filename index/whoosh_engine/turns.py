"""Searches that take long take turns: a few go on at a time, the others wait, and whoever asks for something quick
waits for none of them."""

from __future__ import annotations

import math
import os
import time
from threading import BoundedSemaphore

QUICK = 0.04
"""Seconds of processor time, after as many of any kind, from which on a search takes long; nearly all take less than
a tenth of that."""

WAITING = 24
"""Searches that may wait for a place; who comes then is told that it took too long."""


class Turns:
    """So many `places` for searches that take long. Threads share it."""

    def __init__(self, places: int, waiting: int = WAITING) -> None:
        self._places = BoundedSemaphore(places)
        self._room = BoundedSemaphore(places + waiting)

    def take(self, seconds: float) -> bool:
        """Whether there is a place within so many seconds, and room to wait for it. It is to be given back."""
        if not self._room.acquire(blocking=False):
            return False
        if self._places.acquire(timeout=max(seconds, 0.0)):
            return True
        self._room.release()
        return False

    def give_back(self) -> None:
        """Let the next one go on."""
        self._places.release()
        self._room.release()


TURNS = Turns(max(1, (os.cpu_count() or 1) - 1))
"""Of this process. One processor is left to the quick ones."""


class Turn:
    """The turn of one search, in one thread: nothing while it is quick, then a place, until the end of its `with`.
    `asks_at` is the time (monotonic) from which it is to be asked whether it goes on."""

    def __init__(self, turns: Turns | None = None) -> None:
        self._turns = turns or TURNS
        self._held = False
        self._spent_before: float | None = None
        self.asks_at = math.inf

    def __enter__(self) -> Turn:
        self.asks_at = time.monotonic() + QUICK
        return self

    def __exit__(self, *_error: object) -> None:
        if self._held:
            self._turns.give_back()

    def goes_on(self, until: float) -> bool:
        """Whether it may, as it is quick or has a place; it waits for one until that time."""
        now = time.monotonic()
        if now < self.asks_at:
            return True
        spent = time.thread_time()  # not before, as it takes a microsecond
        if self._spent_before is None:
            self._spent_before = spent
        if (left := self._spent_before + QUICK - spent) > 0:
            self.asks_at = now + left
            return True
        self.asks_at = math.inf
        self._held = self._turns.take(until - now)
        return self._held


ALWAYS = Turn()
"""Of a search that waits for no other: it is asked for nothing."""
