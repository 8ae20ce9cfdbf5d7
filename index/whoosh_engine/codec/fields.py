"""An indexed field in a segment's file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, FieldArrays, Ints, Numbered
from index.whoosh_engine.codec import narrow
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.lengths import length_bytes
from index.whoosh_engine.codec.postings import Postings, put_places, put_postings
from index.whoosh_engine.codec.stems import OfEither, Words, shared
from index.whoosh_engine.codec.terms import TermTable, put_terms

_BOUNDED = 64
"""From so many postings on, the bounds of a term are kept; of fewer, they are found as fast as looked up."""

_FEW = 8
"""One place in so many is read by itself; of more, all places are read."""

_AT_ONCE = 1 << 20

_NO_PLACES: AnyInts = np.zeros(0, np.uint16)


def put_field(file: ContainerWriter, name: str, field: FieldArrays, words: Words | None) -> dict[str, Any]:
    """Add the sections of a field; what its table row says beside them. `words` is the field of its forms."""
    put_terms(file, name, field.terms)
    meta: dict[str, Any] = {
        "total": int(field.lengths.sum()),
        "lengths": narrow.put(file, f"{name}/lengths", field.lengths),
    }
    _put_bounds(file, name, field)
    starts, docs, freqs = field.starts, field.docs[:], field.freqs[:]
    if words is not None and field.forms is not None and field.forms_starts is not None:
        meta["forms field"] = field.forms_field
        file.add(f"{name}/forms", narrow.narrowed(field.forms))
        file.add(f"{name}/form starts", narrow.narrowed(field.forms_starts))
        own = ~shared(field, words)
        del words  # they take as much as all that is made now
        kept = np.repeat(own, np.diff(starts))
        starts, docs, freqs = starts_of(np.where(own, np.diff(starts), 0)), docs[kept], freqs[kept]
    put_postings(file, name, starts, docs, freqs)
    if field.positions is not None:
        put_places(file, name, field.positions)
    return meta


def _put_bounds(file: ContainerWriter, name: str, field: FieldArrays) -> None:
    """Add the bounds of the terms with many postings."""
    bounded = np.flatnonzero(np.diff(field.starts) >= _BOUNDED)
    greatest, shortest = np.zeros(0, np.int64), np.zeros(0, np.uint8)
    if len(bounded):
        lengths = _of_each(length_bytes(field.lengths), field.docs[:])
        greatest = np.maximum.reduceat(field.freqs[:], field.starts[:-1])[bounded]
        shortest = np.minimum.reduceat(lengths, field.starts[:-1])[bounded]
    file.add(f"{name}/bounded", narrow.narrowed(bounded))
    file.add(f"{name}/greatest", narrow.narrowed(greatest))
    file.add(f"{name}/shortest", shortest)


def _of_each(numbers: NDArray[np.uint8], docs: AnyInts) -> NDArray[np.uint8]:
    """`numbers.take(docs)` in steps: numpy makes eight bytes of each index on the way."""
    found = np.empty(len(docs), np.uint8)
    for low in range(0, len(docs), _AT_ONCE):
        numbers.take(docs[low : low + _AT_ONCE], out=found[low : low + _AT_ONCE])
    return found


def starts_of(counts: Ints) -> Ints:
    """Where each of consecutive runs of these lengths starts, and the end of the last."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


