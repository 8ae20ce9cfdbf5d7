"""Conditions of the query language that are not made of words: days, numbers, sites, states, languages.

date:2025-04  since:2w  until:2024  changed:today  edits:>1  wc:100..300  story:17  is:copy  has:image  lang:de
site:example.com
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from index import querytree as tree
from index.dates import day_range, last_day
from index.labels import language_tag
from index.sites import site_of

RANGED = ("date", "changed", "edits", "wc")
"""The fields that understand [low TO high]."""

STATES: dict[str, tree.Node] = {
    "undated": tree.Undated(),
    "gone": tree.Gone(),
    "edited": tree.Edits(1, None),
    "copy": tree.Copy(),
    "original": tree.Not(tree.Copy()),
}
"""What `is:` can ask for."""

POSSESSIONS: dict[str, tree.Node] = {"image": tree.HasImage()}
"""What `has:` can ask for."""

_COUNT = re.compile(r"(?P<how>[<>]=?|=)?\s*(?P<number>\d{1,6})(?P<more>\+)?", re.ASCII)
_SPAN = re.compile(r"(?P<low>\d{1,6})?\s*\.\.\s*(?P<high>\d{1,6})?", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}", re.ASCII)
_ID = re.compile(r"\d{1,18}", re.ASCII)
_DAY = r"\d{4}-\d\d(?:-\d\d)?"
_BARE = re.compile(rf"{_DAY}|(?:(?:{_DAY}|\d{{4}})?\.\.(?:{_DAY}|\d{{4}})?)", re.ASCII)


def condition(name: str, value: str, today: date) -> tree.Node:
    """The condition that a field and its value make. ValueError, its text a clause, where they make none."""
    return _READERS[name](value.strip(), today)


def looks_like_days(text: str) -> bool:
    """Whether a word is a day, a month or a range that nobody has to call a date: 2025-04, 2024..2025-05-15. A year
    alone is a word."""
    return text[:1] in "0123456789." and len(text) > 2 and _BARE.fullmatch(text) is not None


def _days(value: str, today: date) -> tree.Node:
    return tree.Days(*day_range(value, today))


def _since(value: str, today: date) -> tree.Node:
    return tree.Days(day_range(value, today)[0], None)


def _until(value: str, today: date) -> tree.Node:
    return tree.Days(None, last_day(value, today))


def _changed(value: str, today: date) -> tree.Node:
    return tree.Changed(*day_range(value, today))


def _language(value: str, _today: date) -> tree.Node:
    tag = language_tag(value)
    if not _TAG.fullmatch(tag):
        raise ValueError("it is neither the name nor the code of a language")
    return tree.Language(tag)


def _site(value: str, _today: date) -> tree.Node:
    host = site_of(value)
    if not host:
        raise ValueError("it is not the name of a site")
    return tree.Site(host)


def _story(value: str, _today: date) -> tree.Node:
    if not _ID.fullmatch(value):
        raise ValueError("it is not the number of an article")
    return tree.Story(int(value))


def _edits(value: str, _today: date) -> tree.Node:
    return tree.Edits(*_numbers(value, "edits"))


def _word_count(value: str, _today: date) -> tree.Node:
    return tree.WordCount(*_numbers(value, "words"))


def _state(value: str, _today: date) -> tree.Node:
    return _known("is", STATES, value)


def _possession(value: str, _today: date) -> tree.Node:
    return _known("has", POSSESSIONS, value)


def _known(name: str, known: dict[str, tree.Node], value: str) -> tree.Node:
    if value.lower() not in known:
        verb = "are" if len(known) > 1 else "is"
        raise ValueError(f"known {verb} only {', '.join(f'{name}:{state}' for state in known)}")
    return known[value.lower()]


def _numbers(value: str, what: str) -> tuple[int, int | None]:
    """Lowest and highest number of `2`, `>1`, `>=2`, `<3`, `<=3`, `2+`, `2..5`, `2..`, `..5`."""
    if span := _SPAN.fullmatch(value):
        low, high = (int(part) if part else None for part in span.group("low", "high"))
        if low is None and high is None:
            raise ValueError(f"it is not a number of {what}")
        return _ordered(low or 0, high, what)
    found = _COUNT.fullmatch(value)
    if not found or (found["how"] and found["more"]):
        raise ValueError(f"it is not a number of {what}")
    number = int(found["number"])
    if found["more"]:
        return number, None
    match found["how"]:
        case ">":
            return number + 1, None
        case ">=":
            return number, None
        case "<":
            return _ordered(0, number - 1, what)
        case "<=":
            return 0, number
        case _:
            return number, number


def _ordered(low: int, high: int | None, what: str) -> tuple[int, int | None]:
    if high is not None and high < low:
        raise ValueError(f"no article has such a number of {what}")
    return low, high


_READERS: dict[str, Callable[[str, date], tree.Node]] = {
    "date": _days,
    "since": _since,
    "until": _until,
    "changed": _changed,
    "lang": _language,
    "site": _site,
    "story": _story,
    "edits": _edits,
    "wc": _word_count,
    "is": _state,
    "has": _possession,
}
