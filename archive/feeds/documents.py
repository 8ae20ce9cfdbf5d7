"""What feeds and sitemaps are read into."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Link


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed: its name, its language (BCP 47 primary tag or "") and its articles in the order given.

    `is_feed` is False where the body is no feed; there are no links then.
    """

    title: str = ""
    language: str = ""
    links: tuple[Link, ...] = ()
    is_feed: bool = False


@dataclass(frozen=True, slots=True)
class SitemapDocument:
    """A sitemap: links to articles, or with `is_index` to further sitemaps."""

    links: tuple[Link, ...] = ()
    is_index: bool = False
