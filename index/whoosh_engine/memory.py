"""Memory that searches work in stays with the process; what writing took is given back."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache
from typing import Any

_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
"""mallopt(3)."""

_KEPT_BYTES = 16 << 20
_LARGE_BYTES = 8 << 20
"""More than any array over a segment takes, or over an index of a million articles."""


def keep_memory() -> None:
    """Have memory that is freed be used again, up to some megabytes a thread, for this process.

    glibc gives back what lies on top of a heap from 128 KiB on, and what a search took it gets from the system again
    page by page: phrases of common words were faulting 500 to 1,500 times, a third to a half of what they took.
    """
    with suppress(AttributeError):  # another C library
        _allocator().mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        _allocator().mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def give_back() -> None:
    """Give what is free on the heaps back to the system: some milliseconds, for after what took much. glibc by itself
    gives back no page that has anything in use above it."""
    with suppress(AttributeError):
        _allocator().malloc_trim(0)


@cache
def _allocator() -> Any:
    """What is linked into this process; nothing of the kind but on Linux."""
    return ctypes.CDLL(None) if sys.platform == "linux" else None
