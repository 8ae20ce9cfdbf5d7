"""The canonical form of a URL: the key of a page."""

from __future__ import annotations

import re
from functools import lru_cache

from ada_url import URL

from archive.urls.forms import fetch_form
from archive.urls.parameters import telling, without_session

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_CACHES = (".cdn.ampproject.org", ".bing-amp.com")
_IN_CACHE = re.compile(r"/(?:c|v|wp)/(?:s/)?([^/]+\.[^/]+(?:/.*)?)")
_VIEWERS = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
_IN_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+(?:/.*)?)")


@lru_cache(maxsize=4096)
def identity(url: str) -> str:
    """The canonical form of a URL; two spellings are one page if and only if these are equal. Idempotent.

    A key, not an address to ask: `http` counts as `https`, because sites that moved to TLS go on being linked
    to by their old addresses, and no paper prints two articles under the two schemes. A copy in an AMP cache is the
    page it was made from. Tracking parameters, sessions, default ports, fragments and needless escapes (RFC 3986,
    6.2.2) are gone; other parameters keep their order and a trailing slash stays, because on some sites these
    matter. ValueError as `fetch_form`.
    """
    parsed = _plain(fetch_form(url))
    while (original := _copied_from(parsed)) is not None:
        parsed = _plain(original)
    return parsed.href


def _plain(url: str) -> URL:
    parsed = URL(url)
    # Only after the port of `http` is gone, so that http://h:80 and https://h are one.
    parsed.protocol = "https:"
    if parsed.hostname.endswith(".") and parsed.hostname.strip("."):
        parsed.hostname = parsed.hostname.rstrip(".")
    parsed.pathname = without_session(_plain_escapes(parsed.pathname))
    query = telling(_plain_escapes(parsed.search[1:]), parsed.pathname)
    if query:
        parsed.search = f"?{query}"  # the setter drops a question mark, and one may be part of the query
    else:
        del parsed.search
    return parsed


def _copied_from(parsed: URL) -> str | None:
    """The address that a copy in an AMP cache or viewer was made from: the copy's own path says it (amp.dev, "AMP
    Cache URL Format")."""
    host = parsed.hostname
    if f".{host}".endswith(_CACHES):
        match = _IN_CACHE.fullmatch(parsed.pathname)
    elif _VIEWERS.fullmatch(host):
        match = _IN_VIEWER.fullmatch(parsed.pathname)
    else:
        return None
    try:
        return fetch_form(f"https://{match[1]}{parsed.search}") if match else None
    except ValueError:
        return None


def _plain_escapes(text: str) -> str:
    """Unreserved characters unescaped, other escapes in upper case; repeated because one can uncover another."""
    while (plainer := _ESCAPE.sub(_plain_escape, text)) != text:
        text = plainer
    return text


def _plain_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
