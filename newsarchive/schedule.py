"""The only APScheduler: crawls what is due, again and again, in a process of its own.

The process is apart so that searching stays fast while pages are read. It ends when it is told to (SIGTERM,
SIGINT) and when the process that started it is gone, however that went.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from archive.errors import ArchiveBusy
from newsarchive.config import Config
from newsarchive.ending import END_SECONDS
from newsarchive.jobs import crawl_once, keep_current, new_politeness, next_due, now

log = logging.getLogger(__name__)

TICK_SECONDS = 10
ROUND_SECONDS = 600.0
"""A round ends after ten minutes at the latest, so that one large source never keeps the others waiting."""


_LOOK_SECONDS = 0.5
"""Any thread may take a signal; its handler runs when the main thread next wakes, which must not sleep for long."""


class Schedule:
    """Looks every few seconds whether a source is due, and crawls it. `stop` may be called from any thread."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._politeness = new_politeness(config)
        self._ended = threading.Event()
        self._stop_crawl: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Crawl periodically until `stop`; returns when the crawl that was under way has ended."""
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # it warns of ticks during a crawl
        scheduler = BackgroundScheduler(timezone="UTC", daemon=False)
        scheduler.add_job(
            self._tick,
            "interval",
            seconds=TICK_SECONDS,
            next_run_time=now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        scheduler.start()
        while not self._ended.wait(_LOOK_SECONDS):
            pass
        with self._lock:
            if self._stop_crawl is not None:
                self._stop_crawl()
        scheduler.shutdown(wait=True)

    def stop(self) -> None:
        """End: nothing more is begun, what is under way is cut and stays due."""
        self._ended.set()

    def _tick(self) -> None:
        if self._ended.is_set():
            return
        try:
            due_at = next_due(self._config)
            if due_at is None or due_at > now():
                keep_current(self._config, stopped=self._ended.is_set)
                return
            report = crawl_once(
                self._config,
                stopper=self._take_stopper,
                max_seconds=ROUND_SECONDS,
                politeness=self._politeness,
            )
            log.info("crawled: %s", report.as_dict())
        except ArchiveBusy as error:
            log.info("%s", error)
        except BaseException:  # whatever it was, the schedule goes on, and the system has let the lock go
            log.exception("the crawl failed; the next one is tried in %d seconds", TICK_SECONDS)
        finally:
            with self._lock:
                self._stop_crawl = None

    def _take_stopper(self, stop: Callable[[], None]) -> None:
        with self._lock:
            self._stop_crawl = stop
        if self._ended.is_set():
            stop()


def run_schedule(config: Config) -> None:
    """Run a schedule in this process until SIGTERM or SIGINT. What does not end within `END_SECONDS` of that, such
    as the reading of an endless page, is ended with the process; it loses nothing that was acknowledged."""
    schedule = Schedule(config)
    deadline = threading.Timer(END_SECONDS, os._exit, (1,))
    deadline.daemon = True

    def end(_number: int, _frame: FrameType | None) -> None:
        if not deadline.is_alive():
            deadline.start()
        schedule.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent, schedule), daemon=True).start()
    schedule.run()
    deadline.cancel()


def _end_with(parent: multiprocessing.process.BaseProcess, schedule: Schedule) -> None:
    parent.join()
    schedule.stop()
