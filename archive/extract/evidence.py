"""Where does each field come from, and how far is that to be trusted?

Every module of this package answers its question with `Found`: the value, and all statements about it that it saw.
The table says what a statement of each source is worth where nothing speaks against it; a module that knows better
(a time that agrees with the day in the URL, a line far from the headline) says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Generic, TypeVar

from archive.extract.text import key
from archive.model import Evidence, EvidenceSource, FieldName

T = TypeVar("T")

CONFIDENCE: Mapping[EvidenceSource, float] = MappingProxyType({
    "rule": 1.0,  # a person looked at the page
    "file": 1.0,
    "json-ld": 0.95,
    "meta": 0.9,
    "link": 0.9,
    "heading": 0.9,
    "microdata": 0.85,
    "rdfa": 0.85,
    "hatom": 0.8,
    "script": 0.75,
    "time": 0.75,
    "byline": 0.7,
    "markup": 0.7,
    "learned": 0.65,
    "url": 0.6,
    "feed": 0.6,
    "text": 0.5,
})  # fmt: skip
"""What a statement is worth by where it stands, 0 to 1."""

LONGEST_VALUE = 300
"""Characters of a value; more would be the article once again."""

MOST_OF_A_FIELD = 12
"""So many statements about a field are kept with a version."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The answer to a question, and what it rests on."""

    value: T
    evidence: tuple[Evidence, ...] = ()


def claim(
    field: FieldName, value: str, source: EvidenceSource, where: str, confidence: float | None = None
) -> Evidence:
    """A statement about a field, not weighed yet; worth what its source is unless `confidence` says otherwise."""
    worth = CONFIDENCE[source] if confidence is None else confidence
    return Evidence(field, value, source, where, round(worth, 2))


def chosen(statement: Evidence) -> Evidence:
    """The statement as one that won."""
    return replace(statement, chosen=True)


def settle(
    statements: Iterable[Evidence], *values: str, same: Callable[[str], str] = key
) -> tuple[Evidence, ...]:
    """The statements, with the first chosen for each of the values that were taken; `same` is what two spellings of
    one value share."""
    wanted = {same(value) for value in values if value}
    settled = []
    for statement in dict.fromkeys(statements):
        if (spelling := same(statement.value)) in wanted:
            wanted.discard(spelling)
            settled.append(chosen(statement))
            continue
        settled.append(statement)
    return tuple(settled)


def first_of(statements: Iterable[Evidence]) -> Found[str]:
    """The first statement wins; "" where there is none."""
    seen = [statement for statement in dict.fromkeys(statements) if statement.value]
    return Found(seen[0].value, (chosen(seen[0]), *seen[1:])) if seen else Found("")


def kept(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What is kept with a version: of each field what was chosen and the first of the rest. Of dropped lines those
    that other articles have, too: what is known of these changes."""
    found: dict[FieldName, list[Evidence]] = {}
    for statement in evidence:
        if statement.field != "dropped" or statement.source == "learned":
            cut = replace(statement, value=statement.value[:LONGEST_VALUE])
            found.setdefault(statement.field, []).append(cut)
    return tuple(one for of_field in found.values() for one in _most(of_field))


def _most(statements: list[Evidence]) -> list[Evidence]:
    taken = [one for one in statements if one.chosen]
    rest = [one for one in statements if not one.chosen]
    return (taken + rest)[: max(MOST_OF_A_FIELD, min(len(taken), 2 * MOST_OF_A_FIELD))]
