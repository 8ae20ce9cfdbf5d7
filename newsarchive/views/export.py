"""What a search finds as a file, and how an article is cited."""

from __future__ import annotations

import io
import json
import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

from flask import Blueprint, Response, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue

from archive.model import Article, Revision
from index.errors import NoIndex
from index.model import SearchRequest, Selection
from newsarchive.exports import FORMATS, TEXT_FORMATS, bibtex, csl, ris
from newsarchive.exports.archives import write_records
from newsarchive.exports.chicago import citation
from newsarchive.exports.gathering import latest, present, work_of
from newsarchive.exports.work import Work
from newsarchive.searchform import DEFAULT_SIZE, SearchForm, parse
from newsarchive.views.library import library
from newsarchive.views.removals import missing

pages = Blueprint("export", __name__)
log = logging.getLogger(__name__)

MAX_ARTICLES = 10_000
MAX_RECORDED = 1_000
"""So many articles are exported over the web as text, and with their WARC records; the command line has no limits."""

_SELECT_SECONDS = 5.0
_AT_ONCE = 4
"""Exports that are made or sent at a time. Each is made as a whole and then sent from a file, so that a slow reader
holds no thread."""

_places = threading.BoundedSemaphore(_AT_ONCE)


class LentFile(io.BufferedRandom):
    """A temporary file, one of a few at a time: 503 where all are lent. It comes back when it is closed, which the
    server does once it has sent it or the reader has gone."""

    def __init__(self) -> None:
        if not _places.acquire(blocking=False):
            abort(503, "Other exports are under way; try again in a moment.")
        self._lent = True
        super().__init__(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  (it is closed with this one)

    def close(self) -> None:
        """Give it back; once more has no effect."""
        super().close()
        if self._lent:
            self._lent = False
            _places.release()


@dataclass(frozen=True, slots=True)
class Cited:
    """An article cited in one format: what it is called, the text, and the name of the file to download."""

    label: str
    text: str
    form: str


@pages.get("/export.<form>")
def page(form: str) -> ResponseReturnValue:
    """All articles that a search finds, with the parameters of the search page; so many as `most` says. FormError,
    IndexProblem."""
    kind = FORMATS.get(form)
    if kind is None:
        abort(404, f"There is no export as {form}; there are: {', '.join(FORMATS)}.")
    asked = parse(request.args.items(multi=True)).request
    file = LentFile()
    try:
        _write(form, _found(asked, most(form)), file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return send_file(
        file, kind.media_type, as_attachment=True, download_name=f"newsarchive{kind.suffix}", etag=False
    )


def most(form: str) -> int:
    """How many articles are exported over the web in a format."""
    return MAX_ARTICLES if form in TEXT_FORMATS else MAX_RECORDED


@pages.get("/article/<record_id:article_id>/cite.<form>")
def cite(article_id: int, form: str) -> ResponseReturnValue:
    """A citation of the latest version of an article, or of `?revision=N`: bibtex, ris or csl."""
    if form not in _ENTRIES:
        abort(404, f"There is no citation as {form}; there are: {', '.join(_ENTRIES)}.")
    store = library().store
    article = store.article(article_id)
    if article is None:
        missing(article_id)
    wanted = request.args.get("revision") or str(article.latest.number)
    shown = next((found for found in store.revisions(article_id) if str(found.number) == wanted), None)
    if shown is None:
        abort(404, "This article has no such revision.")
    kind = TEXT_FORMATS[form]
    work = work_of(article, shown, base_address())
    response = Response("".join(kind.pieces([work])), mimetype=kind.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=work.key + kind.suffix)
    return response


def citations(article: Article, revision: Revision) -> tuple[str, tuple[Cited, ...]]:
    """A version of an article cited in words, and in the formats of reference managers."""
    work = work_of(article, revision, base_address())
    formats = (Cited(TEXT_FORMATS[form].label, entry(work), form) for form, entry in _ENTRIES.items())
    return citation(work), tuple(formats)


def base_address() -> str:
    """The address of the front page as readers know it: of the settings, else of this request."""
    configured: str = current_app.config["READERS_URL"]
    return configured or request.url_root


def export_form(form: SearchForm) -> SearchForm:
    """The search without what only a page of it needs."""
    return replace(form, more=()).change(page_size=DEFAULT_SIZE)


_ENTRIES: dict[str, Callable[[Work], str]] = {
    "bibtex": bibtex.entry,
    "ris": lambda work: ris.entry(work).replace("\r\n", "\n").rstrip("\n") + "\n",
    "csl": lambda work: json.dumps([csl.item(work)], ensure_ascii=False, indent=2) + "\n",
}


def _write(form: str, selection: Selection, file: BinaryIO) -> None:
    archive = library()
    if form in TEXT_FORMATS:
        works = latest(archive.store, selection.ids, base_address())
        file.writelines(piece.encode() for piece in TEXT_FORMATS[form].pieces(works))
        return
    for capture in write_records(archive.store, archive.warc_dir, form, selection, file):
        log.warning("%s cannot be read and is left out of an export", capture.record_id)


def _found(asked: SearchRequest, most_articles: int) -> Selection:
    archive = library()
    try:
        selection = archive.engine.select(archive.named(asked), now=archive.clock(), seconds=_SELECT_SECONDS)
    except NoIndex:
        if archive.store.counts().articles:
            raise
        return Selection((), "all articles", ())
    if not selection.complete:
        abort(400, "The search took too long to be exported; try fewer or longer words.")
    if len(selection.ids) > most_articles:
        abort(
            400,
            f"These are {len(selection.ids):,} articles, and at most {most_articles:,} are exported here in this "
            "format: narrow the search, or use newsarchive export on the command line.",
        )
    return replace(selection, ids=tuple(present(archive.store, selection.ids)))
