"""`search --kwic`: every mention in its context, the mentions below each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rich.text import Text

from archive.isodate import iso_date
from index.aids import MAX_ARTICLES_WITH_MENTIONS, Mentions
from index.engine import Engine
from index.model import SearchRequest
from newsarchive.aidshapes import parts
from newsarchive.console import out, plain

_BEFORE = 40
"""Columns before a mention on a terminal."""


def mentions_of(engine: Engine, request: SearchRequest, limit: int, *, now: datetime) -> Mentions:
    """The mentions in the first `limit` articles, asked for page by page."""
    size = min(limit, MAX_ARTICLES_WITH_MENTIONS)
    request = replace(request, page_size=size, facets=False, grouped=False)
    found = engine.mentions(request, now=now)
    articles = list(found.articles)
    for page in range(2, -(-min(limit, found.total) // size) + 1):
        articles += engine.mentions(replace(request, page=page), now=now).articles
    return replace(found, articles=tuple(articles[:limit]))


def print_mentions(found: Mentions) -> None:
    """A line for each mention below the headline of its article."""
    out.print(f"{found.total:,} found: {plain(found.understood)}")
    for note in found.notes:
        out.print(plain(note), style="italic")
    for article in found.articles:
        day = iso_date(article.published, day_only=article.published_day_only) or "undated"
        out.print()
        out.print(Text(plain(f"{article.id:>6}  {article.title.text}"), style="bold"))
        out.print("        " + plain(f"{day} · {article.source}"))
        for line in article.lines:
            before, mention, after = (plain(part) for part in parts(line))
            out.print(
                Text.assemble(
                    before[-_BEFORE:].rjust(_BEFORE),
                    (mention, "reverse"),
                    after,
                    no_wrap=True,
                    overflow="ellipsis",
                )
            )
        if article.more:
            out.print(f"        and {article.more:,} more in this article", style="dim")
