"""Conditions of the query language that are not made of words: days, edits, stories, states, languages.

date:2025-04  since:2w  until:2024  changed:today  edits:0  edits:>1  edits:2..5  story:17  is:copy  lang:de
"""

from __future__ import annotations

import re
from datetime import date

from index import querytree as tree
from index.dates import day_range, last_day
from index.labels import language_tag

RANGED = ("date", "changed", "edits")
"""The fields that understand [low TO high]."""

STATES: dict[str, tree.Node] = {
    "undated": tree.Undated(),
    "gone": tree.Gone(),
    "edited": tree.Edits(1, None),
    "copy": tree.Copy(),
    "original": tree.Not(tree.Copy()),
}
"""What `is:` can ask for."""

_MOST = 10**6
_COUNT = re.compile(r"(?P<how>[<>]=?|=)?\s*(?P<number>\d{1,6})(?P<more>\+)?", re.ASCII)
_SPAN = re.compile(r"(?P<low>\d{1,6})?\s*\.\.\s*(?P<high>\d{1,6})?", re.ASCII)
_ID = re.compile(r"\d{1,18}", re.ASCII)


def condition(name: str, value: str, today: date) -> tree.Node:
    """The condition that a field and its value make. ValueError, its text a clause, where they make none."""
    match name:
        case "lang":
            return tree.Language(language_tag(value))
        case "date":
            return tree.Days(*day_range(value, today))
        case "since":
            return tree.Days(day_range(value, today)[0], None)
        case "until":
            return tree.Days(None, last_day(value, today))
        case "changed":
            return tree.Changed(*day_range(value, today))
        case "edits":
            return _edits(value.strip())
        case "story":
            return _story(value.strip())
        case _:
            return _state(value.strip().lower())


def _state(value: str) -> tree.Node:
    if value not in STATES:
        raise ValueError(f"known are only {', '.join(f'is:{name}' for name in STATES)}")
    return STATES[value]


def _story(value: str) -> tree.Node:
    if not _ID.fullmatch(value):
        raise ValueError("it is not the number of an article")
    return tree.Story(int(value))


def _edits(value: str) -> tree.Node:
    """`2`, `>1`, `>=2`, `<3`, `2+`, `2..5`, `2..`, `..5`."""
    if span := _SPAN.fullmatch(value):
        low, high = (int(part) if part else None for part in span.group("low", "high"))
        if low is None and high is None:
            raise ValueError("it is not a number of edits")
        return _times(low or 0, high)
    found = _COUNT.fullmatch(value)
    if not found or (found["how"] and found["more"]):
        raise ValueError("it is not a number of edits")
    number = int(found["number"])
    if found["more"]:
        return _times(number, None)
    match found["how"]:
        case ">":
            return _times(number + 1, None)
        case ">=":
            return _times(number, None)
        case "<":
            return _times(0, number - 1)
        case "<=":
            return _times(0, number)
        case _:
            return _times(number, number)


def _times(low: int, high: int | None) -> tree.Node:
    if high is not None and high < low:
        raise ValueError("no article can be edited so often")
    return tree.Edits(low, high)
