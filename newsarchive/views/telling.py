"""What sets the articles apart that a search finds: the words that they have more often than others."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from index.errors import IndexProblem
from newsarchive.searchform import parse
from newsarchive.views.facets import chips
from newsarchive.views.library import library

pages = Blueprint("telling", __name__)

_WORDS = 30


@pages.get("/words")
def page() -> ResponseReturnValue:
    """The words, each a search with it, with the parameters of the search page. FormError, IndexProblem."""
    form = parse(request.args.items(multi=True))
    try:
        found = library().significant(form.request, size=_WORDS)
    except IndexProblem as problem:
        return render_template("no_index.html", form=form, problem=problem), 503
    return render_template("words.html", form=form, found=found, chips=chips(form))
