"""Marks in a text the words that a query looks for, and finds the passage that shows most of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from index import querytree as tree
from index.analysis import Word, fold, stem, words
from index.model import HighlightedText

SNIPPET_LENGTH = 240
_LEAD = 60  # characters that may stand before the first mark
_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*\s")

Span = tuple[int, int]
Marks = tuple[tree.TextLeaf, ...]


def marks(node: tree.Node, *fields: str) -> Marks:
    """The parts of a query that look for words in texts, and those that look in these fields."""
    leaves = (leaf for leaf in tree.wanted(node) if isinstance(leaf, tree.TextLeaf))
    return tuple(leaf for leaf in leaves if leaf.field in ("", *fields))


def highlight(text: str, looked_for: Marks) -> HighlightedText:
    """The whole text with its marks."""
    return HighlightedText(text, tuple(_spans(text, looked_for)))


def snippet(text: str, looked_for: Marks) -> HighlightedText:
    """The passage of about 240 characters with the most of what is looked for, an ellipsis where it is cut;
    the beginning where nothing is. All white space becomes single spaces."""
    text = " ".join(text.split())
    spans = _spans(text, looked_for)
    start, end = _window(text, spans)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shift = len(before) - start
    inside = tuple((a + shift, b + shift) for a, b in spans if a >= start and b <= end)
    return HighlightedText(before + text[start:end] + after, inside)


def _spans(text: str, looked_for: Marks) -> list[Span]:
    """Where the marks go, sorted, never overlapping."""
    if not looked_for:
        return []
    found = list(words(text))
    spans = sorted(span for leaf in looked_for for span in _leaf_spans(found, leaf))
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _leaf_spans(found: list[Word], leaf: tree.TextLeaf) -> Iterable[Span]:
    if isinstance(leaf, tree.Words) and len(leaf.words) > 1:
        return _phrase_spans(found, leaf)
    fits = _fits(leaf)
    return [(word.start, word.end) for word in found if fits(word.text)]


def _fits(leaf: tree.TextLeaf) -> Callable[[str], bool]:
    match leaf:
        case tree.Words():
            wanted = leaf.words[0]
            if leaf.exact:
                return lambda word: word == wanted
            return lambda word: word == wanted or stem(word) == stem(wanted)
        case tree.Pattern():
            shape = pattern_shape(leaf.pattern)
            return lambda word: shape.fullmatch(word) is not None
        case tree.Fuzzy():
            return lambda word: distance(word, leaf.word, leaf.distance) <= leaf.distance
        case tree.Between():
            return lambda word: leaf.low <= word and (not leaf.high or word <= leaf.high)


def pattern_shape(pattern: str) -> re.Pattern[str]:
    """`el*ion?` as an expression for a whole word."""
    return re.compile(".*".join(".".join(map(re.escape, part.split("?"))) for part in pattern.split("*")))


def _phrase_spans(found: list[Word], leaf: tree.Words) -> list[Span]:
    """Each place where the words of a phrase follow each other: as one span, or word by word where others may
    stand in between."""
    texts = [word.text for word in found]
    if leaf.slop:
        return [(found[n].start, found[n].end) for n in _loose_places(texts, leaf)]
    size, wanted = len(leaf.words), list(leaf.words)
    starts = (n for n, text in enumerate(texts) if text == wanted[0] and texts[n : n + size] == wanted)
    return [(found[n].start, found[n + size - 1].end) for n in starts]


def _loose_places(texts: list[str], leaf: tree.Words) -> set[int]:
    """The words that belong to an occurrence of a phrase with at most `slop` others between two of its words:
    forwards those that can be reached, then backwards those that lead to the end."""
    reach = leaf.slop + 1
    layers: list[list[int]] = []
    for wanted in leaf.words:
        here = [n for n, text in enumerate(texts) if text == wanted]
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


def _window(text: str, spans: list[Span]) -> Span:
    """Start and end of the passage to show."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    first = _best_mark(text, spans)
    start = _start(text, first) if first is not None else 0
    end = min(len(text), start + SNIPPET_LENGTH)
    if end < len(text):
        space = text.rfind(" ", start + SNIPPET_LENGTH // 2, end + 1)
        end = space if space > 0 else end
        end = max([end, *(b for a, b in spans if a < end < b)])
    return start, end


def _best_mark(text: str, spans: list[Span]) -> int | None:
    """Where the first mark stands of the passage that shows the most different words, then the most marks."""
    best: tuple[int, int] = (0, 0)
    place = None
    starts = [start for start, _ in spans]
    stems = [stem(fold(text[start:end])) for start, end in spans]
    for n, start in enumerate(starts):
        inside = stems[n : bisect_left(starts, start + SNIPPET_LENGTH - _LEAD)]
        score = len(set(inside)), len(inside)
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


def distance(a: str, b: str, limit: int = 2) -> int:
    """Letters to insert, leave out, change or swap with their neighbour to make one word of the other; what
    is more than the limit is `limit + 1`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
