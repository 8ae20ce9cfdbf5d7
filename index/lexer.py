"""The text of a query box cut into tokens, in time linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_LENGTH = 512

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))  # as long as what they replace
_UNTYPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<suffix>(?<=[")])[~^][^\s()"]*)
    | (?P<quoted>"[^"]*"?)
    | (?P<range>(?<=:)[\[{][^\]}]*[\]}]?)
    | (?P<minus>(?<![^\s(])-(?=[^\s)]))
    | (?P<plus>(?<![^\s(])\+(?=[^\s)]))
    | (?P<field>[A-Za-z_]+:(?=["(\[{\s]|\Z))
    | (?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)
_OPERATORS = ("AND", "OR", "NOT")


class Token(NamedTuple):
    """A piece of a query; its kind is that of the grammar, or AND, OR, NOT."""

    kind: str
    text: str
    start: int
    end: int


def clean(text: str) -> tuple[str, list[str]]:
    """The text as it is read, bounded and without what nobody can type, and notes about what that changed."""
    notes = []
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH].rpartition(" ")[0] or text[:MAX_LENGTH]
        notes.append(f"A query has at most {MAX_LENGTH} characters; what comes after them was ignored.")
    if _UNTYPABLE.search(text):
        text = _UNTYPABLE.sub(" ", text)
        notes.append("Control characters were ignored.")
    return text.translate(_QUOTES), notes


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a cleaned text."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "space" or kind is None:
            continue
        word = found.group()
        yield Token(word if word in _OPERATORS else kind, word, found.start(), found.end())
