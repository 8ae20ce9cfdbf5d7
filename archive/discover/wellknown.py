"""Addresses worth one try where a site names no feed or no sitemap: those that the common content systems use."""

from __future__ import annotations

from archive.model import Link
from archive.urls import fetch_form

_FEEDS = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml")
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")


def well_known_feeds(home_url: str) -> tuple[Link, ...]:
    """Feeds that a site may have without saying so, the likeliest first; one that answers is enough."""
    return tuple(Link(fetch_form(path, home_url), role="feed", certain=False) for path in _FEEDS)


def well_known_sitemaps(home_url: str) -> tuple[Link, ...]:
    """Sitemaps that a site may have where its robots.txt names none, the likeliest first."""
    return tuple(Link(fetch_form(path, home_url), role="sitemap", certain=False) for path in _SITEMAPS)
