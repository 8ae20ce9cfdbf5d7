"""What every page reads from: the archive, the index and a clock. Kept in the application, shared by threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import current_app

from archive.store import Store
from index.aids import Completion, Mentions, Significance
from index.engine import Engine
from index.errors import NoIndex
from index.model import Facet, SearchRequest, SearchResults
from newsarchive.authors import with_names

EXTENSION = "newsarchive"


@dataclass(frozen=True, slots=True)
class Library:
    """The open archive and its index; `warc_dir` is the folder of the WARC files."""

    store: Store
    engine: Engine
    clock: Callable[[], datetime]
    warc_dir: Path

    def search(self, request: SearchRequest) -> SearchResults:
        """The engine's answer; an archive without articles needs no index to answer. NoIndex, DamagedIndex."""
        try:
            return self.engine.search(self.named(request), now=self.clock())
        except NoIndex:
            if self.store.counts().articles:
                raise
            return SearchResults(request, "", (), 0, (), (), None, (), 0.0)

    def complete(self, text: str, size: int) -> tuple[Completion, ...]:
        """How a text in the query box could go on; an archive without articles has nothing to offer."""
        try:
            return self.engine.complete(text, size=size)
        except NoIndex:
            return ()

    def facet_values(self, request: SearchRequest, field: str, containing: str, *, size: int) -> Facet:
        """Values of a facet by what a word of them begins with. NoIndex, DamagedIndex."""
        return self.engine.facet_values(self.named(request), field, containing, size=size, now=self.clock())

    def significant(self, request: SearchRequest, *, size: int) -> Significance:
        """What sets the articles apart that are found. NoIndex, DamagedIndex."""
        return self.engine.significant(self.named(request), size=size, now=self.clock())

    def mentions(self, request: SearchRequest) -> Mentions:
        """Every mention of what is looked for, article by article. NoIndex, DamagedIndex."""
        return self.engine.mentions(self.named(request), now=self.clock())

    def named(self, request: SearchRequest) -> SearchRequest:
        """The request with the names that authors are known by, where it asks for authors."""
        if any(chosen.field == "author" for chosen in request.filters):
            return with_names(request, self.store.author_names())
        return request

    def close(self) -> None:
        """Let go of the database and the files of the index."""
        self.store.close()
        self.engine.close()


def library() -> Library:
    """The library of the application that answers this request."""
    return cast("Library", current_app.extensions[EXTENSION])
