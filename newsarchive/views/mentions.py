"""Every mention of what a search looks for, in its context: a line each, the mentions below each other."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from index.aids import MAX_ARTICLES_WITH_MENTIONS
from index.errors import IndexProblem
from index.model import MAX_WINDOW, SearchRequest
from newsarchive.aidshapes import parts
from newsarchive.searchform import DEFAULT_SIZE, parse
from newsarchive.views.facets import chips, numbers_around
from newsarchive.views.library import library

pages = Blueprint("mentions", __name__)

_ARTICLES = 20
"""On a page, where nothing else is asked for."""


@pages.get("/mentions")
def page() -> ResponseReturnValue:
    """The mentions, with the parameters of the search page. FormError, IndexProblem."""
    form = parse(request.args.items(multi=True))
    asked = paged(form.request)
    try:
        found = library().mentions(asked)
    except IndexProblem as problem:
        return render_template("no_index.html", form=form, problem=problem), 503
    last = max(1, min(-(-found.total // asked.page_size), MAX_WINDOW // asked.page_size))
    return render_template(
        "mentions.html",
        form=form,
        found=found,
        chips=chips(form),
        parts=parts,
        last_page=last,
        numbers=numbers_around(asked.page, last),
    )


def paged(asked: SearchRequest) -> SearchRequest:
    """The request for articles in pages that mentions fit on, each article for itself."""
    size = _ARTICLES if asked.page_size == DEFAULT_SIZE else min(asked.page_size, MAX_ARTICLES_WITH_MENTIONS)
    return replace(asked, page_size=size, grouped=False, facets=False)
