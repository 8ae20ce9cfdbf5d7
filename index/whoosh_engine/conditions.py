"""Conditions of a query and filters that columns answer: what finds their documents in a segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from index import querytree as tree
from index.model import FACET_FIELDS, MISSING, SearchRequest
from index.schema import NEVER
from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.combining import All, Other
from index.whoosh_engine.days import UNDATED, span
from index.whoosh_engine.listed import Listed, Tested
from index.whoosh_engine.matchers import Mask, Matcher
from index.whoosh_engine.numbering import NOTHING
from index.whoosh_engine.shelves import Shelf

Condition = Callable[[Shelf], Matcher]
"""What finds in a segment the documents for which something holds."""

_ORDINAL_OF_1970 = 719_163
_MICROSECONDS_OF_A_DAY = 24 * 3600 * 1_000_000


class Conditions:
    """The conditions of one search. What holds of a condition in all segments is found once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._numbers: dict[tree.ColumnLeaf, Sequence[int]] = {}

    def matcher(self, node: tree.ColumnLeaf, shelf: Shelf) -> Matcher:  # noqa: C901 (a line a node)
        """What finds the documents of a segment for which a condition holds."""
        numbers = shelf.segment.numbers
        match node:
            case tree.Days():
                return shelf.days.within([span(node.since, node.until)])
            case tree.Changed():
                return Tested(numbers("edited"), _edited(node.since, node.until))
            case tree.Edits():
                return Tested(numbers("edits"), _counted(node.low, node.high))
            case tree.WordCount():
                return Tested(numbers("words"), _counted(node.low, node.high))
            case tree.Undated():
                return shelf.days.within([UNDATED])
            case tree.Gone():
                return Tested(numbers("gone"), _is_true)
            case tree.HasImage():
                return Tested(numbers("has_image"), _is_true)
            case tree.Copy():
                return Tested(self._columns.stories.copies[shelf.places].view(np.uint8), _is_true)
            case tree.Story():
                stories = self._once(node, lambda: self._columns.stories_of(node.article_id))
                return Tested(numbers("story"), lambda story: np.isin(story, stories))
            case tree.Language():
                return self._holding(shelf, "language", node, lambda tag: tag.split("-")[0] == node.tag)
            case tree.Site():
                within = f".{node.host}"
                return self._holding(shelf, "site", node, lambda h: h == node.host or h.endswith(within))
            case tree.Everything():
                return _everything(shelf)

    def _holding(
        self, shelf: Shelf, name: str, node: tree.ColumnLeaf, fits: Callable[[str], bool]
    ) -> Matcher:
        """The documents that hold a value that fits."""
        facet = self._columns.facet(name)

        def find() -> list[int]:
            return [number for number, value in enumerate(facet.values) if number != NOTHING and fits(value)]

        return facet.holding(shelf, self._once(node, find))

    def _once(self, node: tree.ColumnLeaf, find: Callable[[], Sequence[int]]) -> Sequence[int]:
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = find()
        return found


def _is_true(flags: AnyInts) -> Mask:
    return flags.astype(bool)


def _counted(low: int, high: int | None) -> Callable[[AnyInts], Mask]:
    """Numbers from one to another, both included; None is no bound."""

    def test(counts: AnyInts) -> Mask:
        enough: Mask = counts >= low
        return enough if high is None else enough & (counts <= high)

    return test


def _edited(since: date | None, until: date | None) -> Callable[[AnyInts], Mask]:
    """Instants on some days in UTC, both included; None is no bound."""
    first, end = (_midnight(day) for day in span(since, until))
    return lambda instants: (instants != NEVER) & (instants >= first) & (instants < end)


def _midnight(day: int) -> int:
    """When a day begins in UTC, by its `date.toordinal()`, in microseconds since 1970."""
    return (day - _ORDINAL_OF_1970) * _MICROSECONDS_OF_A_DAY


def filters(columns: Columns, request: SearchRequest) -> dict[str, Condition]:
    """For each filtered field what finds the documents that pass its filters. Unknown fields filter nothing."""
    fields = {one.field for one in request.filters}
    return {name: _filter(columns, name, request) for name in FACET_FIELDS if name in fields}


def _filter(columns: Columns, name: str, request: SearchRequest) -> Condition:
    facet = columns.facet(name)

    def numbers(values: tuple[str, ...]) -> list[int]:
        folded = {value.casefold() for value in values if value != MISSING}
        return [NOTHING] * (MISSING in values) + [n for value in folded for n in facet.spellings(value)]

    chosen, excluded = request.chosen(name), request.excluded(name)
    wanted, unwanted = numbers(chosen), numbers(excluded)

    def find(shelf: Shelf) -> Matcher:
        if not unwanted:
            return facet.holding(shelf, wanted) if chosen else _everything(shelf)
        without = Other(facet.holding(shelf, unwanted), shelf.segment.size)
        return All([facet.holding(shelf, wanted), without]) if chosen else without

    return find


def _everything(shelf: Shelf) -> Matcher:
    return Listed([np.arange(shelf.segment.size)], lambda docs: np.ones(len(docs), bool))
