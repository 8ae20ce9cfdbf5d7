"""What a search engine must do to carry this archive. The embedded one is `index.whoosh_engine`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.aids import MAX_VALUES, Completion, Mentions, Related, Significance
from index.model import (
    SELECT_SECONDS,
    Facet,
    HighlightedText,
    IndexStatus,
    SearchRequest,
    SearchResults,
    Selection,
)

if TYPE_CHECKING:
    from archive.model import Article  # whoever only searches does not load what an archive is made of

ReadArticles = Callable[[int], "Iterable[Article]"]
"""Given an article id, the articles with a greater id in the order of their ids (0 for all)."""

Progress = Callable[[int], None]
"""Called with the number of articles done so far."""


class Engine(Protocol):
    """Searching and keeping current. Safe to share between threads; readers never wait for a writer.

    Errors: `NoIndex` where nothing has been built, `DamagedIndex` where it cannot be read, `IndexBusy` where
    another process is writing. A search never raises for what a person typed.
    """

    def search(self, request: SearchRequest, *, now: datetime) -> SearchResults:
        """Answer from one consistent snapshot; `now` gives `since:2w` its meaning."""
        ...

    def select(self, request: SearchRequest, *, now: datetime, seconds: float = SELECT_SECONDS) -> Selection:
        """All articles that match, each of them, in the order asked for; the page does not count. After `seconds` it
        is stopped, and not complete."""
        ...

    def facet_values(
        self,
        request: SearchRequest,
        field: str,
        containing: str = "",
        *,
        size: int = MAX_VALUES,
        now: datetime,
    ) -> Facet:
        """The values of one facet, of which a word begins like `containing`, as `search` counts them, at most
        `size`. ValueError for a field that is no facet."""
        ...

    def complete(self, text: str, *, size: int = 10) -> tuple[Completion, ...]:
        """How the text of a query box could go on, at most `size` ways."""
        ...

    def related(self, article_id: int, *, size: int = 5) -> tuple[Related, ...]:
        """Articles about the same as one, the likest first, without copies of it; none for an unknown one."""
        ...

    def significant(self, request: SearchRequest, *, size: int = 20, now: datetime) -> Significance:
        """The words that set the articles apart which `search` would find; the page does not count."""
        ...

    def mentions(self, request: SearchRequest, *, now: datetime) -> Mentions:
        """Every mention of what the query looks for, in the articles of the page that is asked for, each article
        for itself."""
        ...

    def highlight(self, text: str, query: str, language: str = "") -> HighlightedText:
        """The whole text with the words that the query looks for marked, by the rules of its language."""
        ...

    def apply(self, articles: Iterable[Article], *, removed: Iterable[int] = (), checkpoint: int) -> int:
        """Make these articles searchable as they are now, take the removed ids out, and remember the
        checkpoint, in one commit; doing it twice changes nothing. Returns the documents written."""
        ...

    def status(self) -> IndexStatus:
        """Documents, generation and checkpoint of what is being served."""
        ...

    def revisions(self) -> dict[int, int]:
        """Article id -> number of the revision that is searchable, for comparing with the archive."""
        ...

    def stories(self) -> dict[int, int]:
        """Article id -> the story that it is searchable as, its own id where it is alone."""
        ...

    def check(self) -> None:
        """Read all of the index that is served. `DamagedIndex` where it is not what was written."""
        ...

    def close(self) -> None:
        """Let go of files; searching again opens them anew."""
        ...


def open_engine(directory: Path, name: str = "whoosh") -> Engine:
    """The engine of that name over HOME/index; it need not exist yet. ValueError for an unknown name."""
    if name != "whoosh":
        msg = f'there is no engine "{name}"; the one there is: whoosh'
        raise ValueError(msg)
    from index.whoosh_engine import WhooshEngine  # noqa: PLC0415  (an engine is loaded only when chosen)

    return WhooshEngine(directory)
