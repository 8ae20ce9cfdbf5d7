"""Which links of a list are followed. What a feed names is an article; what a page merely links to may be a trap, and
a sitemap that was merely found lists a history that nobody asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from archive.discover import Budget, Patterns, in_scope, trap, well_known_feeds, well_known_sitemaps
from archive.discover.addresses import is_home
from archive.feeds.backfill import days_of_address, wanted, without_future
from archive.model import Link, Source, Visit
from archive.parsing import Listing
from archive.store import Store
from archive.urls import host_key, identity

MAX_SITEMAPS = 500
"""Of one source; a site that has more lists its articles in the newest of them, which come first."""

MAX_PAGES = 1000
"""How far a list is followed into the past, in pages."""

_PAGES_KNOWN = 2000


class Admission:
    """Chooses links for one crawl. `sitemaps_of` tells what the robots.txt of a host names; `left_out` counts what
    was not followed, by why."""

    def __init__(
        self, store: Store, sitemaps_of: Callable[[str], tuple[str, ...]], left_out: Counter[str]
    ) -> None:
        self._store = store
        self._sitemaps_of = sitemaps_of
        self._left_out = left_out
        self._patterns: dict[int, Patterns] = {}
        self._budgets: dict[int, Budget] = {}
        self._sitemaps: dict[int, int] = {}

    def links(self, source: Source, visit: Visit, listing: Listing, at: datetime) -> list[Link]:
        """The links of a list, found on a visit of a source, that are followed."""
        if listing.kind == "page":
            links = [*self._of_page(source, visit, listing, at), *self._of_site(source, visit, listing)]
        elif listing.kind == "sitemap":
            links = list(self._of_sitemap(source, visit, listing, at))
        else:
            links = list(listing.links)
        if listing.problem:
            self._left_out[f"{listing.kind}-{listing.problem}"] += 1
        return [without_future(link, at) for link in links if self._in_scope(source, link)]

    def _of_page(self, source: Source, visit: Visit, listing: Listing, at: datetime) -> Iterator[Link]:
        since = source.backfill_since
        links: Iterable[Link] = listing.links
        if since is not None:
            if visit.hint.depth:  # a page of the archive: its articles may be older than is wanted
                links = wanted(links, since=since, now=at)
            if visit.hint.depth < MAX_PAGES and not _is_before(listing, since):
                yield from wanted(listing.next_pages, since=since, now=at)
        known = self._store.known_visits(source.id, [identity(link.url) for link in listing.links])
        for link in links:
            if link.role != "article" or link.certain or identity(link.url) in known:
                yield link
            elif why := self._refusal(source, link, at):
                self._left_out[why] += 1
            else:
                yield link

    def _refusal(self, source: Source, link: Link, at: datetime) -> str:
        """Why a link of a page is not followed, "" where it is."""
        if why := trap(link.url, today=at.date()):
            return why
        if source.id not in self._patterns:
            self._patterns[source.id] = Patterns.learn(*self._store.known_addresses(source.id, _PAGES_KNOWN))
            self._budgets[source.id] = Budget()
        if self._patterns[source.id].verdict(link.url) is False:
            return "pattern"
        return self._budgets[source.id].refusal(link.url)

    def _of_site(self, source: Source, visit: Visit, listing: Listing) -> Iterator[Link]:
        """What the site has besides its home page: sitemaps that robots.txt names, feeds that nobody names."""
        if identity(visit.url) != identity(source.url) or not (is_home(source.url) or source.backfill_since):
            return
        named = self._sitemaps_of(host_key(visit.url))
        for url in named:
            yield Link(url, role="sitemap", certain=False)
        if visit.body_digest:
            return  # what was to be guessed was guessed on the first visit
        if not any(link.role == "feed" for link in listing.links):
            yield from well_known_feeds(visit.url)
        if source.backfill_since and not named:
            yield from well_known_sitemaps(visit.url)

    def _of_sitemap(self, source: Source, visit: Visit, listing: Listing, at: datetime) -> Iterator[Link]:
        """All of one that a person or a page named, of any other what is new or asked for; and so for those that are
        below them."""
        links: Iterable[Link] = listing.links
        if not visit.hint.certain:
            chosen = wanted(links, since=source.backfill_since, now=at)
            links = [replace(link, certain=link.role == "article") for link in chosen]
        links = list(links)
        sitemaps = [identity(link.url) for link in links if link.role == "sitemap"]
        known = self._store.known_visits(source.id, sitemaps)
        for link in links:
            is_new = link.role == "sitemap" and identity(link.url) not in known
            if not is_new or self._has_room_for_sitemap(source.id):
                yield link
            else:
                self._left_out["sitemaps"] += 1

    def _has_room_for_sitemap(self, source_id: int) -> bool:
        if source_id not in self._sitemaps:
            self._sitemaps[source_id] = self._store.count_visits(source_id, "sitemap")
        self._sitemaps[source_id] += 1
        return self._sitemaps[source_id] <= MAX_SITEMAPS

    def _in_scope(self, source: Source, link: Link) -> bool:
        if link.role != "article" or in_scope(link.url, source.rules):
            return True
        self._left_out["rules"] += 1
        return False


def _is_before(listing: Listing, since: date) -> bool:
    """Whether all articles of a list whose addresses tell their days are older than that."""
    days = [
        found[1] for link in listing.links if link.role == "article" and (found := days_of_address(link.url))
    ]
    return bool(days) and max(days) < since
