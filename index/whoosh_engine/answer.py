"""A request over one snapshot -> the whole answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from index import querytree as tree
from index.loosening import loosened
from index.model import FACET_FIELDS, SearchRequest, SearchResults, Selection, Suggestion
from index.query import Query, parse
from index.whoosh_engine.columns import Mask
from index.whoosh_engine.evaluate import Evaluation, Matches
from index.whoosh_engine.facets import count_facets, filter_masks, histogram
from index.whoosh_engine.hits import ordered, page_of_hits
from index.whoosh_engine.postings import Postings
from index.whoosh_engine.snapshot import Reading
from index.whoosh_engine.stories import collapse, uncollapsed
from index.whoosh_engine.suggest import respelt
from index.wording import understood

TIME_LIMIT = 2.0
"""Seconds that a query may take before it answers with what it has found."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What holds for the query and for everything that may be asked instead."""

    today: date
    postings: Postings
    filters: dict[str, Mask]


def answer(reading: Reading, request: SearchRequest, *, today: date) -> SearchResults:
    """Everything a page of results shows; `today` gives relative dates their meaning."""
    began = time.perf_counter()
    columns = reading.snapshot.columns
    postings = Postings(reading, time.monotonic() + TIME_LIMIT)
    asked = _Asked(today, postings, filter_masks(columns, request))
    query = parse(request.text, today=today)
    evaluation = Evaluation(columns, postings)
    found = evaluation.matches(_bounded(query.tree, request))
    result = _passing(found.mask, asked.filters)
    total = int(result.sum())
    shown = collapse(columns.stories, result) if request.grouped else uncollapsed(result)
    hits, hit_notes = page_of_hits(reading, request, query, Matches(result, found.scores), shown)
    help_notes, suggestions = _help(reading, request, query, total, asked)
    return SearchResults(
        request=request,
        understood=understood(query.tree, request),
        notes=(*query.notes, *evaluation.notes, *_unknown_filters(request), *hit_notes, *help_notes),
        total=total,
        hits=hits,
        facets=count_facets(columns, found.mask, asked.filters, request) if request.facets else (),
        histogram=histogram(columns, result) if request.facets else None,
        suggestions=suggestions,
        took=time.perf_counter() - began,
        stories=int(shown.mask.sum()) if request.grouped else total,
        complete=not evaluation.stopped,
    )


def selection(reading: Reading, request: SearchRequest, *, today: date, seconds: float) -> Selection:
    """All that match, in the order asked for, or what was found of them in so many seconds; `today` gives relative
    dates their meaning."""
    columns = reading.snapshot.columns
    query = parse(request.text, today=today)
    postings = Postings(reading, time.monotonic() + seconds)
    evaluation = Evaluation(columns, postings)
    found = evaluation.matches(_bounded(query.tree, request))
    result = _passing(found.mask, filter_masks(columns, request))
    docs = ordered(columns, request, Matches(result, found.scores))
    return Selection(
        ids=tuple(columns.id[docs].tolist()),
        understood=understood(query.tree, request),
        notes=(*query.notes, *evaluation.notes, *_unknown_filters(request)),
        complete=not evaluation.stopped,
    )


def _bounded(node: tree.Node, request: SearchRequest) -> tree.Node:
    """The query within the days of the request."""
    if request.since is None and request.until is None:
        return node
    return tree.And((node, tree.Days(request.since, request.until)))


def _passing(mask: Mask, filters: dict[str, Mask]) -> Mask:
    for passing in filters.values():
        mask = mask & passing
    return mask


def _unknown_filters(request: SearchRequest) -> list[str]:
    unknown = dict.fromkeys(f.field for f in request.filters if f.field not in FACET_FIELDS)
    return [f"There is no facet “{name}”; the filter was ignored." for name in unknown]


def _help(
    reading: Reading, request: SearchRequest, query: Query, total: int, asked: _Asked
) -> tuple[list[str], tuple[Suggestion, ...]]:
    """What to ask instead, where it finds more; and a note where nothing has all of the words."""
    offers = [respelt(query, asked.postings)]
    notes: list[str] = []
    if not total and (looser := loosened(query.tree)):
        notes.append("No article has all of this together.")
        offers += looser
    counted = (
        Suggestion(text, _count(reading, request, text, asked)) for text in dict.fromkeys(offers) if text
    )
    return notes, tuple(suggestion for suggestion in counted if suggestion.count > total)


def _count(reading: Reading, request: SearchRequest, text: str, asked: _Asked) -> int:
    """How many articles another text would find with the same filters."""
    node = parse(text, today=asked.today).tree
    found = Evaluation(reading.snapshot.columns, asked.postings).matches(_bounded(node, request))
    return int(_passing(found.mask, asked.filters).sum())
