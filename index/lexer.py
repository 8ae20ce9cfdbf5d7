"""The text of a query box cut into tokens, in time linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.fields import FIELDS

MAX_LENGTH = 512

_MARKS = str.maketrans(  # as long as what they replace, so that places stay right
    dict.fromkeys("“”„‟«»＂「」『』", '"') | dict(zip("（）：｜＊～", "():|*~", strict=True))
)
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
"""Marks of direction and the like, which come along with what is pasted."""
_UNTYPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<plain>[^\W_]+(?=\s|\)|\Z))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<suffix>(?<=[")])[~^][^\s()"|]*)
    | (?P<quoted>"[^"]*"?)
    | (?P<range>(?<=:)[\[{{][^\]}}]*[\]}}]?)
    | (?P<either>\|+)
    | (?P<minus>(?<![^\s(|])-(?=[^\s)|]))
    | (?P<plus>(?<![^\s(|])\+(?=[^\s)|]))
    | (?P<near>(?ai:near|w)/[0-9]{{1,6}}(?=[\s()"|]|\Z))
    | (?P<call>(?ai:para|atleast[0-9]{{1,6}}|first[0-9]{{1,6}})\()
    | (?P<field>(?ai:{"|".join(FIELDS)}):)
    | (?P<unknown>[A-Za-z_]+:(?=["(\[{{]))
    | (?P<address>[A-Za-z][A-Za-z0-9+.-]*://(?:[^\s()"]|\([^\s()"]*\))+)
    | (?P<word>[^\s()"|]+)
    """,
    re.VERBOSE,
)
OPERATORS = ("AND", "OR", "NOT")


class Token(NamedTuple):
    """A piece of a query, by what it is: open, close, suffix, quoted, range, minus, plus, near, call, field, unknown,
    address, word, AND, OR or NOT; and where it stands."""

    kind: str
    text: str
    span: tuple[int, int]


def clean(text: str) -> tuple[str, list[str]]:
    """The text as it is read, bounded and without what nobody can type, and notes about what that changed."""
    notes = []
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH].rpartition(" ")[0] or text[:MAX_LENGTH]
        notes.append(f"A query has at most {MAX_LENGTH} characters; what comes after them was ignored.")
    if _UNTYPABLE.search(text):
        text = _UNTYPABLE.sub(" ", text)
        notes.append("Control characters were ignored.")
    return text if text.isascii() else _UNSEEN.sub("", text).translate(_MARKS), notes


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a cleaned text."""
    field_end = -1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "space" or kind is None:
            continue
        word, span = found.group(), found.span()
        if kind in ("plain", "word"):  # directly after a field it is what is looked for: author:OR
            kind = word if word in OPERATORS and span[0] != field_end else "word"
        elif kind == "either":
            kind = "OR"
        elif kind == "field":
            field_end = span[1]
        yield Token(kind, word, span)
