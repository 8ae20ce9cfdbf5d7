"""From the words of a query to the terms of an index that has several segments."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import querytree as tree
from index.analysis import PARAGRAPH
from index.ranking import idf, kindred
from index.whoosh_engine.arrays import AnyInts, OpenField
from index.whoosh_engine.fuzzy import NONE_ALIKE, Alike
from index.whoosh_engine.shelves import Shelves
from index.whoosh_engine.turns import ALWAYS, Turn

Numbers = range | Sequence[int]
"""Numbers of terms of a field of one segment, ascending."""

MAX_TERMS = 1_000
"""How many words a prefix, a pattern, a range or a fuzzy word may stand for."""

MAX_LOOKED_AT = 50_000
"""How many words of a segment are looked at for a pattern."""

_SOME = 1_000  # words that are compared with a pattern between two looks at the clock


class OutOfTime(Exception):
    """The time that a query may take is over."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words that a part of a query stands for in a field: their numbers in each segment. `cut` is set where there
    are more."""

    numbers: tuple[Numbers, ...]
    cut: bool


class Found(NamedTuple):
    """A word of a field in a segment: its number, and the documents that hold it."""

    field: OpenField
    number: int
    docs: AnyInts


class Terms:
    """The terms of an index, for one search: `deadline` is when its time is over, by `clock`; if it takes long, it
    goes on when it is its `turn`."""

    def __init__(
        self,
        shelves: Shelves,
        deadline: float,
        clock: Callable[[], float] = time.monotonic,
        turn: Turn = ALWAYS,
    ) -> None:
        self.shelves = shelves
        self._deadline = deadline
        self._turn = turn
        self._clock = clock
        self._found: dict[tuple[str, str], tuple[Found | None, ...]] = {}
        self._idfs: dict[tuple[tuple[str, ...], str], float] = {}

    def is_over(self) -> bool:
        """Whether the time is."""
        return self._clock() > self._deadline

    def check(self) -> None:
        """`OutOfTime` where the time is over, or is so before it is the turn of this search."""
        now = self._clock()
        if now > self._turn.asks_at and not self._turn.goes_on(self._deadline):
            self._deadline = -math.inf
        if now > self._deadline:
            raise OutOfTime

    def fields(self, name: str) -> tuple[OpenField | None, ...]:
        """A field in each segment."""
        return self.shelves.fields(name)

    def found(self, name: str, word: str) -> tuple[Found | None, ...]:
        """A word of a field in each segment, None where it is in none of its documents."""
        found = self._found.get((name, word))
        if found is None:
            term = word.encode()
            found = self._found[name, word] = tuple([_find(field, term) for field in self.fields(name)])
        return found

    def numbers(self, name: str, word: str) -> tuple[int, ...]:
        """The number of a word of a field in each segment, -1 where it is in none of its documents."""
        return tuple([-1 if one is None else one.number for one in self.found(name, word)])

    def holding(self, name: str, word: str) -> int:
        """In how many documents a word of a field stands, deleted ones too."""
        return sum([len(one.docs) for one in self.found(name, word) if one is not None])

    def idf(self, name: str, word: str) -> float:
        """What a word of a field is worth: as much as in the fields that are kindred."""
        names = kindred(name)
        found = self._idfs.get((names, word))
        if found is None:
            holding = max([self.holding(field, word) for field in names])
            found = self._idfs[names, word] = idf(self.shelves.documents, holding)
        return found

    def expansion(self, name: str, node: tree.Pattern | tree.Fuzzy | tree.Between) -> Expansion:
        """The words of a field that a node stands for, at most 1,000: of several segments together the first of the
        alphabet."""
        match node:
            case tree.Pattern():
                found = [self._pattern(field, node.pattern) for field in self.fields(name)]
            case tree.Fuzzy():
                found = self.like(name, node.word, node.distance)
            case tree.Between():
                found = [_between(field, node.low, node.high) for field in self.fields(name)]
        return self._bounded(name, found)

    def like(self, name: str, word: str, distance: int) -> list[Numbers]:
        """The words of a field that are at most so many letters away from a word, by their numbers."""
        return [sorted(found.numbers.tolist()) for found in self._alike(name, word, distance, 1)]

    def spelt_like(self, name: str, word: str, distance: int, *, least: int = 1) -> dict[str, int]:
        """The words of a field that are at most so many letters away from a word, and how many; of each segment only
        those that so many of its documents hold."""
        spelt: dict[str, int] = {}
        for field, found in zip(self.fields(name), self._alike(name, word, distance, least), strict=True):
            if field is not None:
                for number, away in zip(found.numbers.tolist(), found.away.tolist(), strict=True):
                    spelt[field.term(number).decode()] = away
        return spelt

    def _alike(self, name: str, word: str, distance: int, least: int) -> Iterator[Alike]:
        """The same by their numbers in each segment, in no order."""
        for shelf in self.shelves:
            self.check()
            spellings = shelf.spellings(name)
            yield NONE_ALIKE if spellings is None else spellings.like(word, distance, least)

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
            for field, numbers in zip(self.fields(name), first, strict=True)
        ]
        distinct = sorted(set().union(*words))
        if len(distinct) <= MAX_TERMS:
            return Expansion(tuple(first), cut=False)
        kept = set(distinct[:MAX_TERMS])
        counts = [sum(word in kept for word in some) for some in words]
        return Expansion(tuple(n[:count] for n, count in zip(first, counts, strict=True)), cut=True)


def _find(field: OpenField | None, term: bytes) -> Found | None:
    number = -1 if field is None else field.find(term)
    return None if field is None or number < 0 else Found(field, number, field.docs(number))


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
