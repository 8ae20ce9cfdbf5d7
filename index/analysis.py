"""What a word is: the one place that cuts text into words, for indexing, for queries and for highlighting.

    text -> chunks (what stands between white space) -> words of each chunk (remembered) -> words with their places

Most chunks are one word; `index.cutting` knows the others. A word is compared *folded* (`index.folding`), so that
`Café` and `cafe` are one; its *stem* (`index.stemming`) makes `election` and `elections` one word too. Every word
takes one place, so that the n-th word of a text stands at place n, whoever counts.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese do not part their words by spaces, or not where a reader
looks for them. Of a run of such characters each begins a word of two, the last stands alone: `選挙結果` is `選挙`,
`挙結`, `結果`, `果`. Whoever looks for `結果` finds it, at its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from index.cutting import THIN_SPACES, Word, cut, is_part
from index.folding import LONGEST_WORD, fold
from index.stemming import stem_term, stem_terms

__all__ = [
    "LONGEST_WORD", "PARAGRAPH", "Word", "chunks", "fold", "folded_in", "folded_words", "grouped", "is_part",
    "plainly_spaced", "stem", "stem_term", "stem_terms", "tokens", "words", "words_from", "words_in", "words_of",
]  # fmt: skip

PARAGRAPH = "\x00"
"""The term that stands at the place of the first word of each paragraph of a text."""

_CHUNK = re.compile(r"\S+")
_GROUPED = re.compile(rf"(?<=\d)[{THIN_SPACES}](?=\d{{3}})")
_WIDE_SPACES = "".join(
    map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)
_AROUND = ".,;:!?()[]{}<>\"'“”‘’„«»…–—-*|/%"
_LONG = 48  # characters of a chunk that is hardly met again
_REMEMBERED = 150_000


def tokens(text: str) -> list[str]:
    """The folded words of a text in their order; the n-th stands at place n."""
    return list(chain.from_iterable(map(_chunks.__getitem__, chunks(text))))


def chunks(text: str) -> list[str]:
    """What stands between white space in a text: each is cut into words by itself."""
    return grouped(text).split()


def words(text: str) -> Iterator[Word]:
    """The same words with where they stand. Two words of a script without spaces overlap; starts always grow."""
    return words_from(grouped(text), 0)


def words_from(text: str, begin: int) -> Iterator[Word]:
    """The words of a `grouped` text from the beginning of one of its chunks on."""
    for found in _CHUNK.finditer(text, begin):
        at = found.start()
        for word, start, end in words_of(found.group()):
            yield Word(word, at + start, at + end)


def folded_words(text: str) -> tuple[str, ...]:
    """The folded words to look for where somebody looks for a text: its words, without the last character of a run
    that stands alone only because the text ends there."""
    found = _chunks[text] if text.isalnum() else tuple(tokens(text))
    if len(found) > 1 and is_part(found[-1]) and found[-2].endswith(found[-1]) and not is_part(found[-2]):
        return found[:-1]
    return found


def stem(word: str) -> str:
    """The English stem of a folded word."""
    return stem_term(word, "en")


def folded_in(chunk: str) -> tuple[str, ...]:
    """The folded words of what stands between white space."""
    return _chunks[chunk]


def words_in(chunk: str) -> tuple[str, ...]:
    """The same, for who remembers them: they are cut each time."""
    bare = chunk.strip(_AROUND)
    if bare.isascii() and bare.isalnum():
        return (bare.lower()[:LONGEST_WORD],)
    return tuple(word for word, _, _ in cut(chunk))


def words_of(chunk: str) -> tuple[Word, ...]:
    """The words of what stands between white space, with their places in it."""
    return _remembered(chunk) if len(chunk) <= _LONG else tuple(cut(chunk))


@lru_cache(maxsize=20_000)
def _remembered(chunk: str) -> tuple[Word, ...]:
    return tuple(cut(chunk))


def plainly_spaced(text: str) -> str:
    """A text with the same chunks in which no white space parts them but that of ASCII."""
    text = grouped(text)
    if not text.isascii():
        for space in _WIDE_SPACES:
            if space in text:
                text = text.replace(space, " ")
    return text


def grouped(text: str) -> str:
    """A text in which white space stands in no number; as long as before."""
    if not text.isascii() and any(space in text for space in THIN_SPACES):
        return _GROUPED.sub("'", text)
    return text


class _Chunks(dict[str, tuple[str, ...]]):
    """The words of the chunks that were met; all forgotten when they become too many."""

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = words_in(chunk)
        if len(chunk) <= _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[chunk] = found
        return found


_chunks = _Chunks()
