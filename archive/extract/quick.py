"""The title of a page without reading the page: for the place that a page keeps that could not be read."""

from __future__ import annotations

import html
import re

from archive.extract.decode import decode_start
from archive.extract.text import clean

LONGEST = 500
"""Characters of such a title."""

_WINDOW = 128 * 1024  # bytes; titles stand in the first lines
# Nothing here passes a "<", so that every pattern takes one look at each character.
_TITLE = re.compile(r"<title(?:\s[^<>]{0,300})?>([^<]{1,3000})</title", re.IGNORECASE)
_META = re.compile(r"<meta\s([^<>]{1,3000})>", re.IGNORECASE)
_OG_TITLE = re.compile(r"""(?:property|name)\s*=\s*["']?og:title\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def quick_title(body: bytes, content_type: str = "") -> str:
    """What `og:title` or the `title` element near the beginning say, on one line, at most LONGEST characters; "" for
    neither. Takes a time that does not grow with the page, and never raises."""
    text = decode_start(body[:_WINDOW], content_type)
    stated = [_content(found[1]) for found in _META.finditer(text) if _OG_TITLE.search(found[1])]
    titles = [*stated, *_TITLE.findall(text)]
    return next((found for title in titles if (found := clean(html.unescape(title))[:LONGEST].strip())), "")


def _content(attributes: str) -> str:
    found = _CONTENT.search(attributes)
    return (found[1] or found[2] or "") if found else ""
