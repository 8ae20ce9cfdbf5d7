"""Whether the disk has room for what a crawl brings. Where it has not, nothing new is fetched until it has."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from archive.errors import DiskFull

LOOK_SECONDS = 1.0
"""How often one looks how much room there is."""

_SOONEST, _LATEST = 5.0, 300.0
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


class Room:
    """The room on the disks of some folders, of which `min_free` bytes are to stay free.

    Where something did not fit although that much was free (a quota, another disk), it is tried again after a few
    seconds, then after longer and longer. `why` says what is the matter, "" where there is room. Times are monotonic
    seconds.
    """

    def __init__(self, folders: Iterable[Path] = (), min_free: int = 0) -> None:
        self.why = ""
        self._folders = tuple(folders)
        self._min_free = min_free
        self._next_look = float("-inf")
        self._not_before = float("-inf")
        self._patience = _SOONEST

    def is_there(self, now: float) -> bool:
        """Whether there is room."""
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            if now >= self._not_before:
                self.why = self._shortage()
            if now >= self._not_before + _LATEST:
                self._patience = _SOONEST
        return not self.why

    def refused(self, error: DiskFull, now: float) -> None:
        """Something did not fit."""
        if now < self._not_before:
            return
        self.why = f"{error} The crawl goes on when there is room."
        self._not_before = now + self._patience
        self._patience = min(2 * self._patience, _LATEST)

    def _shortage(self) -> str:
        for folder in self._folders:
            free = shutil.disk_usage(_existing(folder)).free
            if free < self._min_free:
                return (
                    f"The disk of {folder} has {in_words(free)} free, and {in_words(self._min_free)} are to stay so "
                    "([archive] min_free). The crawl goes on when there is room."
                )
        return ""


def in_words(size: int) -> str:
    """A number of bytes for a person: 1.5 GiB."""
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.3g} {_UNITS[unit]}" if amount < 100 else f"{amount:.0f} {_UNITS[unit]}"


def _existing(folder: Path) -> Path:
    """The folder, or what is above it where it is not made yet."""
    return next((path for path in (folder, *folder.parents) if path.exists()), Path())
