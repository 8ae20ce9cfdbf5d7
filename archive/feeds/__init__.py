"""Feeds and sitemaps: bytes to links. Pure; nothing is opened, no clock is read, no body makes it raise.

`sniff` says what a body is, `parse_feed` reads RSS, RDF, Atom and JSON Feed, `parse_sitemap` reads sitemaps, and
`wanted` chooses what of a sitemap or an archive is followed.
"""

from __future__ import annotations

from archive.feeds.backfill import newest_first, wanted, without_future
from archive.feeds.documents import FeedDocument, SitemapDocument
from archive.feeds.sitemap import MAX_DEPTH, MAX_SITEMAPS, parse_sitemap
from archive.feeds.sniffing import BodyKind, sniff
from archive.feeds.syndication import parse_feed

__all__ = [
    "MAX_DEPTH",
    "MAX_SITEMAPS",
    "BodyKind",
    "FeedDocument",
    "SitemapDocument",
    "newest_first",
    "parse_feed",
    "parse_sitemap",
    "sniff",
    "wanted",
    "without_future",
]
