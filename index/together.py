"""Where the parts of a query stand in a text that are only found if their words stand as they are to: phrases, and
words that are near, in one paragraph or at the beginning. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, islice

from index import querytree as tree
from index.analysis import Word, folded_in, tokens, words_from, words_of
from index.seeking import Beginnings, Seeker, beginning, chunks

Together = tree.Words | tree.Near | tree.Paragraph | tree.First
Span = tuple[int, int]
Place = tuple[int, int]
"""The first and the last word of something, by their numbers in the text."""

_CHUNK = re.compile(r"\S+")
_PARAGRAPH_BREAK = re.compile("\n\n")


class Placed:
    """A text whose words are counted when somebody asks for them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._cut: dict[int, tuple[Word, ...]] = {}

    @cached_property
    def folded(self) -> list[str]:
        """Its words in their order."""
        return tokens(self.text)

    @cached_property
    def _chunks(self) -> tuple[list[re.Match[str]], list[int]]:
        """What stands between white space, and how many words end with each."""
        found = list(_CHUNK.finditer(self.text))
        return found, list(accumulate(len(folded_in(chunk.group())) for chunk in found))

    def word(self, number: int) -> Word:
        """A word with where it stands."""
        chunks, ends = self._chunks
        n = bisect_right(ends, number)
        if n not in self._cut:
            self._cut[n] = words_of(chunks[n].group())
        word = self._cut[n][number - ends[n]]
        at = chunks[n].start()
        return Word(word.text, at + word.start, at + word.end)

    def span(self, place: Place) -> Span:
        """From the first word to the last."""
        return self.word(place[0]).start, self.word(place[1]).end


def spans(placed: Placed, part: Together, language: str) -> Iterable[Span]:
    """What is to be marked of a part, in no order."""
    match part:
        case tree.Words(slop=0):
            return _phrases(placed.text, part, language)
        case tree.Words():
            return map(placed.span, _places(placed, part, language))
        case tree.Near():
            return map(placed.span, _near(placed, part, language))
        case tree.Paragraph():
            return map(placed.span, _in_one_paragraph(placed, part, language))
        case tree.First():
            found = _places(placed, part.node, language)
            return map(placed.span, (place for place in found if place[1] < part.count))


def _phrases(text: str, part: tree.Words, language: str) -> Iterator[Span]:
    """Each place where the words of a phrase follow each other."""
    first, size = part.words[0], len(part.words)
    begins = Beginnings.of([beginning(tree.Words((first,), first, exact=True), language)])
    found: Iterable[tuple[int, str]] | None = chunks(text, begins)
    if found is None:
        found = ((one.start(), one.group()) for one in _CHUNK.finditer(text))
    for at, chunk in found:
        if first not in folded_in(chunk):
            continue
        here = list(islice(words_from(text, at), len(chunk) + size))
        for n, word in enumerate(here):
            if word.start >= at + len(chunk):
                break
            if word.text == first and tuple(one.text for one in here[n : n + size]) == part.words:
                yield word.start, here[n + size - 1].end


def _places(placed: Placed, part: tree.Operand, language: str) -> list[Place]:
    """Where a word or a phrase stands."""
    match part:
        case tree.Or():
            return sorted(
                {place for node in part.nodes for place in _places(placed, _operand(node), language)}
            )
        case tree.Words(slop=0) if len(part.words) > 1:
            folded, size, wanted = placed.folded, len(part.words), list(part.words)
            starts = (n for n, word in enumerate(folded) if word == wanted[0])
            return [(n, n + size - 1) for n in starts if folded[n : n + size] == wanted]
        case tree.Words() if len(part.words) > 1:
            return [(n, n) for n in sorted(_loose(placed.folded, part))]
        case _:
            parts = _seeker(part, language).parts
            return [(n, n) for n, word in enumerate(placed.folded) if parts[word] >= 0]


def _operand(node: tree.Node) -> tree.Operand:
    assert isinstance(node, tree.Words | tree.Pattern | tree.Fuzzy | tree.Or)
    return node


@lru_cache(maxsize=32)
def _seeker(part: tree.TextLeaf, language: str) -> Seeker:
    return Seeker((part,), language)


def _loose(folded: list[str], part: tree.Words) -> set[int]:
    """The words that belong to an occurrence of a phrase with at most `slop` others between two of its words:
    forwards those that can be reached, then backwards those that lead to the end."""
    reach = part.slop + 1
    layers: list[list[int]] = []
    for wanted in part.words:
        here = [n for n, word in enumerate(folded) if word == wanted]
        if layers:
            before = layers[-1]
            here = [n for n in here if (k := bisect_left(before, n)) and n - before[k - 1] <= reach]
        if not here:
            return set()
        layers.append(here)
    after = layers.pop()
    kept = set(after)
    for layer in reversed(layers):
        after = [n for n in layer if (k := bisect_right(after, n)) < len(after) and after[k] - n <= reach]
        kept.update(after)
    return kept


def _near(placed: Placed, part: tree.Near, language: str) -> list[Place]:
    """The words of all operands where they stand in one chain with no gap wider than the distance."""
    return _groups_of_all(
        placed, part.nodes, language, lambda before, place: place[0] - before - 1 > part.distance
    )


def _in_one_paragraph(placed: Placed, part: tree.Paragraph, language: str) -> list[Place]:
    """The words of all operands in the paragraphs that have each of them."""
    breaks = [found.start() for found in _PARAGRAPH_BREAK.finditer(placed.text)]

    def paragraph(n: int) -> int:
        return bisect_right(breaks, placed.word(n).start)

    return _groups_of_all(
        placed, part.nodes, language, lambda before, place: paragraph(before) != paragraph(place[0])
    )


def _groups_of_all(
    placed: Placed, nodes: tuple[tree.Operand, ...], language: str, parts: Callable[[int, Place], bool]
) -> list[Place]:
    """The places of operands in those groups that have each of them; `parts` says of the last word so far and the
    next place whether they belong to different groups."""
    found = sorted((place, n) for n, node in enumerate(nodes) for place in _places(placed, node, language))
    kept: list[Place] = []
    group: list[Place] = []
    held: set[int] = set()
    last = 0
    for place, n in found:
        if group and parts(last, place):
            kept += group if len(held) == len(nodes) else []
            group, held, last = [], set(), 0
        group.append(place)
        held.add(n)
        last = max(last, place[1])
    return kept + (group if len(held) == len(nodes) else [])
