"""HTML bytes -> what the page says of itself. Pure: no network, no clock, no database.

    bytes -> decode -> page (parsed once) -> title, authors, dates, language, ... -> body -> kind

One module for each question, readable on its own; `extract` asks them in turn.
"""

from __future__ import annotations

from archive.extract import about, authors, dates, kind, language, parts, title
from archive.extract.body import paragraphs as read_body
from archive.extract.bounds import bounded
from archive.extract.byline import front as find_front
from archive.extract.decode import decode
from archive.extract.page import parse
from archive.extract.quick import quick_title
from archive.extract.ruled import Ruled, check_selector
from archive.model import NO_RULES, Extract, Link, Rules

__all__ = ["VERSION", "check_selector", "extract", "quick_title"]

VERSION = 2
"""Grows with every change in what is read from a page. Each revision keeps the version that read it, so that
`newsarchive reextract` knows what a newer one may read better."""


def extract(
    body: bytes, *, url: str, content_type: str = "", hint: Link | None = None, rules: Rules | None = None
) -> Extract:
    """Read a page. `url` is where it was found, `content_type` the value of the HTTP header.

    `hint` is the entry of the feed or sitemap that led here: its title, authors and dates count where the
    page itself is silent. `rules` are those of the source: what their selectors find counts more than all else, each
    for its field. Never raises: what cannot be read has the status "empty".
    """
    text = bounded(decode(body, content_type))
    if "<" not in text:
        return Extract(status="empty")
    page = parse(text, url)
    ruled = Ruled(page, rules or NO_RULES)
    headline = ruled.title() or title.title(page, hint.title if hint else "")
    front = find_front(page, headline)
    found = dates.dates(page, front, language.tag(page), hint, ruled.dates())
    paragraphs = read_body(page, headline, ruled.bodies())
    whole = "\n\n".join(paragraphs)
    return Extract(
        canonical_url=about.canonical_url(page),
        title=headline,
        authors=authors.authors(page, front, hint.authors if hint else (), ruled.bylines()),
        published=found.published.at if found.published else None,
        published_day_only=found.published.day_only if found.published else False,
        published_from=found.source,
        modified=found.modified,
        section=about.section(page),
        tags=about.tags(page),
        language=language.language(page, whole),
        image=about.image(page),
        description=about.description(page),
        text=whole,
        styles=parts.styles(page),
        pictures=parts.pictures(page),
        status=kind.status(page, headline, paragraphs, found.published is not None),
    )
