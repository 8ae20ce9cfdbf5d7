"""What changed, laid out for a page: in one column or side by side, changes numbered, what stayed folded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, TypeVar

from newsarchive.diff import PARAGRAPH_BREAK, Piece, diff

PILCROW = "¶"
_CONTEXT = 1
_WORTH_FOLDING = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a paragraph: text that stayed (number 0), or one change, what went before what came. `opens` where
    the change begins here; it may go on in the paragraphs that follow."""

    number: int
    pieces: tuple[Piece, ...]
    opens: bool = False


Paragraph = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand beside each other; one side may have none."""

    left: tuple[Paragraph, ...]
    right: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Paragraphs or rows that follow each other; `folded` where nothing changed in them and nobody needs them."""

    items: tuple[T, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of two versions: in one column and side by side. Its changes have the numbers `first` to `last`,
    which is less than `first` where there is none."""

    name: str
    inline: tuple[Stretch[Paragraph], ...]
    sides: tuple[Stretch[Row], ...]
    first: int
    last: int

    @property
    def differs(self) -> bool:
        """Whether anything came or went."""
        return self.last >= self.first


def changed(name: str, old: str, new: str, *, first: int = 1) -> Changed:
    """What a reader sees of a field in two versions; its first change gets the number `first`."""
    numbered = list(_numbered(diff(old, new), first))
    inline = _inline(numbered)
    rows = _sides(numbered)
    return Changed(
        name,
        _folded(inline, lambda paragraph: any(part.number for part in paragraph)),
        _folded(rows, lambda row: any(part.number for side in (*row.left, *row.right) for part in side)),
        first,
        max((number for number, _ in numbered), default=0) or first - 1,
    )


def _numbered(pieces: Sequence[Piece], number: int) -> Iterator[tuple[int, Piece]]:
    """Each piece with the number of its change: a deletion and the insertion behind it are one; 0 for what stayed."""
    before = "same"
    for piece in pieces:
        if before != "same" and (piece.kind == "same" or before == "ins"):
            number += 1
        before = piece.kind
        yield (0 if piece.kind == "same" else number), piece


@dataclass(slots=True)
class _Column:
    """Collects paragraphs. A change opens where its number is met first, in all columns that share `met`."""

    met: set[int]
    done: list[Paragraph] = field(default_factory=list)
    current: list[tuple[int, Piece]] = field(default_factory=list)

    def add(self, number: int, piece: Piece) -> None:
        if piece.text:
            self.current.append((number, piece))

    def end(self) -> None:
        """The paragraph is complete; an empty one is none."""
        fragments = []
        for number, group in groupby(self.current, key=lambda item: item[0]):
            opens = number > 0 and number not in self.met
            self.met.add(number)
            fragments.append(Fragment(number, tuple(piece for _, piece in group), opens))
        if fragments:
            self.done.append(tuple(fragments))
        self.current = []

    def take(self) -> tuple[Paragraph, ...]:
        """The paragraphs that are complete; it begins anew."""
        done, self.done = tuple(self.done), []
        return done


def _inline(numbered: Sequence[tuple[int, Piece]]) -> list[Paragraph]:
    """In one column. A break that came or went is kept as a pilcrow, because it would be invisible otherwise."""
    column = _Column(set())
    for number, piece in numbered:
        first, *others = piece.text.split(PARAGRAPH_BREAK)
        sign = "" if piece.kind == "same" else PILCROW
        for part in others:
            column.add(number, Piece(piece.kind, first + sign))
            column.end()
            first = part
        column.add(number, Piece(piece.kind, first))
    column.end()
    return list(column.take())


class _Sides:
    """Builds rows: one ends where a paragraph ends on both sides, and around one that stands on one side only."""

    def __init__(self) -> None:
        met: set[int] = set()
        self.rows: list[Row] = []
        self._left, self._right = _Column(met), _Column(met)

    def add(self, number: int, pieces: Sequence[Piece]) -> None:
        """Text that stayed, or a change."""
        alone = len(pieces) == 1
        for piece in pieces:
            sign = "" if piece.kind == "same" else PILCROW
            first, *others = piece.text.split(PARAGRAPH_BREAK)
            for part in others:
                self._put(number, Piece(piece.kind, first + sign))
                self._break(piece, alone=alone)
                first = part
            self._put(number, Piece(piece.kind, first))
        if not alone and not (self._left.current or self._right.current):
            self.end_row()

    def end_row(self) -> None:
        """What follows stands below. A change opens where something came, if anything did."""
        self._right.end()
        self._left.end()
        row = Row(self._left.take(), self._right.take())
        if row.left or row.right:
            self.rows.append(row)

    def _put(self, number: int, piece: Piece) -> None:
        if piece.kind != "ins":
            self._left.add(number, piece)
        if piece.kind != "del":
            self._right.add(number, piece)

    def _break(self, piece: Piece, *, alone: bool) -> None:
        mine, other = (self._left, self._right) if piece.kind == "del" else (self._right, self._left)
        if piece.kind == "same" or (alone and not (other.current or other.done)):
            self.end_row()
        else:
            mine.end()


def _sides(numbered: Sequence[tuple[int, Piece]]) -> list[Row]:
    """Side by side."""
    sides = _Sides()
    for number, group in groupby(numbered, key=lambda item: item[0]):
        sides.add(number, [piece for _, piece in group])
    sides.end_row()
    return sides.rows


def _folded(items: Sequence[T], differs: Callable[[T], bool]) -> tuple[Stretch[T], ...]:
    """Items in stretches: what changed with one item around it is shown, what is far from any change is folded."""
    marks = [differs(item) for item in items]
    near = [any(marks[max(0, at - _CONTEXT) : at + _CONTEXT + 1]) for at in range(len(items))]
    stretches: list[Stretch[T]] = []
    for shown, group in groupby(range(len(items)), key=near.__getitem__):
        some = tuple(items[at] for at in group)
        folded = not shown and len(some) >= _WORTH_FOLDING
        if stretches and not folded and not stretches[-1].folded:
            stretches[-1] = Stretch(stretches[-1].items + some, folded=False)
        else:
            stretches.append(Stretch(some, folded))
    return tuple(stretches)
