"""What a crawl sees to beside its visits: that the disk has room, and that WARC files are closed in time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from archive.crawl.report import CrawlReport
from archive.crawl.room import LOOK_SECONDS, Room
from archive.errors import DiskFull
from archive.keeping import Keeper

log = logging.getLogger(__name__)


class Upkeep:
    """Pauses a crawl while the disk is full, and says so in its report; `tell` is called when that changes."""

    def __init__(
        self,
        keeper: Keeper,
        room: Room,
        report: CrawlReport,
        *,
        clock: Callable[[], datetime],
        tell: Callable[[], None],
    ) -> None:
        self._keeper = keeper
        self._room = room
        self._report = report
        self._clock = clock
        self._tell = tell
        self._closes_at = float("-inf")

    def look(self) -> bool:
        """Whether something new may be fetched. Closes the WARC files for which it is time. Cheap."""
        now = time.monotonic()
        if self._room.is_there(now) and now >= self._closes_at:
            self._closes_at = now + LOOK_SECONDS
            try:
                self._keeper.close_files(self._clock())
            except DiskFull as error:
                self._room.refused(error, now)
        self._say()
        return not self._room.why

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
        if self._report.paused == self._room.why:
            return
        if self._room.why:
            log.warning("%s", self._room.why)
        else:
            log.warning("There is room again; the crawl goes on.")
        self._report.paused = self._room.why
        self._tell()
