"""What the pages show, as JSON; and the health of the process."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request

from index.errors import IndexProblem
from newsarchive.searchform import parse
from newsarchive.shapes import article_json, edits_json, search_json
from newsarchive.views import editlog
from newsarchive.views.library import library
from newsarchive.views.removals import missing

pages = Blueprint("api", __name__)


@pages.get("/api/search")
def search() -> dict[str, Any]:
    """The parameters of the search page, the shape of `search --json`. FormError, IndexProblem."""
    return search_json(library().search(parse(request.args.items(multi=True)).request))


@pages.get("/api/articles/<record_id:article_id>")
def article(article_id: int) -> dict[str, Any]:
    """The shape of `show --json`; `?revision=N` as that revision said it."""
    store = library().store
    found = store.article(article_id)
    if found is None:
        missing(article_id)
    revisions = store.revisions(article_id)
    wanted = request.args.get("revision", str(found.latest.number))
    shown = next((revision for revision in revisions if str(revision.number) == wanted), None)
    if shown is None:
        abort(404, f"Article {article_id} has no such revision.")
    return article_json(found, revisions, shown)


@pages.get("/api/articles/<record_id:article_id>/changes")
def changes_of_article(article_id: int) -> dict[str, Any]:
    """All that happened to an article, from its first version on, in the shape of `changes --json`."""
    edits = library().store.edits_of(article_id)
    if not edits:
        missing(article_id)
    return edits_json(edits)


@pages.get("/api/changes")
def changes() -> dict[str, Any]:
    """The parameters of the page of changes, the shape of `changes --json`. EditFormError."""
    return _changes(editlog.find(editlog.asked()))


@pages.get("/api/sources/<record_id:source_id>/changes")
def changes_of_source(source_id: int) -> dict[str, Any]:
    """The same of one source. EditFormError."""
    return _changes(editlog.find(editlog.asked(), editlog.numbered(source_id)))


def _changes(log: editlog.Log) -> dict[str, Any]:
    found = edits_json(log.edits, total=log.total)
    return {
        "total": log.total,
        "page": log.form.page,
        "page_size": editlog.PAGE_SIZE,
        "counts": log.counts,
        **found,
    }


@pages.get("/healthz")
def healthz() -> dict[str, Any]:
    """The process answers and can read the archive; `documents` is null while there is no index."""
    archive = library()
    try:
        documents = archive.engine.status().documents
    except IndexProblem:
        documents = None
    return {"status": "ok", "articles": archive.store.counts().articles, "documents": documents}
