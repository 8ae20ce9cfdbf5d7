"""What a crawl does while the disk has no room."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from archive.crawl.report import CrawlReport
from archive.crawl.room import Room
from archive.errors import DiskFull
from archive.keeping import Keeper

log = logging.getLogger(__name__)


class Pausing:
    """Pauses a crawl while the disk is full, and says so in its report; `tell` is called when that changes."""

    def __init__(
        self,
        keeper: Keeper,
        room: Room,
        report: CrawlReport,
        tell: Callable[[], None],
    ) -> None:
        self._keeper = keeper
        self._room = room
        self._report = report
        self._tell = tell

    def look(self) -> bool:
        """Whether something new may be fetched. Cheap."""
        there = self._room.is_there(time.monotonic())
        self._say()
        return there

    def refused(self, error: DiskFull) -> None:
        """Something did not fit on the disk."""
        self._room.refused(error, time.monotonic())
        self._say()

    def end(self) -> None:
        """Record what was fetched and not settled, where there is room for that; else the next crawl finds it."""
        try:
            self._keeper.record()
        except DiskFull as error:
            log.warning("%s", error)

    def _say(self) -> None:
        """Tell once that the crawl pauses, and that it goes on; how much is missing may change meanwhile."""
        why, told = self._room.why, self._report.paused
        self._report.paused = why
        if bool(why) == bool(told):
            return
        log.warning("%s", why or "There is room again; the crawl goes on.")
        self._tell()
