"""The path and query of a request as they were sent: there are URLs in them, whose escapes and slashes matter."""

from __future__ import annotations

from flask import request


def sent_target() -> str:
    """The request target, from its first slash on."""
    sent = request.environ.get("REQUEST_URI") or request.full_path
    raw = sent if isinstance(sent, str) else sent.decode("latin-1")
    if not raw.startswith("/"):  # the absolute form, which proxies use (RFC 9112, 3.2.2)
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    try:
        return raw.encode("latin-1").decode()
    except UnicodeError:
        return raw
