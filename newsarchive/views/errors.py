"""Errors as pages of the design, as JSON below /api/, each saying what to do."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from archive.errors import ArchiveError
from index.errors import IndexProblem
from newsarchive.editform import EditFormError
from newsarchive.searchform import FormError, SearchForm

log = logging.getLogger(__name__)

_TITLES = {
    400: "This request cannot be answered",
    404: "There is no such page",
    405: "This page can only be read",
    410: "This article was removed",
    413: "This is too large for the web",
    500: "Something broke",
    503: "The archive cannot be searched right now",
}
_SENTENCES = {
    404: "The address may have been mistyped, or it belongs to another archive.",
    405: "The archive is changed from the command line, not over the web.",
    500: "The archive itself is untouched. The log of the server says what happened.",
}


def register(app: Flask) -> None:
    """Handle what pages raise: wrong forms 400, IndexProblem and ArchiveError 503, HTTP errors, all else 500."""
    app.register_error_handler(FormError, _wrong_form)
    app.register_error_handler(EditFormError, _wrong_choice)
    app.register_error_handler(IndexProblem, _unavailable)
    app.register_error_handler(ArchiveError, _unreadable)
    app.register_error_handler(HTTPException, _http_error)


def _wrong_form(error: FormError) -> ResponseReturnValue:
    return _answer(400, str(error), error.form)


def _wrong_choice(error: EditFormError) -> ResponseReturnValue:
    return _answer(400, str(error), SearchForm())


def _unavailable(error: IndexProblem) -> ResponseReturnValue:
    log.warning("unavailable: %s", error)
    return _answer(503, str(error), SearchForm())


def _unreadable(error: ArchiveError) -> ResponseReturnValue:
    """Its sentence names files of this machine, which are nobody's business on the web."""
    log.error("the archive cannot be read: %s", error)
    return _answer(503, "The archive cannot be read. The log of the server says why.", SearchForm())


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or InternalServerError.code
    ours = error.description if error.description != type(error).description else None
    return _answer(status, ours or _SENTENCES.get(status) or error.description or error.name, SearchForm())


def _answer(status: int, sentence: str, form: SearchForm) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return jsonify(error=sentence), status
    title = _TITLES.get(status, "This request cannot be answered")
    rest = [(name, value) for name, value in form.pairs() if name != "q"]
    page = render_template(
        "error.html", form=form, hidden=rest, status=status, title=title, sentence=sentence
    )
    return page, status
