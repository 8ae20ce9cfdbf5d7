"""Ending a crawl by a signal: soon, and without loss."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from newsarchive.console import err

END_SECONDS = 8.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Takes SIGINT and SIGTERM for the length of a `with` block. `asked` tells whether one came.

    The first signal asks the crawl to end: what was fetched is kept and indexed, the rest stays due. A second one
    ends the process on the spot, and so does the passing of `END_SECONDS`, because a page may take longer than
    that to read. What was acknowledged is safe then, too; the next crawl goes on where this one was.
    """

    def __init__(self) -> None:
        self.asked = False
        self._stop: Callable[[], None] | None = None
        self._deadline = threading.Timer(END_SECONDS, os._exit, (1,))
        self._deadline.daemon = True

    def stopper(self, stop: Callable[[], None]) -> None:
        """Take the function that asks the crawl to end; it is called at once where a signal came before."""
        self._stop = stop
        if self.asked:
            stop()

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._end) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadline.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            os._exit(1)
        self.asked = True
        self._deadline.start()
        err.print("Stopping …")
        if self._stop is not None:
            self._stop()
