"""Disks that refuse: one call of the system is answered otherwise, and all that asked for it has to cope."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CALLS = ("open", "write", "fsync", "ftruncate", "rename", "replace", "unlink")


class Killed(BaseException):
    """The process ended here."""


def kill() -> None:
    """As if the process were killed."""
    raise Killed


def no_room() -> None:
    """As a full disk answers."""
    raise OSError(errno.ENOSPC, "No space left on device")


def broken() -> None:
    """As a broken disk answers."""
    raise OSError(errno.EIO, "Input/output error")


class Faults:
    """Counts what this thread asks of the disk to change a file, and gives call number `at` another answer: instead of
    the call, or `after` it (after the half of what is to be written)."""

    def __init__(self, at: int, answer: Callable[[], None], *, after: bool = False) -> None:
        self.at, self.answer, self.after = at, answer, after
        self.calls = 0
        self._thread = threading.current_thread()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self._wrapped(name, getattr(os, name)))
            yield

    @property
    def happened(self) -> bool:
        """Whether there was a call of that number."""
        return self.calls > self.at

    def _wrapped(self, name: str, call: Any) -> Any:
        def run(*arguments: Any, **others: Any) -> Any:
            changes = name != "open" or arguments[1] & (os.O_WRONLY | os.O_RDWR)
            if not changes or threading.current_thread() is not self._thread:
                return call(*arguments, **others)
            now = self.calls == self.at
            self.calls += 1
            if now and self.after:
                if name == "write":
                    call(arguments[0], arguments[1][: len(arguments[1]) // 2])
                else:
                    call(*arguments, **others)
            if now:
                self.answer()
            return call(*arguments, **others)

        return run
