"""All values of one facet, and a search inside them."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from index.aids import MAX_VALUES
from index.errors import IndexProblem
from newsarchive.searchform import SearchForm, parse
from newsarchive.views.facets import chips, facet_view
from newsarchive.views.library import library

pages = Blueprint("values", __name__)

SEARCHED = ("author", "source", "section", "tag", "language")
"""The facets with values that somebody may look for by their words."""

_MAX_CONTAINING = 100


@pages.get("/values/<field>")
def page(field: str) -> ResponseReturnValue:
    """The values of a facet that most of the articles have, with the parameters of the search page; `containing` is
    what a word of them begins with. FormError, IndexProblem."""
    if field not in SEARCHED:
        abort(404)
    form, containing = asked_for()
    try:
        found = library().facet_values(form.request, field, containing, size=MAX_VALUES)
    except IndexProblem as problem:
        return render_template("no_index.html", form=form, problem=problem), 503
    view = facet_view(form, found, whole=True)
    return render_template(
        "values.html", form=form, facet=view, containing=containing, found=found, chips=chips(form)
    )


def asked_for() -> tuple[SearchForm, str]:
    """The search, and what the values contain."""
    form = parse(request.args.items(multi=True))
    return form, request.args.get("containing", "").strip()[:_MAX_CONTAINING]
