"""Feeds and sitemaps: bytes to links. Pure; nothing is opened, no clock is read, no body makes it raise.

`sniff` says what a body is, `parse_feed` reads RSS, RDF, Atom and JSON Feed, `parse_sitemap` reads sitemaps.
"""

from __future__ import annotations

from archive.feeds.documents import FeedDocument, SitemapDocument
from archive.feeds.sitemap import parse_sitemap
from archive.feeds.sniffing import BodyKind, sniff
from archive.feeds.syndication import parse_feed

__all__ = ["BodyKind", "FeedDocument", "SitemapDocument", "parse_feed", "parse_sitemap", "sniff"]
