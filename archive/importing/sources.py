"""Which source an imported article belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from ada_url import URL, HostType

from archive.errors import SourceExists
from archive.model import Source
from archive.store import Reader, Transaction
from archive.urls import host_key
from archive.urls.sites import domain

COLLECTION = "imported"
_TRIES = 100

Namer = Callable[[str, Collection[str]], str]
"""A URL and the names that are taken -> a name for its source."""


class Sources:
    """The sources of an archive by their sites. Where a site has none, one is made that is paused, so that nothing of
    it is crawled unasked; in a collection of its own, and called as `namer` says."""

    def __init__(self, reader: Reader, namer: Namer, interval: timedelta) -> None:
        self._sources = {source.id: source for source in reader.sources()}
        self._by_site = {_site(source.url): source.id for source in reversed(self._sources.values())}
        self._names = {source.name for source in self._sources.values()}
        self._namer = namer
        self._interval = interval

    def of(self, url: str) -> Source | None:
        """The source of a URL's site."""
        source_id = self._by_site.get(_site(url))
        return None if source_id is None else self._sources[source_id]

    def by_id(self, source_id: int) -> Source | None:
        """The source of an id, None where it was removed."""
        return self._sources.get(source_id)

    def named(self, name: str) -> Source | None:
        """The source that is called so."""
        return next((source for source in self._sources.values() if source.name == name), None)

    def make(self, tx: Transaction, url: str, now: datetime, *, name: str = "") -> Source:
        """A source for the site of a URL, which has none; called `name`, if that is free."""
        home = f"{host_key(url)}/"
        for _ in range(_TRIES):
            chosen = name if name and name not in self._names else self._namer(home, self._names)
            self._names.add(chosen)
            try:
                source_id = tx.add_source(
                    name=chosen,
                    url=home,
                    interval=self._interval,
                    now=now,
                    paused=True,
                    adaptive=True,
                    collections=(COLLECTION,),
                )
            except SourceExists:  # a source that was removed has the name
                continue
            source = tx.reader.source(str(source_id))
            self._sources[source_id] = source
            self._by_site[_site(url)] = source_id
            return source
        raise SourceExists(f"There is no free name for a source of {home}.")


def _site(url: str) -> tuple[str, str]:
    """What the URLs of one publisher have in common, as `archive.urls.same_site` has it."""
    parsed = URL(url)
    named = parsed.host_type == HostType.DEFAULT
    return (domain(parsed.hostname) if named else parsed.hostname), parsed.port
