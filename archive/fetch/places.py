"""Room in memory for large responses: a few at a time, from their reading until nobody holds them any more.

Many hosts are asked at once; were each of them to send as much as is kept, it would be gigabytes.
"""

from __future__ import annotations

import ctypes
import queue
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from archive.model import Response

LARGE_BYTES = 1 << 20
"""From here on a response needs a place, by its bytes as sent or by those that are decoded."""
PLACES = 4

_LOOK_SECONDS = 0.2


_M_MMAP_THRESHOLD = -3
"""mallopt(3)."""


def give_memory_back() -> None:
    """Have large blocks go back to the system when they are freed, for this process.

    glibc learns from the first that is freed to keep such blocks, and each thread keeps its own: 32 threads that
    had read 20 MiB each held 840 MB, and 250 MB with this.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library, which does not keep them
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)


class Holding:
    """What is held as long as a place is: by a large response, and by what is made of it."""

    __slots__ = ("__weakref__",)


class LargeResponse(Response):
    """A response that holds a place as long as it lives."""

    __slots__ = ("holding",)

    holding: Holding


def lighter(response: Response) -> Response:
    """The response without its exact bytes. A large one goes on holding its place for its body."""
    light = replace(response, request_bytes=b"", response_bytes=b"", interim_bytes=b"")
    if isinstance(response, LargeResponse):
        object.__setattr__(light, "holding", response.holding)
    return light


class Places:
    """So many places. What waits in a SimpleQueue may be given back in the middle of anything, by the collector
    of garbage, too."""

    def __init__(self, count: int) -> None:
        self._free: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def take(self, check: Callable[[], object]) -> None:
        """Wait for a place. `check` is asked again and again and raises where there is no sense in waiting."""
        while True:
            check()
            try:
                return self._free.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue

    def give_back(self) -> None:
        """A place is free again."""
        self._free.put(None)


class Place:
    """The place of one exchange, which may come to need one."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._taken = False

    def need(self, check: Callable[[], object]) -> None:
        """Have a place from now on. `check` as for `Places.take`."""
        if not self._taken:
            self._places.take(check)
            self._taken = True

    def leave(self) -> None:
        """The exchange is over; what it holds must not be large any more, or `stay_with` it."""
        if self._taken:
            self._taken = False
            self._places.give_back()

    def stay_with(self, response: LargeResponse) -> None:
        """The place is free when the response, and what is made of it, is nobody's any more."""
        if self._taken:
            self._taken = False
            holding = Holding()
            object.__setattr__(response, "holding", holding)
            weakref.finalize(holding, self._places.give_back).atexit = False

    @property
    def taken(self) -> bool:
        """Whether the exchange turned out large."""
        return self._taken
