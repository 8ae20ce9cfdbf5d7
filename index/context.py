"""Every mention in its context: a line for each mark of a text, for reading mentions below each other. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.model import HighlightedText

AROUND = 72
"""So many characters stand before and after a mention, at most."""

_BREAK = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"\s+")


def in_context(text: HighlightedText, around: int = AROUND) -> Iterator[HighlightedText]:
    """A line for each marked span, with what stands around it in its paragraph: whole words, at most `around`
    characters on each side, with single spaces. The mention is the one marked span of its line."""
    for start, end in text.spans:
        before = _before(text.text[:start], around)
        mention = _SPACE.sub(" ", text.text[start:end])
        after = _after(text.text[end:], around)
        yield HighlightedText(before + mention + after, ((len(before), len(before) + len(mention)),))


def _before(text: str, around: int) -> str:
    """The end of what stands before a mention."""
    near = text[-4 * around :]  # white space may shrink
    inside = _SPACE.sub(" ", near[max((found.end() for found in _BREAK.finditer(near)), default=0) :])
    if len(inside) <= around:
        return inside.lstrip()
    space = inside.find(" ", len(inside) - around - 1)
    return inside[space + 1 :] if space >= 0 else inside[-around:]


def _after(text: str, around: int) -> str:
    """The beginning of what stands after a mention."""
    near = text[: 4 * around]
    inside = _SPACE.sub(" ", _BREAK.split(near, maxsplit=1)[0])
    if len(inside) <= around:
        return inside.rstrip()
    space = inside.rfind(" ", 0, around + 1)
    return inside[:space] if space >= 0 else inside[:around]
