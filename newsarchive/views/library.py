"""What every page reads from: the archive, the index and a clock. Kept in the application, shared by threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import current_app

from archive.store import Store
from index.engine import Engine
from index.errors import NoIndex
from index.model import SearchRequest, SearchResults
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
