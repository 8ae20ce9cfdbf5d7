"""What helps to search on, as JSON: completion, values of facets, related articles, telling words, mentions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request

from index.aids import MAX_COMPLETIONS, MAX_RELATED, MAX_SIGNIFICANT, MAX_VALUES
from newsarchive.aidshapes import (
    completions_json,
    mentions_json,
    related_json,
    significance_json,
    values_json,
)
from newsarchive.searchform import MAX_TEXT, parse
from newsarchive.views.library import library
from newsarchive.views.mentions import paged
from newsarchive.views.removals import missing
from newsarchive.views.values import SEARCHED, asked_for

pages = Blueprint("aids", __name__)


@pages.get("/api/complete")
def complete() -> dict[str, Any]:
    """How the text `q` of the query box could go on, at most `size` ways. IndexProblem."""
    text = request.args.get("q", "")
    size = number("size", 8, MAX_COMPLETIONS)
    return completions_json(library().complete(text, size) if len(text) <= MAX_TEXT else ())


@pages.get("/api/facets/<field>")
def values(field: str) -> dict[str, Any]:
    """The values of a facet with the parameters of the search page; `containing` is what a word of them begins with.
    FormError, IndexProblem."""
    if field not in SEARCHED:
        abort(404, f"There is no such facet; the facets are {', '.join(SEARCHED)}.")
    form, containing = asked_for()
    found = library().facet_values(form.request, field, containing, size=number("values", 20, MAX_VALUES))
    return values_json(found, containing)


@pages.get("/api/articles/<record_id:article_id>/related")
def related(article_id: int) -> dict[str, Any]:
    """Articles about the same, the likest first. IndexProblem."""
    archive = library()
    if archive.store.article(article_id) is None:
        missing(article_id)
    return related_json(article_id, archive.engine.related(article_id, size=number("size", 5, MAX_RELATED)))


@pages.get("/api/significant")
def significant() -> dict[str, Any]:
    """What sets the articles apart that a search finds, with the parameters of the search page; `words` is how many
    words. FormError, IndexProblem."""
    form = parse(request.args.items(multi=True))
    return significance_json(library().significant(form.request, size=number("words", 20, MAX_SIGNIFICANT)))


@pages.get("/api/mentions")
def mentions() -> dict[str, Any]:
    """Every mention of what a search looks for, with the parameters of the search page. FormError, IndexProblem."""
    return mentions_json(library().mentions(paged(parse(request.args.items(multi=True)).request)))


def number(name: str, default: int, most: int) -> int:
    """A parameter that counts, from 1 to `most`."""
    given = request.args.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 7 and 1 <= int(given) <= most):
        abort(400, f'"{given[:40]}" cannot be used for {name}: it must be a whole number from 1 to {most}.')
    return int(given)
