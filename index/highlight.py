"""Marks in a text what a query looks for, and finds the passage that shows most of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from index import querytree as tree
from index.alike import distance, pattern_shape
from index.analysis import grouped
from index.model import HighlightedText
from index.seeking import Mark, Seeker
from index.together import Placed, Together, spans

__all__ = ["NOTHING", "Marks", "distance", "highlight", "marks", "pattern_shape", "snippet"]

SNIPPET_LENGTH = 240
_LEAD = 60  # characters that may stand before the first mark
_SENTENCE = re.compile(r"[.!?…。！？][\"”’')\]]*\s")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: parts of a query that look for words in texts. Words by themselves, and parts whose words are
    only marked where they stand as they are to stand."""

    words: tuple[tree.TextLeaf, ...] = ()
    together: tuple[Together, ...] = ()
    _seekers: dict[str, Seeker] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.words or self.together)

    def find(self, text: str, language: str) -> list[Mark]:
        """The marks in a text of a language, sorted, those that touch as one."""
        text = grouped(text)
        found: list[Mark] = []
        if self.words:
            seeker = self._seekers.get(language)
            if seeker is None:
                seeker = self._seekers[language] = Seeker(self.words, language)
            found = seeker.marks(text)
        if self.together:
            placed = Placed(text)
            for number, part in enumerate(self.together, len(self.words)):
                found += (Mark(start, end, number) for start, end in spans(placed, part, language))
        return _merged(found) if len(found) > 1 else found


NOTHING = Marks()


def marks(node: tree.Node, *fields: str) -> Marks:
    """The parts of a query that look for words in texts, and those that look in these fields."""
    looked_for = ("", *fields)
    words: list[tree.TextLeaf] = []
    parts: list[Together] = []
    for part in _parts(node):
        match part:
            case tree.Paragraph() | tree.First():
                parts.append(part)
            case tree.Words() if part.field in looked_for and len(part.words) > 1:
                parts.append(part)
            case tree.Near() if part.field in looked_for:
                parts.append(part)
            case tree.Words() | tree.Pattern() | tree.Fuzzy() | tree.Between() if part.field in looked_for:
                words.append(part)
    return Marks(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(parts)))


def _parts(node: tree.Node) -> Iterator[tree.Node]:
    """What an article is to have: all but what stands under a Not, in the order of the query."""
    match node:
        case tree.Not():
            return
        case tree.Boosted() | tree.AtLeast():
            yield from _parts(node.node)
        case tree.And() | tree.Or():
            for child in node.nodes:
                yield from _parts(child)
        case _:
            yield node


def highlight(text: str, looked_for: Marks, language: str = "") -> HighlightedText:
    """The whole text with its marks; `language` is the tag of the language that it is written in."""
    return HighlightedText(text, tuple([(start, end) for start, end, _ in looked_for.find(text, language)]))


def snippet(text: str, looked_for: Marks, language: str = "") -> HighlightedText:
    """The passage of about 240 characters with the most of what is looked for, an ellipsis where it is cut;
    the beginning where nothing is. All white space becomes single spaces."""
    found = looked_for.find(text, language)
    start, end = _window(text, found)
    while start < end and text[start].isspace():
        start += 1
    before = "… " if text[:start].strip() else ""
    after = " …" if text[end:].strip() else ""
    shift = len(before) - start
    inside = tuple([(a + shift, b + shift) for a, b, _ in found if a >= start and b <= end])
    return _on_one_line(HighlightedText(f"{before}{text[start:end].rstrip()}{after}", inside))


def _on_one_line(passage: HighlightedText) -> HighlightedText:
    """The same with single spaces for all white space."""
    if passage.text.isprintable() and "  " not in passage.text:
        return passage  # a plain space is the only one that can be printed
    length = 0
    pieces, moved = [], []
    for piece, is_marked in passage.pieces():
        one_line = " ".join(f"|{piece}|".split())[1:-1]  # at its ends, too, there may be one
        if is_marked:
            moved.append((length, length + len(one_line)))
        pieces.append(one_line)
        length += len(one_line)
    return HighlightedText("".join(pieces), tuple(moved))


def _merged(found: list[Mark]) -> list[Mark]:
    """Marks in the order of the text, those that overlap or touch as one."""
    merged: list[Mark] = []
    for mark in sorted(found):
        if merged and mark.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Mark(last.start, max(mark.end, last.end), last.part)
        else:
            merged.append(mark)
    return merged


def _window(text: str, found: list[Mark]) -> Span:
    """Start and end of the passage to show."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    first = _best_mark(found)
    start = _start(text, first) if first is not None else 0
    end = min(len(text), start + SNIPPET_LENGTH)
    if end < len(text):
        space = text.rfind(" ", start + SNIPPET_LENGTH // 2, end + 1)
        end = space if space > 0 else end
        end = max([end, *(mark.end for mark in found if mark.start < end < mark.end)])
    return start, end


def _best_mark(found: list[Mark]) -> int | None:
    """Where the first mark stands of the passage that shows the most different parts of the query, then the most
    marks."""
    best: tuple[int, int] = (0, 0)
    place = None
    starts = [mark.start for mark in found]
    for n, start in enumerate(starts):
        inside = found[n : bisect_left(starts, start + SNIPPET_LENGTH - _LEAD)]
        score = len({mark.part for mark in inside}), len(inside)
        if score > best:
            best, place = score, start
    return place


def _start(text: str, mark: int) -> int:
    """A beginning shortly before a mark: that of its sentence, else that of a word."""
    if mark <= _LEAD:
        return 0
    earliest = mark - _LEAD
    ends = [found.end() for found in _SENTENCE.finditer(text, earliest, mark) if found.end() <= mark]
    if ends:
        return ends[-1]
    space = text.find(" ", earliest, mark)
    return space + 1 if space >= 0 else mark
