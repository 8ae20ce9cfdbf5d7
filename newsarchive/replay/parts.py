"""What a shown page asks for: its frame, its style sheets, pictures and fonts. Their addresses hold a secret."""

from __future__ import annotations

import logging
import secrets

from flask import Blueprint, Response, abort, request

from archive.errors import WarcError
from archive.model import Capture
from newsarchive.replay import responses
from newsarchive.replay.addresses import archived_url, spellings
from newsarchive.replay.shown import part
from newsarchive.replay.stock import stock
from newsarchive.replay.target import sent_target

log = logging.getLogger(__name__)

parts = Blueprint("parts", __name__)

_NUMBER = "<int(max=999999999999999999):capture_id>"
_NOT_KEPT = b"This part of the page was not kept."
_DOCUMENTS = ("document", "iframe", "frame", "object", "embed")
"""What a browser would make a page of its own of (Fetch Metadata, Sec-Fetch-Dest)."""

_HOUR = "private, max-age=3600"


@parts.get(f"/frame/<token>/{_NUMBER}")
def frame(token: str, capture_id: int) -> Response:
    """A page without its bar, inside of the page that has it."""
    capture = _capture(token, capture_id)
    return responses.document(stock().shown(capture), framed=True)


@parts.get(f"/part/<token>/{_NUMBER}/<path:_url>")
def resource(token: str, capture_id: int, _url: str) -> Response:
    """Something that belongs into a page: what was kept with it, else what was captured nearest to it."""
    if request.headers.get("Sec-Fetch-Dest", "") in _DOCUMENTS:
        abort(404, "This is a part of a page; open the page itself.")
    page = _capture(token, capture_id)
    url = archived_url(sent_target().split("/", 4)[4])
    store, urls = stock().store, spellings(url)
    found = store.requisite(capture_id, urls) or store.capture_near(urls, page.captured_at)
    try:
        shown = part(stock().kept(found), stock().parts_of(page)) if found else None
    except WarcError as error:
        log.warning("a part of a page cannot be read: %s", error)
        shown = None
    kind, body = shown or ("text/plain; charset=utf-8", _NOT_KEPT)
    response = Response(body, status=200 if shown else 404, content_type=kind)
    response.headers.update(responses.PART_HEADERS)
    response.headers["Cache-Control"] = _HOUR
    return response


def _capture(token: str, capture_id: int) -> Capture:
    known = secrets.compare_digest(token.encode(), stock().token.encode())
    capture = stock().store.capture(capture_id) if known else None
    if capture is None:
        abort(404, "This address is part of a page that was shown before; open the page itself again.")
    return capture
