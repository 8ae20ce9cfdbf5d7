"""HTML bytes -> what the page says of itself. Pure: no network, no clock, no database.

    bytes -> decode -> page (parsed once) -> title, authors, dates, language, ... -> body -> kind

One module for each question, readable on its own; `extract` asks them in turn.
"""

from __future__ import annotations

from dataclasses import replace

from archive.extract import about, authors, body, dates, kind, language, parts, recurring, title
from archive.extract.bounds import bounded
from archive.extract.byline import front as find_front
from archive.extract.decode import decode
from archive.extract.lesson import lesson
from archive.extract.page import parse
from archive.extract.quick import quick_title
from archive.extract.ruled import Ruled, check_selector
from archive.model import NO_RULES, NOTHING_LEARNT, Extract, Learnt, Link, Rules

__all__ = ["VERSION", "check_selector", "extract", "quick_title"]

VERSION = 3
"""Grows with every change in what is read from a page. Each revision keeps the version that read it, so that
`newsarchive reextract` knows what a newer one may read better."""


def extract(
    data: bytes,
    *,
    url: str,
    content_type: str = "",
    hint: Link | None = None,
    rules: Rules | None = None,
    learnt: Learnt | None = None,
) -> Extract:
    """Read a page. `url` is where it was found, `content_type` the value of the HTTP header.

    `hint` is the entry of the feed or sitemap that led here: its title, authors and dates count where the
    page itself is silent. `rules` are those of the source: what their selectors find counts more than all else, each
    for its field. `learnt` is what other pages of the source have taught; only where it is given does this one teach,
    too. Never raises: what cannot be read has the status "empty".
    """
    text = bounded(decode(data, content_type))
    if "<" not in text:
        return Extract(status="empty", kind="empty")
    page = parse(text, url)
    known = learnt or NOTHING_LEARNT
    ruled = Ruled(page, rules or NO_RULES)
    headline = title.title(page, hint.title if hint else "", ruled.title())
    front = find_front(page, headline.value, known)
    when = dates.dates(page, front, language.tag(page), hint, ruled.dates())
    who = authors.authors(page, front, hint.authors if hint else (), ruled.bylines())
    by_rule = ruled.bodies()
    found = body.body(page, headline.value, by_rule, authors.names_of(who.value))
    what = found if by_rule else recurring.without(found, known)
    lines = [paragraph.text for paragraph in what.value]
    whole = "\n\n".join(lines)
    canonical, section, tags = about.canonical_url(page), about.section(page), about.tags(page)
    spoken, image, description = language.language(page, whole), about.image(page), about.description(page)
    status = kind.status(page, headline.value, lines, when.published is not None)
    genre, free = kind.kind(page, status, what.value, section.value), about.free(page)
    others = (canonical, section, tags, spoken, image, description)
    read = Extract(
        canonical_url=canonical.value,
        title=headline.value,
        authors=authors.names_of(who.value),
        published=when.published.at if when.published else None,
        published_day_only=when.published.day_only if when.published else False,
        published_from=when.source,
        modified=when.modified,
        section=section.value,
        tags=tags.value,
        language=spoken.value,
        image=image.value,
        description=description.value,
        text=whole,
        styles=parts.styles(page),
        pictures=parts.pictures(page),
        status=status,
        credits=who.value,
        paragraphs=what.value,
        kind=genre.value,
        free=free.value,
        evidence=(
            *headline.evidence,
            *who.evidence,
            *when.evidence,
            *(statement for other in others for statement in other.evidence),
            *genre.evidence,
            *free.evidence,
            *what.evidence,
        ),
    )
    if learnt is None:
        return read
    return replace(read, lesson=lesson(read, front, found.value, language.tag(page)))
