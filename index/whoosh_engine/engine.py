"""The engine: one request in, one answer out, from one snapshot; and keeping current."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.aids import MAX_VALUES, Completion, Mentions, Related, Significance
from index.highlight import highlight, marks
from index.model import (
    FACET_FIELDS,
    SELECT_SECONDS,
    Facet,
    HighlightedText,
    IndexStatus,
    SearchRequest,
    SearchResults,
    Selection,
)
from index.query import parse
from index.whoosh_engine import aids
from index.whoosh_engine.answer import answer, selection
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.memory import keep_memory
from index.whoosh_engine.snapshot import Snapshots
from index.whoosh_engine.storage import damage_named
from index.whoosh_engine.turns import Turn

if TYPE_CHECKING:
    from archive.model import Article


class WhooshEngine:
    """`Engine` over HOME/index. Threads share it: each request reads one snapshot."""

    def __init__(self, directory: Path) -> None:
        keep_memory()
        self._directory = directory
        self._snapshots = Snapshots(directory)

    def search(self, request: SearchRequest, *, now: datetime) -> SearchResults:
        """Answer from one snapshot. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named(), Turn() as turn:
            return answer(snapshot, request, today=now.date(), turn=turn)

    def select(self, request: SearchRequest, *, now: datetime, seconds: float = SELECT_SECONDS) -> Selection:
        """The ids of all that match, from one snapshot. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named():
            return selection(snapshot, request, today=now.date(), seconds=seconds)

    def facet_values(
        self,
        request: SearchRequest,
        field: str,
        containing: str = "",
        *,
        size: int = MAX_VALUES,
        now: datetime,
    ) -> Facet:
        """Values of a facet of which a word begins so. `NoIndex`, `DamagedIndex`; ValueError for another field."""
        if field not in FACET_FIELDS:
            raise ValueError(f"there is no facet {field}")
        snapshot = self._snapshots.newest()
        with damage_named(), Turn() as turn:
            return aids.facet_values(
                snapshot, request, field, containing, size=size, today=now.date(), turn=turn
            )

    def complete(self, text: str, *, size: int = 10) -> tuple[Completion, ...]:
        """How a text in the query box could go on. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named():
            return aids.complete(snapshot, text, size=size)

    def related(self, article_id: int, *, size: int = 5) -> tuple[Related, ...]:
        """Articles about the same. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named(), Turn() as turn:
            return aids.related(snapshot, article_id, size=size, turn=turn)

    def significant(self, request: SearchRequest, *, size: int = 20, now: datetime) -> Significance:
        """What sets apart what is found. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named(), Turn() as turn:
            return aids.significance(snapshot, request, size=size, today=now.date(), turn=turn)

    def mentions(self, request: SearchRequest, *, now: datetime) -> Mentions:
        """Every mention in its context. `NoIndex`, `DamagedIndex`."""
        snapshot = self._snapshots.newest()
        with damage_named(), Turn() as turn:
            return aids.mentions(snapshot, request, today=now.date(), turn=turn)

    def highlight(self, text: str, query: str, language: str = "") -> HighlightedText:
        """The text with the words marked that the query looks for in titles or texts."""
        return highlight(text, marks(parse(query, today=date.min).tree, "title"), language)

    def status(self) -> IndexStatus:
        """Documents, generation and checkpoint of what is being served."""
        snapshot = self._snapshots.newest()
        return IndexStatus(snapshot.shelves.live, snapshot.generation.number, snapshot.state.checkpoint)

    def check(self) -> None:
        """Read all that is served. `DamagedIndex` where it is not what was written."""
        for shelf in self._snapshots.newest().shelves:
            shelf.segment.check()

    def revisions(self) -> dict[int, int]:
        """Article id -> number of the revision that is searchable."""
        return self._by_id(lambda columns: columns.revision)

    def stories(self) -> dict[int, int]:
        """Article id -> the story that it is searchable as."""
        return self._by_id(lambda columns: columns.story)

    def _by_id(self, column: Callable[[Columns], Ints]) -> dict[int, int]:
        snapshot = self._snapshots.newest()
        with damage_named():
            columns = snapshot.columns
            ids, numbers = columns.id[columns.live], column(columns)[columns.live]
            return dict(zip(ids.tolist(), numbers.tolist(), strict=True))

    def apply(self, articles: Iterable[Article], *, removed: Iterable[int] = (), checkpoint: int) -> int:
        """Write articles and take out removed ids, in one commit with the checkpoint; the last of several
        articles with one id counts, and `removed` wins. Makes the first generation where there is none."""
        from index.whoosh_engine.keeping import keep  # noqa: PLC0415  (whoever only searches loads no writer)

        return keep(self._directory, articles, set(removed), checkpoint)

    def close(self) -> None:
        """Let go of files."""
        self._snapshots.close()
