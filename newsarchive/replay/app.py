"""The WSGI application of the replay origin: `/web/...` and what the pages below it need.

Archived bytes are shown in a sandbox: without scripts, forms, plug-ins and an origin, and nothing is asked of any
other host. No cookie is set or read.
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from archive.errors import ArchiveError, WarcError
from archive.store import Store
from newsarchive.config import Config
from newsarchive.replay import pages, parts
from newsarchive.replay.addresses import WrongAddress
from newsarchive.replay.memento import WrongDate
from newsarchive.replay.origins import main_origin
from newsarchive.replay.shown import Shelf
from newsarchive.replay.stock import EXTENSION, Stock
from newsarchive.views import security, words
from newsarchive.views.assets import STATIC, TEMPLATES, static_url

log = logging.getLogger(__name__)

_YEAR = 365 * 24 * 3600
_TITLES = {400: "This address makes no sense", 404: "There is no such page", 503: "This page cannot be shown"}


def create_replay(config: Config, store: Store) -> Flask:
    """The application of the replay origin over an archive that somebody else opened, and will close."""
    app = Flask("newsarchive", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.extensions[EXTENSION] = Stock(store, config.warc_dir, Shelf(), secrets.token_urlsafe(12))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    app.url_map.merge_slashes = False  # there is a URL in the path
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(day=words.day, instant=words.instant, web_link=words.web_link)
    environment.globals.update(count=words.count, static_url=static_url, main_origin=main_origin)
    security.protect(app, config.serve.host)
    app.after_request(_open_statics)
    for wrong in (WrongAddress, WrongDate):
        app.register_error_handler(wrong, lambda error: _answer(400, str(error)))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(WarcError, _lost)
    app.register_error_handler(ArchiveError, _unreadable)
    app.register_blueprint(pages.pages)
    app.register_blueprint(parts.parts)
    return app


def _open_statics(response: Response) -> Response:
    """Our own style goes into pages that have no origin, too; it is no secret."""
    if response.headers.get("Cache-Control", "").startswith("public"):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.response is not None:
        return error.get_response()
    return _answer(error.code, error.description or error.name)


def _lost(error: WarcError) -> ResponseReturnValue:
    """Its sentence names files of this machine, which are nobody's business on the web."""
    log.error("a page cannot be shown: %s", error)
    return _answer(503, "Its record cannot be read. newsarchive verify says what is wrong.")


def _unreadable(error: ArchiveError) -> ResponseReturnValue:
    log.error("the archive cannot be read: %s", error)
    return _answer(503, "The archive cannot be read. The log of the server says why.")


def _answer(status: int, sentence: str) -> ResponseReturnValue:
    title = _TITLES.get(status, "This request cannot be answered")
    return render_template("replay/error.html", status=status, title=title, sentence=sentence), status
