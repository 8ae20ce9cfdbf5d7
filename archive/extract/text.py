"""The smallest questions about text: white space, words, and how alike two headlines are."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# Zero-width space, word joiner, BOM and soft hyphen: they break words apart for a search engine. The
# zero-width (non-)joiners stay, Persian and Hindi are spelled with them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\ufffc]")
LONGEST_KEY = 100_000
"""Characters of a text that are compared: some letters are eighteen, decomposed."""

_COMPARED = 60  # words; comparing takes time in the product of the lengths
_ACCENTS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code)))
_ACCENT = re.compile(f"[{_ACCENTS}]+")  # what combines with the letter before it
_WORD = re.compile(r"\w+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def one_of(alternatives: str) -> str:
    """A regular expression for any line of `alternatives`, each a pattern of its own."""
    lines = (line.strip() for line in alternatives.splitlines())
    return f"(?:{'|'.join(line for line in lines if line)})"


def clean(text: str) -> str:
    """One line: every run of white space (no-break spaces too) is one blank, invisible characters are gone."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def key(text: str) -> str:
    """What two spellings of one phrase share: words in lower case without accents and punctuation. Of texts beyond
    LONGEST_KEY only the beginning counts."""
    text = text[:LONGEST_KEY]
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    return " ".join(_WORD.findall(_FOREIGN.sub(_plain, text.lower())))


def _plain(run: re.Match[str]) -> str:
    return _without_accents(run[0])


@lru_cache(maxsize=4_096)
def _without_accents(run: str) -> str:
    """Letters beyond ASCII as they are compared. Where most are ASCII, runs of the others are short, and the same
    again and again: quotation marks, dashes, umlauts."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", run).casefold())


def likeness(left: str, right: str) -> float:
    """How alike two phrases are by their words, 0 to 1."""
    first, second = key(left).split()[:_COMPARED], key(right).split()[:_COMPARED]
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
