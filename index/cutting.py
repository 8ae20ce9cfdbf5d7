"""Cuts a chunk, which is what stands between white space, into words: what belongs together in names, numbers and
compounds. The expressions say it; `docs/decisions/0027` says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from index.folding import fold

_RUN = (
    r"々〇\u1100-\u115f\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\uffa0-\uffdc\U00020000-\U0003ffff"
    r"\u0e01-\u0e2e\u0e2f-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    r"\u1780-\u17b3\u17d7\u17dc\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065-\u1066\u106e-\u1070"
    r"\u1075-\u1081\u108e\uaa60-\uaa76\uaa7a\uaa7e-\uaa7f"
)
"""Characters of scripts that are cut into pairs."""
_RUN_MARK = (
    r"\u1160-\u11ff\ud7b0-\ud7ff\u3099\u309a\uff9e\uff9f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    r"\u17b4-\u17d3\u17dd\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    r"\u1082-\u108d\u108f\u109a-\u109d\uaa7b-\uaa7d\u200b-\u200d"
)
"""Marks that belong to the character before them."""
_MARK = (
    r"\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u05f3\u05f4\u0610-\u061a"
    r"\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0970-\u0dff\u0f18-\u0fbc"
    r"\u200c\u200d\u2060\ufeff"
)
"""Marks inside a word, also those that Python does not count to it, and characters that nobody sees."""
_APOSTROPHE = "'’ʼ‘＇"
_HYPHEN = r"\-\u2010\u2011"
THIN_SPACES = "\u00a0\u2009\u202f"
"""Spaces that may stand between the groups of digits of a number; a chunk has an apostrophe there."""

_ELIDED = (
    "[cdjlmnstv]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|(?:d|n|s|c)?ell|(?:d|n|s)?all|dall|sull|coll|dagl|degl|negl|"
    "gl|un|quest|quell|tutt|sant|mezz|anch"
)
_VOWEL = "aeiouyhàâäéèêëíìîïóòôöúùûüœæ"
_SEPARATOR = rf"[.,{_APOSTROPHE}]"


def _expression(run: str = "", run_mark: str = "", mark: str = "") -> re.Pattern[str]:
    """Finds the words of chunks in which such characters may stand."""
    letter, either = rf"[^\W_\d{run}]", rf"[^\W_{run}]"  # a letter; a letter or a digit
    more = rf"(?:{either}|[{mark}])" if mark else either
    of_run = rf"(?P<run>[{run}][{run}{run_mark}]*) |" if run else ""
    return re.compile(
        rf"""
      {of_run}
      (?P<thousands>(?<![\w.,])[1-9]\d{{0,2}}(?P<between>{_SEPARATOR})\d{{3}}(?:(?P=between)\d{{3}})*
        (?P<rest>(?!(?P=between))[.,]\d+)?(?![.,]?\d){more}*)
    | (?P<decimal>(?<![\w])(?<!\d[.,])\d+[.,]\d+(?![.,]?\d){more}*)
    | (?P<initials>(?<!\w)(?:{letter}\.)+{letter}(?!\w)(?:\.[{_APOSTROPHE}][sS](?!\w))?)
    | (?P<firm>(?<![\w&]){letter}{{1,3}}&{letter}{{1,3}}(?![\w&])(?:[{_APOSTROPHE}][sS](?!\w))?)
    | (?P<sharp>(?<!\w)[A-Za-z](?:\+\+|\#))
    | (?P<elided>(?<!\w)(?i:{_ELIDED})(?=[{_APOSTROPHE}](?i:[{_VOWEL}])))
    | (?P<word>(?:(?<!\w)(?<!\w[{_HYPHEN}])(?:{letter}[{_HYPHEN}](?=\d)|[EeTtUuXx][{_HYPHEN}](?={either}{more})))?
        {either}{more}*(?:(?:[{_APOSTROPHE}]|(?<=[א-ת])\"(?=[א-ת])){either}{more}*)*)
    """,
        re.VERBOSE,  # and case ignored only where it matters: it makes compiling three times as slow
    )


_in_ascii = _expression()


@cache
def _in_any() -> re.Pattern[str]:
    """For all scripts. To compile it takes 30 ms, more than most searches: most of them never need it."""
    return _expression(_RUN, _RUN_MARK, _MARK)


@cache
def _unit() -> re.Pattern[str]:
    """A character of a run with its marks."""
    return re.compile(rf"[{_RUN}][{_RUN_MARK}]*")


_LEFT_OUT = re.compile(rf"[{_HYPHEN}\"]")
_IRISH = re.compile(r"\Ao'(?=[^\W\d_]{2})")
_PERSIAN_PART = re.compile(r"(?:[^\u200c]|(?<![\u0600-\u06ff])\u200c)+")


class Word(NamedTuple):
    """A word where it stands: folded, with its place (start, end) in characters of the text."""

    text: str
    start: int
    end: int


def cut(chunk: str) -> Iterator[Word]:
    """The words of a chunk."""
    for found in (_in_ascii if chunk.isascii() else _in_any()).finditer(chunk):
        text, start, end = found.group(), found.start(), found.end()
        match found.lastgroup:
            case "run":
                yield from _pairs(text, start)
                continue
            case "thousands":
                text = text.replace(found["between"], "").replace(",", ".")
            case "decimal":
                text = text.replace(",", ".")
            case "initials":
                text = text.replace(".", "")
            case "word":
                yield from _plain(text, start)
                continue
        if folded := fold(text):
            yield Word(folded, start, end)


def _pairs(run: str, at: int) -> Iterator[Word]:
    """The words of a run: each character with the next one, the last alone."""
    units = [found.span() for found in _unit().finditer(run)]
    ends = [end for _, end in units[1:]] + [len(run)]
    for (start, _), end in zip(units, ends, strict=True):
        yield Word(fold(run[start:end]), at + start, at + end)


def _plain(text: str, at: int) -> Iterator[Word]:
    """A word of letters and digits. A Persian one is cut where its parts are set apart without a space."""
    for part in _PERSIAN_PART.finditer(text):
        folded = fold(_LEFT_OUT.sub("", part.group()))
        if folded:
            yield Word(_IRISH.sub("o", folded), at + part.start(), at + part.end())


def is_part(word: str) -> bool:
    """Whether a folded word is one character of a script that is cut into pairs: a text has it wherever a word begins
    with it."""
    return not word.isascii() and _unit().fullmatch(word) is not None
