"""Words as the judge of edits compares them: without case, punctuation and typography, but with what counts. Pure.

What counts beside letters and digits: the separators inside a number, its sign, a currency, a percent sign, and a
question mark, which turns a claim into a question. How digits are grouped (1,000 1.000 1 000 1’000) is nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_DASH = re.compile(r"[\u2010-\u2013\u2212\ufe58\uff0d]")
_GROUPS = re.compile(r"(?<![\d.,])(\d{1,3})((?:[.,'’ ]\d{3})+)(?![\d]|[.,]\d)")
_TOKEN = re.compile(rf"[{_CJK}]|[^\s—…{_CJK}]+")
_ENDS_SENTENCE = frozenset(".!?…:;。！？")
_SHORT = 60
_COUNTS = "%‰?؟"
_INSIDE_NUMBER = ".,:/-"


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as it is written, without the signs around it; what is compared of it; whether it opens a sentence or a
    quotation, so that its capital says nothing."""

    form: str
    key: str
    opens: bool

    @property
    def is_capital(self) -> bool:
        """Whether it is written with a capital where that says something, as a name is."""
        return not self.opens and self.form[:1].isupper()


def words(text: str) -> list[Word]:
    """The words of a text; signs that stand alone are none. A character of a script without spaces is a word."""
    found: list[Word] = []
    for paragraph in _dashed(text).split("\n\n"):
        opens = True
        for token in _TOKEN.findall(_GROUPS.sub(_ungrouped, paragraph)):
            begin, end = _core(token)
            if key := key_of(token):
                found.append(Word(token[begin:end], key, opens or begin > 0))
            opens = not _ENDS_SENTENCE.isdisjoint(token[end:]) or (opens and not key)
    return found


def joined(keys: Iterable[str]) -> str:
    """What is read when the spaces are left out ("e mail", "email"); two numbers stay two."""
    text = ""
    for key in keys:
        text += f" {key}" if text[-1:].isdigit() and key[:1].isdigit() else key
    return text


def key_of(token: str) -> str:
    """What is compared of a token, "" for one that says nothing."""
    return _short_key(token) if len(token) <= _SHORT else _key(token)


@lru_cache(maxsize=1 << 15)
def _short_key(token: str) -> str:
    return _key(token)


def _key(token: str) -> str:
    folded = unicodedata.normalize("NFKC", token).casefold()
    kept = [char for at, char in enumerate(folded) if _counts(folded, at)]
    return "".join(kept)


def _core(token: str) -> tuple[int, int]:
    """Where the letters and digits of a token begin and end."""
    end = len(token)
    while end and not token[end - 1].isalnum():
        end -= 1
    begin = 0
    while begin < end and not token[begin].isalnum():
        begin += 1
    return begin, end


def _counts(text: str, at: int) -> bool:
    char = text[at]
    if char.isalnum() or char in _COUNTS:
        return True
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Sc":
        return True
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    if not behind.isdigit():
        return False
    return (before.isdigit() and char in _INSIDE_NUMBER) or (char == "-" and not before.isalnum())


def _dashed(text: str) -> str:
    """Composed, with one kind of dash and one kind of space; paragraphs stay."""
    return _DASH.sub("-", re.sub(r"[^\S\n]", " ", unicodedata.normalize("NFC", text)))


def _ungrouped(found: re.Match[str]) -> str:
    return found[1] + re.sub(r"\D", "", found[2])
