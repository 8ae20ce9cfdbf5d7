"""When a host may be asked again. Time is handed in, in seconds of a monotonic clock; nothing sleeps here."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = 24 * 3600.0


class Politeness:
    """One visitor a host, and a pause between the end of a response and the next request.

    `min_delay` is the pause in seconds where neither the source nor the host asks for another. A host is a key
    such as `archive.urls.host_key` makes. Not for use by several threads at once.
    """

    def __init__(self, min_delay: float) -> None:
        self._min_delay = min_delay
        self._ready_at: dict[str, float] = {}

    def ready_at(self, host: str) -> float:
        """From when on the host may be asked: 0.0 if it never was, infinity while a request is under way."""
        return self._ready_at.get(host, 0.0)

    def started(self, host: str, now: float) -> None:
        """A request to the host begins. ValueError where it comes too early: that is a mistake of the caller."""
        if self.ready_at(host) > now:
            msg = f"{host} may not be asked yet."
            raise ValueError(msg)
        self._ready_at[host] = float("inf")

    def finished(
        self,
        host: str,
        now: float,
        *,
        crawl_delay: float | None = None,
        min_delay: float | None = None,
        retry_after: float | None = None,
    ) -> None:
        """The response has ended, or there was none. The longest of the pauses asked for counts, in seconds;
        `min_delay` is that of the source and stands in for the default."""
        pause = self._min_delay if min_delay is None else min_delay
        self._ready_at[host] = now + max(pause, crawl_delay or 0.0, retry_after or 0.0)


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3): a number or a date.

    Not below 0, not above 24 hours; None where it says neither. `now` is aware.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        # A float, because a number of thousands of digits is infinity and not an error.
        return min(float(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER)