class FileField:
    """`OpenField` over a file. `words` is the field of the words that stems stand for, None in any other field."""

    def __init__(self, file: Container, name: str, meta: Mapping[str, Any], words: FileField | None) -> None:
        self._file = file
        self._name = name
        self._meta = meta
        self._words = words
        self._table = TermTable(file, name)
        self._postings = Postings(file, name)
        self._bounded = file.view(f"{name}/bounded")
        self._greatest = file.view(f"{name}/greatest")
        self._shortest = file.view(f"{name}/shortest")
        if words:
            self._forms = file.array(f"{name}/forms")
            self._form_starts = file.view(f"{name}/form starts")

    @property
    def count(self) -> int:
        """How many terms."""
        return self._table.count

    @property
    def total(self) -> int:
        """How many words, over all documents."""
        return int(self._meta["total"])

    @cached_property
    def lengths(self) -> NDArray[np.uint8]:
        """The length of the field in each document, in Whoosh's byte."""
        return length_bytes(self._exact_lengths())

    @cached_property
    def doc_freqs(self) -> NDArray[np.uint32]:
        """In how many documents each term stands, deleted ones too."""
        starts = self._postings.starts.astype(np.uint32)
        counts: NDArray[np.uint32] = starts[1:] - starts[:-1]
        if self._words:
            alike = np.flatnonzero(counts == 0)
            counts[alike] = self._words.doc_freqs[self._sole_forms(alike)]
        return counts

    def find(self, term: bytes) -> int:
        """The number of a term, -1 where it is in no document."""
        return self._table.find(term)

    def between(self, low: bytes, high: bytes | None) -> tuple[int, int]:
        """The numbers of the terms with low <= term < high."""
        first = self._table.place(low)
        return first, self.count if high is None else max(first, self._table.place(high))

    def term(self, number: int) -> bytes:
        """The term with this number."""
        return self._table.term(number)

    def terms(self, first: int, end: int) -> list[bytes]:
        """The terms of a range of numbers."""
        return self._table.terms(first, end)

    def docs(self, number: int) -> AnyInts:
        """The documents with a term, ascending."""
        postings, held = self._held(number)
        return postings.docs(held, held + 1)

    def docs_between(self, first: int, end: int) -> AnyInts:
        """The documents of a range of terms, term after term."""
        if self._words and first < end:
            return np.concatenate([self.docs(number) for number in range(first, end)])
        return self._postings.docs(first, end)

    def freqs(self, number: int) -> AnyInts:
        """How often it stands in each of them."""
        postings, held = self._held(number)
        return postings.freqs(held, held + 1)

    def positions(self, number: int, first: int = 0, end: int | None = None) -> AnyInts:
        """Its places, posting after posting: all, or those of some postings."""
        places = self._postings.places(*self._run(number, first, end))
        return _NO_PLACES if places is None else places

    def positions_at(self, number: int, indices: Ints, first: int = 0, end: int | None = None) -> AnyInts:
        """Some of them, by where they stand among these `positions`."""
        start, stop = self._run(number, first, end)
        if len(indices) * _FEW > stop - start:
            return self.positions(number, first, end).take(indices)
        places = self._postings.places_at(start, indices)
        return _NO_PLACES if places is None else places

    def _run(self, number: int, first: int, end: int | None) -> tuple[int, int]:
        """Some postings of a term, by their places among those of all terms."""
        start, stop = self._postings.run(number)
        return start + first, stop if end is None else start + end

    def bounds(self, number: int) -> tuple[int, int]:
        """The greatest frequency of a term, and the byte of the shortest field that has it."""
        at = bisect_left(self._bounded, number)
        if at < len(self._bounded) and self._bounded[at] == number:
            return self._greatest[at], self._shortest[at]
        return int(self.freqs(number).max()), int(self.lengths[self.docs(number)].min())

    def forms(self, number: int) -> AnyInts:
        """The numbers of the exact words that a stem stands for."""
        return self._forms[self._form_starts[number] : self._form_starts[number + 1]]

    def arrays(self) -> FieldArrays:
        """All of it."""
        everything = 0, self.count
        starts: Ints = self._postings.starts.astype(np.int64)
        docs: Numbered = self._postings.docs(*everything)
        freqs: Numbered = self._postings.freqs(*everything)
        if self._words:
            starts, docs, freqs = self._with_shared(self._words, docs[:], freqs[:])
        return FieldArrays(
            terms=self.terms(*everything),
            starts=starts,
            docs=docs,
            freqs=freqs,
            positions=self._postings.all_places(),
            lengths=self._exact_lengths(),
            forms_field=str(self._meta.get("forms field", "")),
            forms_starts=np.asarray(self._form_starts, np.int64) if self._words else None,
            forms=self._forms if self._words else None,
        )

    def _with_shared(
        self, words: FileField, docs: AnyInts, freqs: AnyInts
    ) -> tuple[Ints, Numbered, Numbered]:
        """Starts, documents and frequencies of all stems, out of our postings and those of the words."""
        counts = self.doc_freqs.astype(np.int64)
        begins: Ints = self._postings.starts[:-1].astype(np.int64)
        theirs = np.diff(self._postings.starts) == 0
        begins[theirs] = words._postings.starts[:-1][self._sole_forms(np.flatnonzero(theirs))]
        starts = starts_of(counts)
        all_docs, all_freqs = words._postings.docs(0, words.count), words._postings.freqs(0, words.count)
        return (
            starts,
            OfEither(docs, all_docs, theirs, begins, starts),
            OfEither(freqs, all_freqs, theirs, begins, starts),
        )

    def _held(self, number: int) -> tuple[Postings, int]:
        """Where the postings of a term are: a stem without any has those of its only word."""
        if self._words and not self._postings.count(number):
            return self._words._postings, int(self._forms[self._form_starts[number]])  # noqa: SLF001
        return self._postings, number

    def _sole_forms(self, numbers: NDArray[np.intp]) -> AnyInts:
        forms: AnyInts = self._forms[np.asarray(self._form_starts)[numbers]]
        return forms

    def _exact_lengths(self) -> Ints:
        return narrow.get(self._file, f"{self._name}/lengths", self._meta["lengths"])
