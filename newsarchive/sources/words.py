"""What a person says of a source <-> what the archive needs, one value at a time. ValueError, one sentence, for
what makes no sense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, count
from typing import cast, get_args
from urllib.parse import urlsplit

from archive.extract import check_selector
from archive.model import Requisites
from archive.urls import fetch_form

DEFAULT_INTERVAL = timedelta(minutes=30)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)

AUTO = "auto"
"""The interval of a source that is looked at as often as it publishes."""

MAX_NAME = 200
MAX_PATTERN = 2000
MAX_DELAY = 3600.0
MAX_COLLECTIONS = 20

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([0-9]{1,7})\s*([smhd])")
_DELAY = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,20})?)\s*([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_SINCE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?\.\.")
_TURNS_WRITING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_LETTERS = frozenset("\ufffe\uffff")


def read_address(text: str) -> str:
    """The address in the form that is fetched, of one that is whole."""
    if "://" not in text:
        raise ValueError(f"{text[:MAX_NAME]!r} is no whole address; write it with https:// before it")
    return fetch_form(text.strip())


def parse_interval(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d` -> the interval."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not an interval; write for example 30m, 2h or 1d")
    interval = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not SHORTEST <= interval <= LONGEST:
        raise ValueError(f"{text!r} is not from 1m to 30d")
    return interval


def describe_interval(interval: timedelta) -> str:
    """The interval as a person writes it: `30m`, `2h`, `1d`."""
    seconds = int(interval.total_seconds())
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def describe_every(interval: timedelta, *, adaptive: bool) -> str:
    """The interval for a reader: `2h` where it was set by hand, `45m auto` where it follows the source."""
    return f"{describe_interval(interval)} {AUTO}" if adaptive else describe_interval(interval)


def parse_delay(text: str) -> float:
    """`5s`, `0.5`, `1m` -> seconds."""
    match = _DELAY.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a pause; write for example 5s, 0.5s or 1m")
    seconds = float(match[1]) * _SECONDS[match[2]]
    if seconds > MAX_DELAY:
        raise ValueError(f"{text!r} is longer than 1h")
    return seconds


def describe_delay(seconds: float) -> str:
    """The pause as a person writes it, and exactly: `5s`, `0.25s`."""
    return f"{int(seconds)}s" if seconds == int(seconds) else f"{Decimal(repr(seconds)):f}s"


def parse_since(text: str, today: date) -> date:
    """`2015..`, `2015-03..`, `2015-03-01..` -> the first day."""
    match = _SINCE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not the begin of a time; write for example 2015.. or 2015-03-01..")
    try:
        since = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValueError(f"{text!r} begins on a day that there is not") from None
    if since > today:
        raise ValueError(f"{text!r} begins in the future")
    return since


def describe_since(since: date) -> str:
    """The day as `parse_since` reads it: `2015-03-01..`."""
    return f"{since.isoformat()}.."


def check_name(text: str) -> str:
    """The name without blanks around it, where a list can show it."""
    return _showable(text, "the name")


def check_collection(text: str) -> str:
    """The name of a collection without blanks around it; a semicolon stands between two of them in a list."""
    name = _showable(text, "the name of the collection")
    if ";" in name:
        raise ValueError(f"the name of the collection {name!r} has a semicolon")
    return name


def check_collections(names: Iterable[str]) -> tuple[str, ...]:
    """Names of collections, each once, in their order; empty ones count for nothing."""
    collections = tuple(dict.fromkeys(check_collection(name) for name in names if name.strip()))
    if len(collections) > MAX_COLLECTIONS:
        raise ValueError(f"{len(collections)} collections are more than {MAX_COLLECTIONS}")
    return collections


def check_rule(text: str) -> str:
    """A CSS selector without blanks around it; "" is none."""
    selector = text.strip()
    if any(_is_control(letter) for letter in selector):
        raise ValueError(f"the selector {selector!r} has a control character")
    if selector:
        check_selector(selector)
    return selector


def check_requisites(text: str) -> Requisites | None:
    """What is kept of what its articles are drawn with; "" asks for the default."""
    found = next((known for known in get_args(Requisites) if known == text), None)
    if text and found is None:
        raise ValueError(f"{text[:MAX_NAME]!r} is no choice of parts; write none, lead or all")
    return cast("Requisites | None", found)


def check_patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    """Patterns of addresses, each once, in their order; empty ones count for nothing."""
    checked: dict[str, None] = {}
    for pattern in map(str.strip, patterns):
        if any(letter.isspace() or _is_control(letter) for letter in pattern):
            raise ValueError(f"the pattern {pattern!r} has a blank or a control character")
        if len(pattern) > MAX_PATTERN:
            raise ValueError(f"the pattern {pattern[:40]!r}... is longer than {MAX_PATTERN} characters")
        if pattern:
            checked[pattern] = None
    return tuple(checked)


def name_for(url: str, taken: Collection[str]) -> str:
    """A name for a source: its host without `www.`, with its path or a number where that is taken."""
    names = names_of(url)
    return next(name for name in chain(names, numbered(names[0], count(2))) if name not in taken)


def names_of(url: str) -> tuple[str, str]:
    """Its host without `www.`, and the same with its path."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")[:MAX_NAME]
    path = parts.path.strip("/").replace("/", " ")
    return host, f"{host} {path}".strip()[:MAX_NAME]


def numbered(name: str, numbers: Iterable[int]) -> Iterator[str]:
    """`The Paper 2`, `The Paper 3`, and so on."""
    return (f"{name[: MAX_NAME - 8]} {number}" for number in numbers)


def _showable(text: str, what: str) -> str:
    name = text.strip()
    if not name:
        raise ValueError(f"{what} is empty")
    if any(_is_control(letter) for letter in text):
        raise ValueError(f"{what} {text[:MAX_NAME]!r} has a control character")
    if len(name) > MAX_NAME:
        raise ValueError(f"{what} {name[:40]!r}... is longer than {MAX_NAME} characters")
    return name


def _is_control(letter: str) -> bool:
    """Whether a terminal might obey it, a line end at it, or a file not hold it."""
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or letter in _TURNS_WRITING
        or letter in _NO_LETTERS
    )
