"""What is known of a host's robots.txt as time goes by: how long an answer holds, and what holds without one.

An answer is good for a day (RFC 9309, 2.4), for less where Cache-Control says so. A host that does not give its
robots.txt is asked again after growing pauses. Until it does, nothing of it may be fetched (2.3.1.4); after a day the
last copy that was had serves again, and only after thirty days does a host of which there never was one count as a
host without rules.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from archive.model import StoredRobots
from archive.robots import MAX_BYTES, Forbidden, Robots, parse_robots, robots_for_status

MAX_AGE = timedelta(hours=24)
MIN_AGE = timedelta(hours=1)
"""However soon Cache-Control lets a copy expire: many sites forbid caching of everything, without a thought."""

FIRST_PAUSE = timedelta(minutes=10)
MAX_PAUSE = timedelta(hours=24)
MAX_PAUSE_UNHEARD = timedelta(hours=1)
"""Where nothing reached the host: asking again costs it nothing, and it may be our own line that is down."""

COPY_SERVES_AFTER = timedelta(hours=24)
UNAVAILABLE_AFTER = timedelta(days=30)
UNAVAILABLE_FAILURES = 5
"""Thirty days with two tries, because this machine was off, are no thirty days without an answer."""

_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)


def answered(host: str, at: datetime, status: int, body: bytes, cache_control: str = "") -> StoredRobots:
    """What is known after an answer that tells something: 2xx, or 4xx but 429."""
    kept = body[: MAX_BYTES + 1] if 200 <= status < 300 else b""  # one more tells that there was more
    return StoredRobots(host, at + _age(cache_control), fetched_at=at, status=status, body=kept)


def failed(
    before: StoredRobots | None,
    host: str,
    at: datetime,
    *,
    cause: str,
    message: str,
    heard: bool,
    patience: float | None = None,
) -> StoredRobots:
    """What is known after a failure, on top of what was known `before`. `heard` is whether the host answered at all;
    `patience` are the seconds that it asked to wait."""
    before = before or StoredRobots(host, at)
    longest = MAX_PAUSE if heard else MAX_PAUSE_UNHEARD
    pause = min(FIRST_PAUSE * 2 ** min(before.failures, 10), longest)
    return replace(
        before,
        due_at=at + max(pause, timedelta(seconds=patience or 0.0)),
        failures=before.failures + 1,
        failing_since=before.failing_since or at,
        failure=cause,
        message=message,
    )


def is_fresh(stored: StoredRobots, now: datetime) -> bool:
    """Whether it need not be asked for yet. A moment further off than any can be is that of a clock set back."""
    return timedelta(0) < stored.due_at - now <= MAX_AGE


def in_force(stored: StoredRobots, now: datetime, *, forbidden: Forbidden = "allow") -> Robots:
    """The rules that hold now."""
    if stored.failing_since is None:
        return robots_for_status(stored.status, stored.body, forbidden=forbidden)
    without = now - stored.failing_since
    has_copy = stored.status is not None and 200 <= stored.status < 300
    if has_copy and without >= COPY_SERVES_AFTER:
        return parse_robots(stored.body)
    if not has_copy and without >= UNAVAILABLE_AFTER and stored.failures >= UNAVAILABLE_FAILURES:
        return robots_for_status(stored.status or 404, b"", forbidden=forbidden)
    return Robots(closed=stored.message)


def _age(cache_control: str) -> timedelta:
    """How long an answer holds by its Cache-Control (RFC 9111, 5.2.2), within our bounds."""
    if _UNCACHED.search(cache_control):
        return MIN_AGE
    match = _AGE.search(cache_control)
    return min(max(timedelta(seconds=int(match[1])), MIN_AGE), MAX_AGE) if match else MAX_AGE
