"""Where the single words stand in a text that a query looks for: found by searching letters, verified by analysis.

A text of plain letters is searched for what the forms of a word begin with, and only what stands there is cut into
words; of any other text all is. Both ways find the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import NamedTuple

from index import querytree as tree
from index.alike import distance, pattern_shape
from index.analysis import folded_in, stem_term, tokens, words_of
from index.stemming import rules


class Mark(NamedTuple):
    """What is marked: from `start` to `end`; `part` numbers the parts of the query."""

    start: int
    end: int
    part: int


_CHUNK = re.compile(r"\S+")
_TYPOGRAPHIC = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": " ",
    "—": " ",
    "…": ".",
    "\u2011": "-",
    "€": "$",
    "£": "$",
}
"""Signs that English is printed with, and what stands for them where letters are searched."""
_BEGINNING = re.compile(r"[0-9]|[a-z]+")
_OTHER = re.compile(r"[^\x00-\x7f]+")
_MANY = 8  # of so many letters one that is no plain one, and to look at each word costs no more
_LETTERS = 4
_REMEMBERED = 5_000
_CHANGED_LETTERS = 2  # so many letters before the end of a stem differ among its forms, as in die and dying
_BY_ENDINGS = frozenset(
    ("", "ca", "cs", "da", "de", "en", "es", "et", "fi", "fr", "it", "no", "pl", "pt", "ro", "sv")
)
"""Languages whose rules look only at the endings of words."""


class Seeker:
    """Finds the words that some parts of a query look for in texts of a language. `parts` tells of a folded word the
    number of the part that looks for it, -1 where none does."""

    def __init__(self, parts: tuple[tree.TextLeaf, ...], language: str) -> None:
        self._language = language
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._tests: list[tuple[Callable[[str], bool], int]] = []
        for number, part in enumerate(parts):
            self._add(number, part)
        self.parts = _Parts(self._part_of)
        self._in_chunk = _InChunk(self.parts)
        self._begins = Beginnings.of([beginning(part, language) for part in parts])

    def marks(self, text: str) -> list[Mark]:
        """All of them, in no order."""
        found: Iterable[tuple[int, str]] | None = chunks(text, self._begins)
        if found is None:
            sought = {word for word in set(tokens(text)) if self.parts[word] >= 0}
            everywhere = _CHUNK.finditer(text) if sought else ()
            found = ((one.start(), one.group()) for one in everywhere)
            found = ((at, chunk) for at, chunk in found if not sought.isdisjoint(folded_in(chunk)))
        within = self._in_chunk
        return [Mark(at + start, at + end, part) for at, chunk in found for start, end, part in within[chunk]]

    def _part_of(self, word: str) -> int:
        if (part := self._words.get(word, -1)) >= 0:
            return part
        if self._stems and (part := self._stems.get(stem_term(word, self._language), -1)) >= 0:
            return part
        return next((part for test, part in self._tests if test(word)), -1)

    def _add(self, number: int, part: tree.TextLeaf) -> None:
        match part:
            case tree.Words():
                self._words.setdefault(part.words[0], number)
                if not part.exact:
                    self._stems.setdefault(stem_term(part.words[0], self._language), number)
            case tree.Pattern():
                shape = pattern_shape(part.pattern)
                self._tests.append((lambda word: shape.fullmatch(word) is not None, number))
            case tree.Fuzzy():
                self._tests.append((_is_like(part), number))
            case tree.Between():
                self._tests.append(
                    (lambda word: part.low <= word and (not part.high or word <= part.high), number)
                )


class _Parts(dict[str, int]):
    """The parts of the words that were met."""

    def __init__(self, part_of: Callable[[str], int]) -> None:
        super().__init__()
        self._part_of = part_of

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = part = self._part_of(word)
        return part


class _InChunk(dict[str, tuple[Mark, ...]]):
    """The marks of the chunks that were met."""

    def __init__(self, parts: _Parts) -> None:
        super().__init__()
        self._parts = parts

    def __missing__(self, chunk: str) -> tuple[Mark, ...]:
        parts = ((word, self._parts[word.text]) for word in words_of(chunk))
        found = tuple(Mark(word.start, word.end, part) for word, part in parts if part >= 0)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[chunk] = found
        return found


def _is_like(part: tree.Fuzzy) -> Callable[[str], bool]:
    letters, most = set(part.word), part.distance
    shortest, longest = len(part.word) - most, len(part.word) + most

    def test(word: str) -> bool:
        if not shortest <= len(word) <= longest or len(letters.symmetric_difference(word)) > 2 * most:
            return False  # a letter that is changed is one less and one more
        return distance(word, part.word, most) <= most

    return test


def beginning(part: tree.TextLeaf, language: str) -> str | None:
    """Letters with which each folded word begins that a part looks for; None where that cannot be said."""
    match part:
        case tree.Words(exact=True):
            return part.words[0][:_LETTERS]
        case tree.Words():
            if rules(language) not in _BY_ENDINGS:
                return None
            word = part.words[0]
            stem = stem_term(word, language).partition("/")[0]
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, stem, strict=False)))
            return word[: min(_LETTERS, max(1, shared - _CHANGED_LETTERS))]
        case tree.Pattern():
            return re.split(r"[*?]", part.pattern)[0][:_LETTERS]
        case tree.Fuzzy() | tree.Between():
            return None


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Ways in which words begin. `letters` are expressions for their first letters, where what is to follow does:
    a letter in front is searched for as fast as memory is read, and the rest is looked at only there."""

    letters: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, folded: Iterable[str | None]) -> Beginnings | None:
        """How a text may spell the beginnings of folded words, `us` as `u.s`, `email` as `e-m`; None where one is."""
        following: dict[str, list[str]] = {}
        for one in folded:
            if one is None:
                return None
            if (found := _BEGINNING.match(one)) is not None:
                begin = found.group()
                rests = following.setdefault(begin[0], [])
                rests.append(begin[1:])
                if len(begin) > 1:
                    signs = ".'-" if begin[0] == "o" else ".-"
                    rests.append(f"[{signs}]{begin[1]}")
        return cls(tuple([re.compile(f"{first}(?={'|'.join(rests)})") for first, rests in following.items()]))

    def places(self, plain: str) -> Iterator[int]:
        """Where a word of a text of small letters begins so, for each first letter from the start again."""
        for letter in self.letters:
            for found in letter.finditer(plain):
                at = found.start()
                if not at or not plain[at - 1].isalnum():
                    yield at


