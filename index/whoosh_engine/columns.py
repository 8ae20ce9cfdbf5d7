"""The columns of an index over all its documents, for order, stories and facets.

A column of numbers is put together from those of the segments when it is first asked for: most searches need few of
them. Values of facets stay where they are: a commit costs what is new in it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.days import UNITS, Calendar
from index.whoosh_engine.facetcolumns import Chosen, Dates, FacetColumn, Values
from index.whoosh_engine.shelves import Mask, Shelves
from index.whoosh_engine.stories import Stories, find_stories
from index.whoosh_engine.valuecolumn import ValueColumn


class Columns:
    """All columns, by document number. `live` is False for documents that were deleted, `story` is the same number
    for all documents of a story."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._numbers: dict[str, Ints] = {}
        self._facets: dict[str, FacetColumn] = {}
        self.size = shelves.documents

    def numbers(self, name: str) -> Ints:
        """A column of numbers: see `index.schema.NUMBERS`."""
        found = self._numbers.get(name)
        if found is None:
            columns = [shelf.segment.numbers(name) for shelf in self._shelves]
            found = columns[0] if len(columns) == 1 else np.concatenate([np.zeros(0, np.int64), *columns])
            self._numbers[name] = found
        return found

    def facet(self, name: str) -> FacetColumn:
        """A column of values: those of `index.schema.VALUES`, and those made of numbers."""
        found = self._facets.get(name)
        if found is None:
            found = self._facets[name] = self._facet(name)
        return found

    @property
    def id(self) -> Ints:
        return self.numbers("id")

    @property
    def revision(self) -> Ints:
        return self.numbers("revision")

    @property
    def story(self) -> Ints:
        return self.numbers("story")

    def story_of(self, doc: int) -> int:
        """The story of one document."""
        shelf = self._shelves.holding(doc)
        return int(shelf.segment.numbers("story")[doc - shelf.base])

    def stories_of(self, article_id: int) -> list[int]:
        """The story of an article, in a list; none where no live document is of it."""
        wanted = np.array([article_id])
        return [
            int(shelf.segment.numbers("story")[doc])
            for shelf in self._shelves
            for doc in shelf.with_ids(wanted).tolist()
            if shelf.live is None or shelf.live[doc]
        ]

    @cached_property
    def live(self) -> Mask:
        live = np.ones(self.size, bool)
        for shelf in self._shelves:
            if shelf.live is not None:
                live[shelf.places] = shelf.live
        return live

    @cached_property
    def stories(self) -> Stories:
        return find_stories(self._shelves)

    @cached_property
    def calendar(self) -> Calendar:
        """The days of all documents."""
        return Calendar((shelf.base, shelf.days) for shelf in self._shelves)

    @cached_property
    def everything(self) -> Chosen:
        """All documents but for those that were deleted: what a front page and completion count."""
        parts = [
            (shelf, np.arange(shelf.segment.size) if shelf.live is None else np.flatnonzero(shelf.live))
            for shelf in self._shelves
        ]
        return Chosen(self, parts)

    def _facet(self, name: str) -> FacetColumn:
        for unit in UNITS:
            if name == unit:
                return Dates(self.calendar, unit)
        numbering = self._shelves.numberings[name]
        if name == "copies":
            copies = self.stories.copies.astype(np.uint8) + 1
            columns = [ValueColumn(numbering, copies[shelf.places]) for shelf in self._shelves]
        else:
            columns = [shelf.values(name, numbering) for shelf in self._shelves]
        return Values(numbering, zip((shelf.base for shelf in self._shelves), columns, strict=True))
