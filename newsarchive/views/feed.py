"""/feed.atom: every search is a feed."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from newsarchive.searchform import parse
from newsarchive.views import atom
from newsarchive.views.library import library

pages = Blueprint("feed", __name__)

MAX_ENTRIES = 50


@pages.get("/feed.atom")
def page() -> ResponseReturnValue:
    """The newest articles that a search finds, with the parameters of the search page: each of them, whatever story
    it is of, so that who watches an outlet misses none. FormError, IndexProblem."""
    form = parse(request.args.items(multi=True))
    newest = replace(form, more=()).change(
        sort="newest", page_size=MAX_ENTRIES, facets=False, grouped=False, suggestions=False
    )
    archive = library()
    hits = {hit.id: hit for hit in archive.search(newest.request).hits}
    captured = {found.id: found.latest.captured_at for found in archive.store.articles(hits)}
    entries = [
        atom.Entry(hit, url_for("article.page", article_id=hit.id, _external=True), captured[hit.id])
        for hit in hits.values()
        if hit.id in captured  # the index may lag behind the archive
    ]
    search = newest.query_string()
    home = url_for("search.page", _external=True)
    document = atom.feed(
        entries,
        title=f"News archive: {form.request.text}" if form.request.text else "News archive",
        search=search,
        page=f"{home}?{search}",
        here=request.url,
    )
    response = Response(document, mimetype="application/atom+xml")
    response.add_etag()
    return response.make_conditional(request)
