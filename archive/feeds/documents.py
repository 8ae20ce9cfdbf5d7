"""What feeds and sitemaps are read into."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Link


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed: its name, its language (BCP 47 primary tag or "") and its articles in the order given.

    `is_feed` is False where the body is no feed; there are no links then. `ids` are (URL, id) of the entries that
    have an id besides their address, which stays where the address of an article changes; only within one source
    does an id mean anything. `problem` is "too-large" or "too-many" where not all of the feed was read.
    """

    title: str = ""
    language: str = ""
    links: tuple[Link, ...] = ()
    is_feed: bool = False
    ids: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SitemapDocument:
    """A sitemap: links to articles, or with `is_index` to further sitemaps.

    `problem` is "" or why it was not read, or not all of it: "too-large" (more than 50 MiB inflated, nothing is
    taken), "too-many" (entries), "too-deep" (an index below three others, nothing is taken).
    """

    links: tuple[Link, ...] = ()
    is_index: bool = False
    problem: str = ""
