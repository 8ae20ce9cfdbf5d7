"""`search`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click
from rich.text import Text

from archive.isodate import iso_date
from index.aids import Mentions
from index.engine import Engine, open_engine
from index.model import MAX_PAGE_SIZE, MAX_WINDOW, HighlightedText, Hit, SearchRequest, SearchResults
from newsarchive.aidshapes import mentions_json
from newsarchive.authors import with_names
from newsarchive.clock import now
from newsarchive.commands.asking import asked, narrowing
from newsarchive.commands.kwic import mentions_of, print_mentions
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json
from newsarchive.searchform import LONG_FACET
from newsarchive.shapes import search_json
from newsarchive.views.words import count


@click.command()
@narrowing
@click.option(
    "--limit", type=click.IntRange(1, MAX_WINDOW), default=10, show_default=True, help="How many hits."
)
@click.option(
    "--facets",
    is_flag=True,
    help="Count authors, sources, tags, years and more; JSON always does.",
)
@click.option(
    "--all", "every", is_flag=True, help="List every article; else the copies of one story are one hit."
)
@click.option("--kwic", is_flag=True, help="Print every mention in its context, of as many articles.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def search(
    config: Config,
    query: tuple[str, ...],
    author: tuple[str, ...],
    source: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: str | None,
    limit: int,
    *,
    facets: bool,
    every: bool,
    kwic: bool,
    as_json: bool,
) -> None:
    """Find articles. The query language is that of the search page."""
    request = replace(asked(query, author, source, since, until, sort), grouped=not every)
    if author:
        from archive.store import Store  # noqa: PLC0415  (a database takes longer to load than most searches do)

        with Store(config.database_url, readonly=True) as store:
            request = with_names(request, store.author_names())
    engine = open_engine(config.index_dir, config.index.engine)
    try:
        if kwic:
            mentions = mentions_of(engine, request, limit, now=now())
        elif as_json:
            results = _first_hits(engine, request, limit, facets=True, facet_size=LONG_FACET)
        else:
            results = _first_hits(engine, request, limit, facets=facets)
    finally:
        engine.close()
    if kwic:
        _print_kwic(mentions, as_json=as_json)
    elif as_json:
        print_json(search_json(results))
    else:
        _print_results(results)


def _print_kwic(mentions: Mentions, *, as_json: bool) -> None:
    if as_json:
        print_json(mentions_json(mentions))
    else:
        print_mentions(mentions)


def _first_hits(engine: Engine, request: SearchRequest, limit: int, **counting: Any) -> SearchResults:
    """The first `limit` hits, asked for page by page, with facets on the first one only."""
    at = now()
    size = min(limit, MAX_PAGE_SIZE)
    request = replace(request, page_size=size, **counting)
    results = engine.search(request, now=at)
    hits = list(results.hits)
    for page in range(2, -(-min(limit, results.stories) // size) + 1):
        hits += engine.search(replace(request, page=page, facets=False), now=at).hits
    return results._replace(hits=tuple(hits[:limit]))


def _print_results(results: SearchResults) -> None:
    stories = f" in {count(results.stories, 'story', 'stories')}" if results.stories < results.total else ""
    out.print(f"{results.total:,} found{stories}: {plain(results.understood)}")
    for note in results.notes:
        out.print(plain(note), style="italic")
    for suggestion in results.suggestions:
        out.print(f"Did you mean: {plain(suggestion.text)} ({suggestion.count:,})")
    for hit in results.hits:
        out.print()
        out.print(Text.assemble(f"{hit.id:>6}  ", _marked(hit.title, "bold")))
        out.print("        " + plain(" · ".join(_facts(hit))))
        for title in hit.earlier_titles:
            out.print(Text.assemble("        Earlier headline: ", _marked(title, "italic")))
        out.print(Text.assemble("        ", _marked(hit.snippet, "")))
        for line in _copies(hit):
            out.print(f"        {line}", style="dim")
    for facet in results.facets:
        out.print(f"\n{facet.field}", style="bold")
        for bucket in facet.buckets:
            out.print(f"{bucket.count:>8,}  {plain(bucket.label)}")
        for number, what in ((facet.other, "others"), (facet.missing, "none")):
            if number:
                out.print(f"{number:>8,}  ({what})")


def _copies(hit: Hit) -> Iterator[str]:
    """The further articles of its story, a line each."""
    if hit.more:
        yield f"and {hit.more:,} more of this story:"
    for one in hit.also:
        day = iso_date(one.published, day_only=one.published_day_only) or "undated"
        yield plain(f"{one.id:>6}  {one.source} · {day} · {one.title}")
    if hit.more > len(hit.also):
        yield f"all of them: newsarchive search --all story:{hit.id}"


def _facts(hit: Hit) -> Iterator[str]:
    yield from hit.authors
    yield iso_date(hit.published, day_only=hit.published_day_only) or "undated"
    yield hit.source


def _marked(highlighted: HighlightedText, style: str) -> Text:
    text = Text(style=style)
    for piece, is_marked in highlighted.pieces():
        text.append(plain(piece), style="reverse" if is_marked else "")
    return text
