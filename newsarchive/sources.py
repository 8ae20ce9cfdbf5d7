"""What a person says of a source -> what the archive needs: a name, an interval."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

DEFAULT_INTERVAL = timedelta(minutes=30)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_interval(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d` -> the interval. ValueError, one sentence, for anything else."""
    match = re.fullmatch(r"([0-9]{1,7})\s*([smhd])", text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not an interval; write for example 30m, 2h or 1d")
    interval = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not SHORTEST <= interval <= LONGEST:
        raise ValueError(f"{text!r} is not from 1m to 30d")
    return interval


def check_name(text: str) -> str:
    """The name without blanks around it. ValueError, one sentence, where no list could show it."""
    if not text.strip():
        raise ValueError("the name is empty")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ValueError(f"the name {text!r} has a control character")
    return text.strip()


def name_for(url: str, taken: Collection[str]) -> str:
    """A name for a source: its host without `www.`, with its path or a number where that is taken."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    path = parts.path.strip("/").replace("/", " ")
    candidates = [host, f"{host} {path}".strip(), *(f"{host} {n}" for n in range(2, 10))]
    free = (name for name in candidates if name not in taken)
    return next(free, None) or next(f"{host} {n}" for n in count(10) if f"{host} {n}" not in taken)


def describe_interval(interval: timedelta) -> str:
    """The interval as a person writes it: `30m`, `2h`, `1d`."""
    seconds = int(interval.total_seconds())
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"
