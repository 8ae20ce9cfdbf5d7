"""How much of a page is read: hostile markup costs time and memory in other measures than its length."""

from __future__ import annotations

import re
from itertools import islice

MAX_SIGNS = 100_000
"""Markup is read up to this many `<`; the longest live blogs have a fourth of them."""
DEEPEST = 256
"""Elements nested deeper than on any page that a person reads are empty."""

_MAX_ATTRIBUTES = 256  # of one element; libxml2 looks through all of them to add one
# Nothing here passes a "<": whatever is cut, scripts included, no other element is cut with it.
_ATTRIBUTE = r"""[\s/]*+[^\s/<>=]++(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>]++))?+"""
_TOO_MANY = re.compile(rf"(<[a-zA-Z][^\s/<>=]*+(?:{_ATTRIBUTE}){{{_MAX_ATTRIBUTES}}})(?:{_ATTRIBUTE})++")


def bounded(text: str) -> str:
    """Markup without what only makes reading it long: more elements and more attributes than pages have."""
    if text.count("<") > MAX_SIGNS:
        text = text[: next(islice(re.finditer("<", text), MAX_SIGNS, None)).start()]
    return _TOO_MANY.sub(r"\1", text)
