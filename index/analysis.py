"""What a word is: the one place that cuts text into words, for indexing, for queries and for highlighting.

A word is a run of letters, digits and the marks that belong to them, with apostrophes inside. It is compared
*folded*: lower case, without accents, without a possessive 's, so that `Café` and `cafe` are one word. Its
*stem* (Porter's second algorithm, English) makes `election` and `elections` one word too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.porter2 import stem as porter2

PARAGRAPH = "\x00"
"""The term that stands where a paragraph begins; no word is spelt so."""

LONGEST_WORD = 64
"""Characters of a word that are compared; what is longer is data in disguise."""

# Combining marks and the vowel signs of the scripts of India, Thailand and Laos are not \w for Python.
_LETTER = r"[^\W_\u0300-\u036f]"
_MARKED = r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff])"
_WORD = re.compile(rf"{_LETTER}{_MARKED}*(?:['’]{_LETTER}{_MARKED}*)*")

_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})


class Word(NamedTuple):
    """A word where it stands: folded, with its place (start, end) in characters of the text."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    for found in _WORD.finditer(text):
        folded = fold(found.group())
        if folded:
            yield Word(folded, found.start(), found.end())


def folded_words(text: str) -> tuple[str, ...]:
    """Only the folded words of a text."""
    return tuple(word.text for word in words(text))


def tokens(text: str) -> list[str]:
    """The folded words of a text, for indexing."""
    return list(folded_words(text))


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word without case, accents and possessive ending; folding twice changes nothing."""
    plain = unicodedata.normalize("NFKD", word.casefold()).casefold()
    plain = "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f")
    plain = unicodedata.normalize("NFC", plain.translate(_LETTERS))[:LONGEST_WORD]
    while plain.endswith("'s"):
        plain = plain[:-2]
    return plain.strip("'")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word."""
    return str(porter2(word)) if word.isascii() and word.isalpha() else word


def stem_term(word: str, _language: str) -> str:
    """The term that a folded word of a text in this language is indexed as, among stems."""
    return stem(word)
