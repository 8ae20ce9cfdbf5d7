"""How much of a page is read: hostile markup costs time and memory in other measures than its length."""

from __future__ import annotations

import re
from itertools import islice

MAX_SIGNS = 200_000
"""Markup is read up to this many `<`; a long live blog has a tenth of them."""
DEEPEST = 256
"""Elements nested deeper than on any page that a person reads are empty."""

_MAX_ATTRIBUTES = 256  # of one element; libxml2 looks through all of them to add one
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{1000,}")
_TAG_NAME = re.compile(r"<[^\s/]*")
_ATTRIBUTE = re.compile(r"""[\s/]*+[^\s/=]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s"']*+))?+""")


def bounded(text: str) -> str:
    """Markup without what only makes reading it long: more elements and more attributes than pages have."""
    if text.count("<") > MAX_SIGNS:
        text = text[: next(islice(re.finditer("<", text), MAX_SIGNS, None)).start()]
    return _LONG_TAG.sub(_with_few_attributes, text)


def _with_few_attributes(tag: re.Match[str]) -> str:
    text = tag[0]
    end = _TAG_NAME.match(text).end()  # type: ignore[union-attr]  # it begins with one
    for _ in range(_MAX_ATTRIBUTES):
        found = _ATTRIBUTE.match(text, end)
        if found is None:
            return text
        end = found.end()
    return text[:end] if _ATTRIBUTE.match(text, end) else text
