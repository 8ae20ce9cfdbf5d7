"""From the words of a query to the terms of an index that has several segments."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index import querytree as tree
from index.analysis import PARAGRAPH
from index.ranking import Floats, idf, norms
from index.whoosh_engine.arrays import OpenField, OpenSegment
from index.whoosh_engine.fuzzy import Spellings, distances

Mask = NDArray[np.bool_]
Numbers = range | Sequence[int]
"""Numbers of terms of a field of one segment, ascending."""

MAX_TERMS = 1_000
"""How many words a prefix, a pattern, a range or a fuzzy word may stand for."""

MAX_LOOKED_AT = 50_000
"""How many words of a segment are looked at for a pattern."""

_SOME = 1_000  # words that are compared with a pattern between two looks at the clock


class OutOfTime(Exception):
    """The time that a query may take is over."""


@dataclass(slots=True)
class Shelf:
    """A segment with its place in the index: its documents are `base`, `base + 1` and so on. `live` is False for
    those that were deleted, None where none was. `spellings` are made when they are asked for."""

    segment: OpenSegment
    base: int
    live: Mask | None
    spellings: dict[str, Spellings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words that a part of a query stands for in a field: their numbers in each segment. `cut` is set where there
    are more."""

    numbers: tuple[Numbers, ...]
    cut: bool


class Terms:
    """The terms of an index, for one search: `deadline` is when its time is over, by `clock`."""

    def __init__(
        self, shelves: Sequence[Shelf], deadline: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.shelves = shelves
        self._deadline = deadline
        self._clock = clock
        self._numbers: dict[tuple[str, str], tuple[int, ...]] = {}
        self._norms: dict[str, Floats] = {}

    def check(self) -> None:
        """`OutOfTime` where the time is over."""
        if self._clock() > self._deadline:
            raise OutOfTime

    @property
    def documents(self) -> int:
        """How many there are, deleted ones too."""
        last = self.shelves[-1] if self.shelves else None
        return last.base + last.segment.size if last else 0

    def numbers(self, name: str, word: str) -> tuple[int, ...]:
        """The number of a word of a field in each segment, -1 where it is in none of its documents."""
        found = self._numbers.get((name, word))
        if found is None:
            term = word.encode()
            fields = (shelf.segment.field(name) for shelf in self.shelves)
            found = tuple(-1 if field is None else field.find(term) for field in fields)
            self._numbers[name, word] = found
        return found

    def holding(self, name: str, word: str) -> int:
        """In how many documents a word of a field stands, deleted ones too."""
        return sum(len(field.docs(number)) for field, number in self._in(name, word))

    def idf(self, name: str, word: str) -> float:
        """What a word of a field is worth."""
        return idf(self.documents, self.holding(name, word))

    def norms(self, name: str) -> Floats:
        """What lengths of a field add below the line, by their byte."""
        found = self._norms.get(name)
        if found is None:
            fields = [field for shelf in self.shelves if (field := shelf.segment.field(name)) is not None]
            total = sum(field.total for field in fields)
            found = self._norms[name] = norms((total or 1) / (self.documents or 1))
        return found

    def expansion(self, name: str, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Expansion:
        """The words of a field that a node stands for, at most 1,000: of several segments together the first of the
        alphabet."""
        match node:
            case tree.Pattern():
                found = [self._pattern(field, node.pattern) for field in self._fields(name)]
            case tree.Fuzzy():
                found = self.like(name, node.word, node.distance)
            case tree.Between():
                found = [_between(field, node.low, node.high) for field in self._fields(name)]
        return self._bounded(name, found)

    def like(self, name: str, word: str, distance: int) -> list[Numbers]:
        """The words of a field that are at most so many letters away from a word, by their numbers."""
        spelt: dict[str, list[tuple[int, int]]] = {}
        for place, shelf in enumerate(self.shelves):
            self.check()
            for number, other in _spelt(shelf, name, word, distance):
                spelt.setdefault(other, []).append((place, number))
        found: list[list[int]] = [[] for _ in self.shelves]
        for other, away in zip(spelt, distances(word, list(spelt)).tolist(), strict=True):
            if away <= distance and other != PARAGRAPH:
                for place, number in spelt[other]:
                    found[place].append(number)
        return [sorted(numbers) for numbers in found]

    def _in(self, name: str, word: str) -> Iterator[tuple[OpenField, int]]:
        """The fields that have a word, with its number."""
        for shelf, number in zip(self.shelves, self.numbers(name, word), strict=True):
            if number >= 0:
                field = shelf.segment.field(name)
                assert field is not None
                yield field, number

    def _fields(self, name: str) -> Iterator[OpenField | None]:
        return (shelf.segment.field(name) for shelf in self.shelves)

    def _pattern(self, field: OpenField | None, pattern: str) -> Numbers:
        if field is None:
            return range(0)
        prefix = re.split(r"[*?]", pattern)[0]
        first, end = field.between(prefix.encode(), after(prefix))
        if pattern == prefix + "*":
            return range(first, end)
        shape = pattern_shape(pattern)
        end = min(end, first + MAX_LOOKED_AT)
        found: list[int] = []
        for start in range(first, end, _SOME):
            self.check()
            some = field.terms(start, min(end, start + _SOME))
            found += [start + n for n, term in enumerate(some) if shape.fullmatch(term.decode())]
        return found

    def _bounded(self, name: str, found: list[Numbers]) -> Expansion:
        if sum(map(len, found)) <= MAX_TERMS:
            return Expansion(tuple(found), cut=False)
        first = [numbers[: MAX_TERMS + 1] for numbers in found]
        words = [
            [field.term(number) for number in numbers] if field is not None else []
            for field, numbers in zip(self._fields(name), first, strict=True)
        ]
        distinct = sorted(set().union(*words))
        if len(distinct) <= MAX_TERMS:
            return Expansion(tuple(first), cut=False)
        kept = set(distinct[:MAX_TERMS])
        counts = [sum(word in kept for word in some) for some in words]
        return Expansion(tuple(n[:count] for n, count in zip(first, counts, strict=True)), cut=True)


def _spelt(shelf: Shelf, name: str, word: str, distance: int) -> Iterator[tuple[int, str]]:
    field = shelf.segment.field(name)
    if field is None:
        return
    spellings = shelf.spellings.get(name)
    if spellings is None:
        spellings = shelf.spellings[name] = Spellings(field)
    for number in spellings.like(word, distance).tolist():
        yield number, spellings.word(number)


def _between(field: OpenField | None, low: str, high: str) -> Numbers:
    """Terms from one to another, both included; what marks paragraphs is no word."""
    if field is None:
        return range(0)
    first = max(low.encode(), PARAGRAPH.encode() + b"\0")
    return range(*field.between(first, high.encode() + b"\0" if high else None))


def after(prefix: str) -> bytes | None:
    """The least bytes that stand after all terms with a prefix; None where there are none."""
    rest = prefix.encode().rstrip(b"\xff")
    return rest[:-1] + bytes([rest[-1] + 1]) if rest else None


def pattern_shape(pattern: str) -> re.Pattern[str]:
    """`el*ion?` as an expression for a whole word."""
    parts = (".".join(map(re.escape, part.split("?"))) for part in pattern.split("*"))
    return re.compile(".*".join(parts), re.DOTALL)
