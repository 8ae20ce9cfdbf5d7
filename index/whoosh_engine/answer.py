"""A request over one snapshot -> the whole answer."""

from __future__ import annotations

import time
from datetime import date
from typing import NamedTuple

from index import querytree as tree
from index.loosening import loosened
from index.model import (
    MAX_WINDOW,
    Facet,
    Hit,
    SearchRequest,
    SearchResults,
    Selection,
    Suggestion,
)
from index.query import parse
from index.whoosh_engine.asking import TIME_LIMIT, Asked
from index.whoosh_engine.facets import Counting, facets_of_everything
from index.whoosh_engine.firsts import first_of_all
from index.whoosh_engine.hits import page_of_hits, window
from index.whoosh_engine.matchers import Docs
from index.whoosh_engine.matches import Matches
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.spelling import respelt
from index.whoosh_engine.stories import Collapsed, collapse, uncollapsed
from index.whoosh_engine.turns import ALWAYS, Turn
from index.wording import understood

ENOUGH = 10
"""Whoever finds so much is not asked whether something else was meant."""


class _Found(NamedTuple):
    """What a search came to. `stories` counts what all pages show: stories, or articles."""

    total: int
    stories: int
    hits: tuple[Hit, ...]


def answer(snapshot: Snapshot, request: SearchRequest, *, today: date, turn: Turn = ALWAYS) -> SearchResults:
    """Everything a page of results shows; `today` gives relative dates their meaning."""
    began = time.perf_counter()
    asked = Asked(snapshot, request, today, TIME_LIMIT, turn)
    evaluation = asked.evaluation()
    node = asked.tree(asked.query)
    everything = isinstance(node, tree.Everything)
    facets: tuple[Facet, ...] = ()
    chart = None
    within = tuple(asked.filters.values())
    if everything and not within:
        found = _all(asked)
        if request.facets:
            facets, chart = facets_of_everything(snapshot.columns, request)
    elif request.facets:
        matching = evaluation.matches(node)
        counting = Counting(snapshot.columns, matching, asked.filters, request, everything=everything)
        passing = evaluation.matches(node, within=within) if everything else counting.passing()
        found = _some(asked, passing)
        facets, chart = counting.facets(), counting.histogram()
    else:
        found = _some(asked, evaluation.matches(node, within=within))
    stopped = evaluation.stopped  # then nobody knows whether anything matches
    silent = stopped or not request.suggestions
    help_notes, suggestions = ([], ()) if silent else _help(asked, found.total)
    return SearchResults(
        request=request,
        understood=understood(asked.query.tree, request),
        notes=(*asked.notes(evaluation), *_too_deep(request), *help_notes),
        total=found.total,
        hits=found.hits,
        facets=facets,
        histogram=chart,
        suggestions=suggestions,
        took=time.perf_counter() - began,
        stories=found.stories,
        complete=not stopped,
    )


def selection(snapshot: Snapshot, request: SearchRequest, *, today: date, seconds: float) -> Selection:
    """All that match, in the order asked for, or what was found of them in so many seconds; `today` gives relative
    dates their meaning."""
    asked = Asked(snapshot, request, today, seconds)
    evaluation = asked.evaluation()
    found = evaluation.matches(asked.tree(asked.query), within=tuple(asked.filters.values()))
    docs, _ = found.first(found.total, request.sort)
    return Selection(
        ids=tuple(snapshot.columns.id.take(docs).tolist()),
        understood=understood(asked.query.tree, request),
        notes=asked.notes(evaluation),
        complete=not evaluation.stopped,
    )


def _some(asked: Asked, result: Matches) -> _Found:
    """The page of what was found."""
    request, page = asked.request, window(asked.request)
    found = collapse(asked.snapshot.columns.stories, result) if request.grouped else uncollapsed(result)
    hits: tuple[Hit, ...] = ()
    if not page.is_too_deep:
        docs, scores = found.shown.first(page.end, request.sort)
        ordered = docs[page.first :], scores[page.first :].tolist()
        hits = _hits(asked, ordered, found)
    shown = found.shown.total
    return _Found(shown + found.hidden, shown, hits)


def _all(asked: Asked) -> _Found:
    """The page of all articles, of which the index keeps the order."""
    snapshot, request, page = asked.snapshot, asked.request, window(asked.request)
    live = snapshot.shelves.live
    stories = snapshot.columns.stories
    nothing = Matches((), snapshot.shelves.documents)
    found, shown, count = uncollapsed(nothing), None, live
    if request.grouped and len(stories.docs):
        found = Collapsed(nothing, stories.docs, stories.of)
        shown, count = ~stories.copies, live - int(stories.copies.sum())
    hits: tuple[Hit, ...] = ()
    if not page.is_too_deep:
        docs = first_of_all(snapshot.shelves, page.end, request.sort, shown)[page.first :]
        hits = _hits(asked, (docs, [0.0] * len(docs)), found)
    return _Found(live, count, hits)


def _hits(asked: Asked, ordered: tuple[Docs, list[float]], found: Collapsed) -> tuple[Hit, ...]:
    return page_of_hits(
        asked.snapshot, asked.request, asked.query, ordered, found, is_over=asked.terms.is_over
    )


def _too_deep(request: SearchRequest) -> tuple[str, ...]:
    if window(request).is_too_deep:
        return (f"Only the first {MAX_WINDOW:,} results can be paged through; narrow the search.",)
    return ()


def _help(asked: Asked, total: int) -> tuple[list[str], tuple[Suggestion, ...]]:
    """What to ask instead, where little was found and it finds more; and a note where nothing has all of the
    words."""
    if total >= ENOUGH:
        return [], ()
    offers = [respelt(asked.query, asked.terms)]
    notes: list[str] = []
    if not total and (looser := loosened(asked.query.tree)):
        notes.append("No article has all of this together.")
        offers += looser
    counted = (Suggestion(text, _count(asked, text)) for text in dict.fromkeys(offers) if text)
    return notes, tuple(suggestion for suggestion in counted if suggestion.count > total)


def _count(asked: Asked, text: str) -> int:
    """How many articles another text would find with the same filters."""
    node = asked.tree(parse(text, today=asked.today))
    return asked.evaluation().matches(node, within=tuple(asked.filters.values())).total
