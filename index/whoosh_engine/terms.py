"""From the words of a query to the terms of an index that has several segments."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import querytree as tree
from index.analysis import PARAGRAPH
from index.ranking import idf, kindred
from index.whoosh_engine.arrays import AnyInts, OpenField
from index.whoosh_engine.fuzzy import distances
from index.whoosh_engine.shelves import Shelf, Shelves

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


class Terms:
    """The terms of an index, for one search: `deadline` is when its time is over, by `clock`."""

    def __init__(
        self, shelves: Shelves, deadline: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.shelves = shelves
        self._deadline = deadline
        self._clock = clock
        self._numbers: dict[tuple[str, str], tuple[int, ...]] = {}
        self._fields: dict[str, tuple[OpenField | None, ...]] = {}
        self._held: dict[tuple[str, str], tuple[AnyInts | None, ...]] = {}

    def is_over(self) -> bool:
        """Whether the time is."""
        return self._clock() > self._deadline

    def check(self) -> None:
        """`OutOfTime` where the time is over."""
        if self.is_over():
            raise OutOfTime

    def fields(self, name: str) -> tuple[OpenField | None, ...]:
        """A field in each segment."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = tuple(self.shelves.fields(name))
        return found

    def numbers(self, name: str, word: str) -> tuple[int, ...]:
        """The number of a word of a field in each segment, -1 where it is in none of its documents."""
        found = self._numbers.get((name, word))
        if found is None:
            term = word.encode()
            found = tuple([-1 if field is None else field.find(term) for field in self.fields(name)])
            self._numbers[name, word] = found
        return found

    def held(self, name: str, word: str) -> tuple[AnyInts | None, ...]:
        """The documents with a word of a field in each segment, None where it is in none."""
        found = self._held.get((name, word))
        if found is None:
            pairs = zip(self.fields(name), self.numbers(name, word), strict=True)
            found = tuple([field.docs(n) if field is not None and n >= 0 else None for field, n in pairs])
            self._held[name, word] = found
        return found

    def holding(self, name: str, word: str) -> int:
        """In how many documents a word of a field stands, deleted ones too."""
        return sum([len(docs) for docs in self.held(name, word) if docs is not None])

    def idf(self, name: str, word: str) -> float:
        """What a word of a field is worth."""
        holding = max(self.holding(field, word) for field in kindred(name))
        return idf(self.shelves.documents, holding)

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

    def like(self, name: str, word: str, distance: int, *, least: int = 1) -> list[Numbers]:
        """The words of a field that are at most so many letters away from a word, by their numbers; of each segment
        only those that so many of its documents hold."""
        found: list[list[int]] = [[] for _ in self.shelves]
        for _, _, numbers in self._like(name, word, distance, least):
            for place, number in numbers:
                found[place].append(number)
        return [sorted(numbers) for numbers in found]

    def _like(
        self, name: str, word: str, distance: int, least: int
    ) -> Iterator[tuple[str, int, list[tuple[int, int]]]]:
        """The same with the segments that have them, and their numbers there."""
        spelt: dict[str, list[tuple[int, int]]] = {}
        for place, shelf in enumerate(self.shelves):
            self.check()
            for number, other in _spelt(shelf, name, word, distance, least):
                spelt.setdefault(other, []).append((place, number))
        for other, away in zip(spelt, distances(word, list(spelt)).tolist(), strict=True):
            if away <= distance and other != PARAGRAPH:
                yield other, away, spelt[other]

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


def _spelt(shelf: Shelf, name: str, word: str, distance: int, least: int) -> Iterator[tuple[int, str]]:
    spellings = shelf.spellings(name)
    if spellings is not None:
        for number in spellings.like(word, distance, least).tolist():
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
