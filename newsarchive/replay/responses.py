"""Responses with archived bytes in them: nothing in them runs, asks, or is taken for something else."""

from __future__ import annotations

from flask import Response

from newsarchive.replay.kept import Kept
from newsarchive.replay.shown import Shown

_SANDBOX = "sandbox allow-top-navigation-by-user-activation"
"""What an archived page may do: follow a link that a reader clicks."""

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "media-src 'self'; base-uri 'none'; form-action 'none'"
)
BAR_POLICY = (
    f"{_SANDBOX} allow-downloads; default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the page with the bar, which is ours and has the archived one in a frame."""

PART_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    # Archived pages have no origin, so that to a browser all that they ask for is from elsewhere. Nobody else knows
    # the address.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}

_OPENER = {
    "Cross-Origin-Opener-Policy": "unsafe-none"
}  # it cannot be had together with a sandbox (HTML, 7.3.2)
_NO_PREFETCH = {"X-DNS-Prefetch-Control": "off"}


def document(shown: Shown, *, framed: bool) -> Response:
    """The archived page: alone, or in the frame below the bar, whose address nobody else knows."""
    kind = "text/plain" if shown.kind == "text" else "text/html"
    response = Response(shown.document, content_type=f"{kind}; charset=utf-8")
    sandbox = f"{_SANDBOX} allow-downloads" if shown.kind == "file" else _SANDBOX  # that document is ours
    ancestors = "" if framed else "; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = f"{sandbox}; {_POLICY}{ancestors}"
    response.headers.update(_OPENER | _NO_PREFETCH)
    return response


def bar(page: str) -> Response:
    """Our page with the bar."""
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = BAR_POLICY
    response.headers.update(_OPENER)
    return response


def download(kept: Kept, name: str) -> Response:
    """The body as it was sent, for the disk."""
    response = Response(kept.body, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers.update(_OPENER)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    if kept.content_type.isprintable() and kept.content_type.isascii():
        response.headers["X-Archive-Orig-Content-Type"] = kept.content_type
    return response