def chunks(text: str, begins: Beginnings | None) -> list[tuple[int, str]] | None:
    """Place and text of each chunk in which a word begins so, and of some others, in no order; None where nobody can
    tell, because there are no letters or most of the text is written with others."""
    if begins is None:
        return None
    plain = _plain(text)
    if plain.isascii():
        return _around(text, begins.places(plain))
    if len(plain) != len(text) or len(plain.encode("utf-8", "replace")) - len(plain) > len(plain) // _MANY:
        return None
    others = (found.start() for found in _OTHER.finditer(plain))
    return _around(text, chain(others, begins.places(plain)))


def _around(text: str, places: Iterable[int]) -> list[tuple[int, str]]:
    """Each chunk that holds one of these places, with where it begins."""
    known: dict[int, str] = {}
    start = end = 0
    for at in places:
        if start <= at < end:
            continue
        if at < start:
            end = 0  # no chunk is known to have ended before
        start = at
        if at > end and not text[at - 1].isspace():
            start -= len(text[end:at].rsplit(None, 1)[-1])
        if (chunk := _CHUNK.match(text, start)) is not None:
            known[start] = chunk.group()
            end = chunk.end()
    return list(known.items())


def _plain(text: str) -> str:
    """A text in lower case, as long as before if it can be; of plain letters alone if it is English or alike."""
    if not text.isascii():
        for sign, plain in _TYPOGRAPHIC.items():
            text = text.replace(sign, plain)
    return text.lower()
