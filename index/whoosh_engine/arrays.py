"""A segment as arrays: what a writer makes, the codec keeps on disk, and evaluation reads.

articles -> inverting -> SegmentArrays -> codec -> file -> codec -> OpenSegment -> evaluation | merging

Documents of a segment are numbered from 0; terms of a field are numbered in the order of their UTF-8 bytes. A segment
never changes: deletions are kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
AnyInts = NDArray[np.integer[Any]]


class Numbered(Protocol):
    """A row of numbers: an array, or what reads any stretch of one when it is asked for."""

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, stretch: slice, /) -> AnyInts: ...


@dataclass(frozen=True, slots=True)
class FieldArrays:
    """One indexed field, inverted. The postings of term `i` are `docs[starts[i]:starts[i + 1]]` (ascending document
    numbers) with `freqs` beside them (1 or more). `positions` holds, posting after posting, as many ascending
    places as its frequency; None in a field without places. `lengths` counts the words of each document, 0 where it
    has none.

    In a field of stems, `forms` says which words of `forms_field` a stem stands for: the numbers of their terms are
    `forms[forms_starts[i]:forms_starts[i + 1]]`.
    """

    terms: list[bytes]
    starts: Ints
    docs: Numbered
    freqs: Numbered
    positions: Numbered | None
    lengths: AnyInts
    forms_field: str = ""
    forms_starts: Ints | None = None
    forms: AnyInts | None = None


@dataclass(frozen=True, slots=True)
class ValueArrays:
    """A column that holds any number of values a document: those of document `i` are
    `values[codes[starts[i]:starts[i + 1]]]`, in the order of the article. `values` are sorted and distinct."""

    values: list[str]
    starts: Ints
    codes: AnyInts


class Records(Protocol):
    """One record a document, in their order; where a segment is merged they are read only as they are written."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> bytes: ...

    def __iter__(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class SegmentArrays:
    """A whole segment in memory. `numbers` are columns of one number a document. `stored` and `texts` hold one record
    a document: what a line of results shows of it without its text, and the text. They are apart because most answers
    show ten lines and read no text: the one is kept so that it is read in microseconds, the other so that it is
    small. `let_go` gives back the memory of what was read of it so far, where it is a file's: it is read again as it
    is needed."""

    size: int
    fields: Mapping[str, FieldArrays]
    numbers: Mapping[str, Ints]
    values: Mapping[str, ValueArrays]
    stored: Records
    texts: Records
    let_go: Callable[[], None] = field(default=lambda: None, compare=False)


class OpenField(Protocol):
    """An indexed field of an open segment. Arrays are views of the mapped file where they can be; nobody writes to
    them, and threads share them."""

    @property
    def count(self) -> int:
        """How many terms."""
        ...

    @property
    def total(self) -> int:
        """How many words, over all documents."""
        ...

    @property
    def lengths(self) -> NDArray[np.uint8]:
        """The length of the field in each document, in Whoosh's byte (whoosh.util.numeric.length_to_byte)."""
        ...

    @property
    def doc_freqs(self) -> NDArray[np.uint32]:
        """In how many documents each term stands, deleted ones too."""
        ...

    def find(self, term: bytes) -> int:
        """The number of a term, -1 where it is in no document."""
        ...

    def between(self, low: bytes, high: bytes | None) -> tuple[int, int]:
        """The numbers of the terms with low <= term < high, as a half-open range; None is no bound."""
        ...

    def term(self, number: int) -> bytes:
        """The term with this number."""
        ...

    def terms(self, first: int, end: int) -> list[bytes]:
        """The terms of a range of numbers."""
        ...

    def docs(self, number: int) -> AnyInts:
        """The documents with a term, ascending."""
        ...

    def docs_between(self, first: int, end: int) -> AnyInts:
        """The documents of a range of terms, term after term: one with several of them stands there several times."""
        ...

    def freqs(self, number: int) -> AnyInts:
        """How often it stands in each of them."""
        ...

    def positions(self, number: int, first: int = 0, end: int | None = None) -> AnyInts:
        """Its places, posting after posting: all, or those of the postings from `first` to before `end`."""
        ...

    def positions_at(self, number: int, indices: Ints, first: int = 0, end: int | None = None) -> AnyInts:
        """Some of these `positions`, by where they stand in them: the same as `take`, for less where they are few."""
        ...

    def bounds(self, number: int) -> tuple[int, int]:
        """The greatest frequency of a term, and the byte of the shortest field that has it: no document with it
        scores more than these two together would."""
        ...

    def forms(self, number: int) -> AnyInts:
        """In a field of stems: the numbers of the words that this stem stands for, in the field of exact words."""
        ...


class OpenSegment(Protocol):
    """A segment of an index that is open for reading; shared by threads."""

    @property
    def name(self) -> str:
        """Its own, never used twice."""
        ...

    @property
    def size(self) -> int:
        """Documents, deleted ones too."""
        ...

    def field(self, name: str) -> OpenField | None:
        """An indexed field; None where no document has it."""
        ...

    def numbers(self, name: str) -> Ints:
        """A column of numbers."""
        ...

    def values(self, name: str) -> ValueArrays:
        """A column of values."""
        ...

    def stored(self, doc: int) -> bytes:
        """The stored record of a document, as it was handed in: without its text, in a few microseconds."""
        ...

    def text(self, doc: int) -> bytes:
        """The text of a document, as it was handed in."""
        ...

    def arrays(self) -> SegmentArrays:
        """All of it, for a merge."""
        ...

    def check(self) -> None:
        """Read all of it; `DamagedIndex` where it is not what was written."""
        ...

    def fields(self) -> Iterator[str]:
        """The names of the indexed fields that it has."""
        ...
