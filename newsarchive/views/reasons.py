"""Why an article reads as it does: for each field what was taken, who else says so, and who says otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.extract.text import key
from archive.model import Evidence, FieldName
from newsarchive.views.words import published

_DAY = len("2025-04-01")
_A_MINUTE = timedelta(minutes=1)

LABELS: dict[FieldName, str] = {
    "title": "Headline",
    "authors": "Authors",
    "published": "Published",
    "modified": "Modified",
    "text": "Text",
    "kind": "Kind of page",
    "free": "Free to read",
    "section": "Section",
    "tags": "Tags",
    "language": "Language",
    "description": "Summary",
    "image": "Picture",
    "canonical_url": "Own address",
}
"""What fields are called, in the order in which they are told."""

_OF_A_PAGE: dict[FieldName, str] = {**LABELS, "dropped": "Left out"}


@dataclass(frozen=True, slots=True)
class Taken:
    """Values that were taken, what says so first and how far that is trusted (0 to 1), and where else they stand."""

    values: tuple[str, ...]
    where: str
    confidence: float
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One field: what was taken, and what else was said, each with where it stands."""

    field: FieldName
    label: str
    taken: tuple[Taken, ...]
    otherwise: tuple[Evidence, ...]


def reasons(evidence: Iterable[Evidence]) -> list[Reason]:
    """The fields that something is known of, in the order of `LABELS`."""
    by_field: dict[FieldName, list[Evidence]] = {}
    for statement in evidence:
        by_field.setdefault(statement.field, []).append(statement)
    return [_reason(field, by_field[field]) for field in _OF_A_PAGE if field in by_field]


def readable(statement: Evidence) -> str:
    """The value of a statement as a reader sees it."""
    if statement.field in ("published", "modified"):
        try:
            moment = datetime.fromisoformat(statement.value)
        except ValueError:
            return statement.value
        return published(moment, day_only=len(statement.value) == _DAY)
    return statement.value


def _reason(field: FieldName, statements: list[Evidence]) -> Reason:
    taken = [one for one in statements if one.chosen]
    rest = [one for one in statements if not one.chosen]
    return Reason(
        field,
        _OF_A_PAGE[field],
        _grouped(_taken(one, rest) for one in taken),
        tuple(one for one in rest if not says_one_of(one, taken)),
    )


def _taken(winner: Evidence, rest: list[Evidence]) -> Taken:
    also = dict.fromkeys(
        one.where for one in rest if says_one_of(one, [winner]) and one.where != winner.where
    )
    return Taken((readable(winner),), winner.where, winner.confidence, tuple(also))


def _grouped(taken: Iterable[Taken]) -> tuple[Taken, ...]:
    """Those that stand in the same places as one."""
    groups: dict[tuple[object, ...], list[Taken]] = {}
    for one in taken:
        groups.setdefault((one.where, one.confidence, one.also), []).append(one)
    return tuple(
        replace(group[0], values=tuple(value for one in group for value in one.values))
        for group in groups.values()
    )


def says_one_of(statement: Evidence, taken: Iterable[Evidence]) -> bool:
    """Whether a statement says what one of these says, however it is spelt."""
    if statement.field in ("published", "modified"):
        return any(_same_moment(statement.value, one.value) for one in taken)
    return any(_spelt(statement.value) == _spelt(one.value) for one in taken)


def _spelt(value: str) -> str:
    return key(value) or value


def _same_moment(one: str, other: str) -> bool:
    """A day says the same as any time on it. A time without seconds is as good as one with them, and UTC also stands
    for a zone that was not told."""
    if min(len(one), len(other)) <= _DAY:
        return one[:_DAY] == other[:_DAY]
    try:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
        if abs(first - second) < _A_MINUTE:
            return True
    except (ValueError, TypeError):  # TypeError: only one of them has a zone
        return one == other
    untold = timedelta(0) in (first.utcoffset(), second.utcoffset())
    return untold and abs(first.replace(tzinfo=None) - second.replace(tzinfo=None)) < _A_MINUTE
