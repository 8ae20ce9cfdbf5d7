"""The search page, which is the front page of the archive, and the description that adds it to a browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from index.errors import IndexProblem
from index.loosening import loosened
from index.model import SORTS, Sort
from index.query import parse as parse_query
from index.querytree import Everything
from newsarchive.searchform import SearchForm, parse
from newsarchive.views import facets
from newsarchive.views.histogram import chart
from newsarchive.views.library import library
from newsarchive.views.opensearch import description
from newsarchive.views.tips import TIPS

pages = Blueprint("search", __name__)

_COUNTING_SECONDS = 0.5
"""Seconds after which nothing more is counted of what may be asked instead."""

_SORTS: dict[Sort, str] = {
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "changed": "Last edited",
}


@pages.get("/")
def page() -> ResponseReturnValue:
    """Results for whatever the URL asks; without parameters the newest articles. FormError, IndexProblem."""
    form = parse(request.args.items(multi=True))
    archive = library()
    try:
        results = archive.search(form.request)
    except IndexProblem as problem:
        return render_template("no_index.html", form=form, problem=problem), 503
    if not (results.total or archive.store.counts().articles):
        return render_template("empty.html", form=SearchForm(), sources=archive.store.sources())
    views = facets.facet_views(form, results.facets)
    chips = facets.chips(form)
    shown: dict[str, Any] = {
        "form": form,
        "results": results,
        "facets": views,
        "hidden": facets.hidden_inputs(form, views),
        "chips": chips,
        "chart": chart(form, results.histogram),
        "numbers": facets.page_numbers(results),
        "last_page": facets.last_page(results),
        "tips": TIPS,
        "sorts": [(sort, _SORTS[sort]) for sort in SORTS if form.request.text or sort != "relevance"],
    }
    query = parse_query(form.request.text, today=archive.clock().date())
    shown["unread"] = bool(form.request.text.strip()) and isinstance(query.tree, Everything)
    if not results.total:
        shown["ideas"] = facets.loosened(form, chips, loosened(query.tree), _counter())
    return render_template("search.html", **shown)


@pages.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """OpenSearch 1.1 description: browsers offer the archive as a search engine."""
    return Response(description(request.url_root), mimetype="application/opensearchdescription+xml")


def _counter() -> Callable[[SearchForm], int]:
    """How many articles a form finds, asked as cheaply as the engine can; none where counting took long already."""
    archive = library()
    until = time.monotonic() + _COUNTING_SECONDS

    def total(form: SearchForm) -> int:
        if time.monotonic() > until:
            return 0
        request = replace(form.request, page=1, page_size=1, facets=False, suggestions=False)
        return archive.search(request).total

    return total
