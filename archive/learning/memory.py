"""What a source has taught so far, and what follows from it. Bounded, whatever the source publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from archive.edits.notices import notices
from archive.extract.recurring import MOST_SHARE, at_edges
from archive.model import Learnt, Lesson, SeenLine, Sighting

MOST_LINES = 2_000
"""Lines that are remembered of a source."""

MOST_MARKS = 24
"""Marks that are remembered of each kind."""

WINDOW = 400
"""So many articles count; when they are reached, all that was counted counts half."""

SURE = 4
"""So many articles must have a line, or agree with a mark, before anything follows from it."""

ANYWHERE = 0.4
"""Of the articles, and two more, that have a line which is dropped wherever it stands."""

AT_EDGES = 0.15
"""Of the articles, and two more, that begin or end with a line which is dropped there."""

_MOSTLY = 0.8
_SURE_OF_AUTHOR = 3
_LASTS, _LASTS_AT_EDGES = 20, 120  # articles that a line is remembered for each in which it stood
_TIDIED = 16  # lessons between two looks at what has become old
_FULL_TRUST = 32
_MOST_LEARNT = 300
_MOST_BELIEVED = 3


@dataclass(slots=True)
class LineCount:
    """In how many articles a line stood, in how many of them at an edge of the text, and in how many it named their
    author; `last` is the number of the latest. `text` is what it says, kept once it is more than a chance."""

    articles: int = 0
    edges: int = 0
    naming: int = 0
    last: int = 0
    text: str = ""


@dataclass(slots=True)
class Memory:
    """What is remembered of one source. `articles` are those that count, `taught` all that ever did; `generation`
    grows each time that somebody has it forgotten."""

    articles: int = 0
    taught: int = 0
    lines: dict[int, LineCount] = field(default_factory=dict)
    bylines: dict[str, int] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    generation: int = 0

    def learn(self, lesson: Lesson) -> None:
        """Take in what a page taught that was not seen before. Each article teaches once."""
        self._learn_marks(self.bylines, lesson.bylines)
        self._learn_marks(self.dates, lesson.dates)
        often = Counter(line.fingerprint for line in lesson.lines)
        # What stands in one text more than once ("Question", "Pros") is what the text is built of.
        seen = {line.fingerprint: line for line in lesson.lines if often[line.fingerprint] == 1}
        if not seen or self._is_copy(lesson.lines):
            return
        self.articles += 1
        self.taught += 1
        recurring = [line.fingerprint in self.lines for line in lesson.lines]
        edges = {lesson.lines[at].fingerprint for at in _outermost(recurring)}
        for number, line in seen.items():
            self._count(line, at_edge=number in edges)
        if self.taught % _TIDIED == 0 or len(self.lines) > MOST_LINES:
            self._forget()

    def learnt(self) -> Learnt:
        """What the next page is read with."""
        anywhere = [n for n, count in self.lines.items() if self._is_furniture(count)]
        edges = [
            n for n, count in self.lines.items() if self._is_at_edges(count) and not self._is_furniture(count)
        ]
        return Learnt(
            frozenset(anywhere[-_MOST_LEARNT:]),
            frozenset(edges[-_MOST_LEARNT:]),
            _sure(self.bylines),
            _sure(self.dates),
        )

    def dropped_lines(self) -> list[str]:
        """What the lines say that are dropped, the commonest first."""
        found = [
            count for count in self.lines.values() if self._is_furniture(count) or self._is_at_edges(count)
        ]
        said = sorted(found, key=lambda count: (-count.articles, count.text))
        return [count.text for count in said if count.text]

    def forget_words(self) -> None:
        """Keep of lines nothing that they say, until they are seen again, and none that speaks of an author."""
        self.lines = {n: replace(count, text="") for n, count in self.lines.items() if not count.naming}

    def _is_furniture(self, count: LineCount) -> bool:
        return count.articles >= SURE and count.articles >= 2 + ANYWHERE * self.articles

    def _is_at_edges(self, count: LineCount) -> bool:
        if count.edges < _MOSTLY * count.articles:
            return False
        if count.naming >= _SURE_OF_AUTHOR and count.naming >= _MOSTLY * count.articles:
            return True
        return count.edges >= SURE and count.edges >= 2 + AT_EDGES * self.articles

    def _is_copy(self, lines: Sequence[SeenLine]) -> bool:
        """Whether most of a text stood in articles before: another address of one of them, or a newer version under
        a new address, which says nothing of what articles have in common."""
        size = sum(len(line.text) for line in lines)
        known = sum(len(line.text) for line in lines if line.fingerprint in self.lines)
        return known > MOST_SHARE * size

    def _count(self, line: SeenLine, *, at_edge: bool) -> None:
        count = self.lines.setdefault(line.fingerprint, LineCount())
        if count.articles and any(notices(line.text)):
            return  # a notice of a correction is a part of every article that has it, however they are worded
        count.articles += 1
        count.edges += at_edge
        count.naming += line.names_author
        count.last = self.taught
        if count.articles >= _SURE_OF_AUTHOR:
            count.text = line.text

    def _forget(self) -> None:
        """Let go of lines that do not come back, of the rest where there is too much, and of half of all the old."""
        if self.articles > WINDOW:
            self.articles //= 2
            for count in self.lines.values():
                count.articles, count.edges, count.naming = (
                    (count.articles + 1) // 2,
                    (count.edges + 1) // 2,
                    (count.naming + 1) // 2,
                )
        self.lines = {n: count for n, count in self.lines.items() if count.last + _lasts(count) > self.taught}
        if len(self.lines) > MOST_LINES:
            ranked = sorted(self.lines.items(), key=lambda one: (one[1].articles, one[1].edges, one[1].last))
            for number, _ in ranked[: len(self.lines) - MOST_LINES * 9 // 10]:
                del self.lines[number]

    @staticmethod
    def _learn_marks(known: dict[str, int], sightings: Iterable[Sighting]) -> None:
        """A mark that agrees is trusted a little more, one that does not only half as much."""
        for sighting in sightings:
            trust = known.get(sighting.mark, 0)
            known[sighting.mark] = min(trust + 1, _FULL_TRUST) if sighting.agrees else trust // 2
        for name in sorted(known, key=lambda name: known[name])[: max(0, len(known) - MOST_MARKS)]:
            del known[name]


def _outermost(recurring: Sequence[bool]) -> frozenset[int]:
    """The places at the edges of a text: of its lines that recur, and of the first and the last two, of which nobody
    knows yet."""
    total = len(recurring)
    ends = {0, 1, total - 2, total - 1}
    return at_edges(recurring) | {at for at in ends if 0 <= at < total}


def _lasts(count: LineCount) -> int:
    return count.articles * (_LASTS_AT_EDGES if count.edges else _LASTS)


def _sure(marks: dict[str, int]) -> tuple[str, ...]:
    sure = [name for name, trust in marks.items() if trust >= SURE]
    return tuple(sorted(sure, key=lambda name: (-marks[name], name))[:_MOST_BELIEVED])
