"""The segments of one commit as one index: which documents are where, and what holds for all of them together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.model import Sort
from index.ranking import Floats, norms
from index.schema import UNDATED_DAY
from index.whoosh_engine.arrays import Ints, OpenField, OpenSegment
from index.whoosh_engine.days import SegmentDays
from index.whoosh_engine.fuzzy import Spellings
from index.whoosh_engine.numbering import Numbering, Numberings
from index.whoosh_engine.valuecolumn import ValueColumn, column_of

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Order:
    """The documents of a segment in an order, and by document how far in front it stands: the more the further."""

    docs: NDArray[np.intp]
    merits: NDArray[np.uint32]


@dataclass(slots=True)
class Derived:
    """What is made of a segment when it is first needed, and holds for all commits that it is in."""

    spellings: dict[str, Spellings] = field(default_factory=dict)
    keys: dict[Sort, NDArray[np.int64]] = field(default_factory=dict)
    orders: dict[Sort, Order] = field(default_factory=dict)
    values: dict[str, ValueColumn] = field(default_factory=dict)
    days: SegmentDays | None = None
    retold: NDArray[np.intp] | None = None
    by_id: tuple[Ints, NDArray[np.intp]] | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A segment with its place in the index: its documents are `base`, `base + 1` and so on. `live` is False for
    those that were deleted, None where none was."""

    segment: OpenSegment
    base: int
    live: Mask | None = None
    derived: Derived = field(default_factory=Derived)

    @property
    def places(self) -> slice:
        """Where its documents are in an array over the whole index."""
        return slice(self.base, self.base + self.segment.size)

    def spellings(self, name: str) -> Spellings | None:
        """The words of a field, to be looked up by their spelling."""
        found = self.derived.spellings.get(name)
        if found is None and (words := self.segment.field(name)) is not None:
            found = self.derived.spellings[name] = Spellings(words)
        return found

    def values(self, name: str, numbering: Numbering) -> ValueColumn:
        """The values of a facet that its documents hold."""
        found = self.derived.values.get(name)
        if found is None or found.numbering is not numbering:
            found = self.derived.values[name] = column_of(self.segment, name, numbering)
        return found

    @property
    def days(self) -> SegmentDays:
        """When its documents were published."""
        found = self.derived.days
        if found is None:
            found = self.derived.days = SegmentDays(self.segment.numbers("day"))
        return found

    @property
    def retold(self) -> NDArray[np.intp]:
        """Its documents that are of the story of another article."""
        found = self.derived.retold
        if found is None:
            found = np.flatnonzero(self.segment.numbers("story") != self.segment.numbers("id"))
            self.derived.retold = found
        return found

    def with_ids(self, ids: Ints) -> NDArray[np.intp]:
        """Its documents with these ids, deleted ones too: an id stands once in a segment."""
        known = self.derived.by_id
        if known is None:
            own = self.segment.numbers("id")
            order = own.argsort(kind="stable")
            known = self.derived.by_id = own.take(order), order
        own, order = known
        places = own.searchsorted(ids)
        return order.take(places.compress(own.searchsorted(ids, side="right") > places))

    def keys(self, sort: Sort) -> NDArray[np.int64]:
        """What its documents are put in order by: a row for each, of which the last number counts first. What
        belongs to one lies side by side, so that it is read at once."""
        sort = "newest" if sort == "relevance" else sort
        found = self.derived.keys.get(sort)
        if found is None:
            found = self.derived.keys[sort] = np.column_stack(_sort_keys(self.segment, sort))
        return found

    def order(self, sort: Sort) -> Order:
        """Its documents in the order by date, or by the last edit: undated ones come last, equals in the order of
        their ids. "relevance" is what stands among equals then: the newest first."""
        sort = "newest" if sort == "relevance" else sort
        found = self.derived.orders.get(sort)
        if found is None:
            docs = np.lexsort(_sort_keys(self.segment, sort))
            merits = np.empty(len(docs), np.uint32)
            merits[docs] = np.arange(len(docs), 0, -1)
            found = self.derived.orders[sort] = Order(docs, merits)
        return found


class Shelves:
    """All segments of a commit. Threads share them. `numberings` are those of the commits before, None where this is
    the first one to be read."""

    def __init__(self, shelves: Sequence[Shelf], numberings: Numberings | None = None) -> None:
        self.shelves = tuple(shelves)
        self.numberings = numberings or Numberings()
        self.documents = sum(shelf.segment.size for shelf in self.shelves)
        self.live = sum(
            shelf.segment.size if shelf.live is None else int(np.count_nonzero(shelf.live))
            for shelf in self.shelves
        )
        self._bases = [shelf.base for shelf in self.shelves]
        self._fields: dict[str, tuple[OpenField | None, ...]] = {}
        self._norms: dict[str, Floats] = {}
        self._languages: frozenset[str] | None = None

    def __iter__(self) -> Iterator[Shelf]:
        return iter(self.shelves)

    def __len__(self) -> int:
        return len(self.shelves)

    def holding(self, doc: int) -> Shelf:
        """The segment that a document is in."""
        return self.shelves[bisect_right(self._bases, doc) - 1]

    def fields(self, name: str) -> tuple[OpenField | None, ...]:
        """A field in each of the segments; None where no document has a word of it."""
        found = self._fields.get(name)
        if found is None:
            fields = (shelf.segment.field(name) for shelf in self.shelves)
            found = self._fields[name] = tuple(
                [field if field is not None and field.count else None for field in fields]
            )
        return found

    def norms(self, name: str) -> Floats:
        """What the lengths of a field add below the line, by their byte: see `index.ranking`."""
        found = self._norms.get(name)
        if found is None:
            total = sum(field.total for field in self.fields(name) if field is not None)
            found = self._norms[name] = norms((total or 1) / (self.documents or 1))
        return found

    @property
    def languages(self) -> frozenset[str]:
        """The languages that articles are written in, "" among them where some are of none that is known."""
        if self._languages is None:
            columns = [shelf.segment.values("language") for shelf in self.shelves]
            found = frozenset().union(*(column.values for column in columns))
            unknown = any((column.starts[1:] == column.starts[:-1]).any() for column in columns)
            self._languages = found | {""} if unknown else found
        return self._languages


def _sort_keys(segment: OpenSegment, sort: Sort) -> tuple[Ints | Mask, ...]:
    """The keys of an order for `np.lexsort`, the last one first."""
    published = segment.numbers("published")
    undated = segment.numbers("day") == UNDATED_DAY
    keys = (segment.numbers("id"), published if sort == "oldest" else -published, undated)
    return (*keys, -segment.numbers("edited")) if sort == "changed" else keys
