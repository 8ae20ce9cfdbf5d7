"""An indexed field in a segment's file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, FieldArrays, Ints
from index.whoosh_engine.codec import narrow
from index.whoosh_engine.codec.container import AnyArray, Container
from index.whoosh_engine.codec.lengths import length_bytes
from index.whoosh_engine.codec.terms import TermTable, put_terms


def put_field(sections: dict[str, AnyArray], name: str, field: FieldArrays) -> dict[str, Any]:
    """Add the sections of a field; what its table row says beside them."""
    put_terms(sections, name, field.terms)
    meta: dict[str, Any] = {"total": int(field.lengths.sum())}
    numbers: dict[str, AnyInts] = {
        "lengths": field.lengths,
        "doc freqs": np.diff(field.starts),
        "docs": field.docs,
        "freqs": field.freqs,
    }
    if field.positions is not None:
        numbers["positions"] = field.positions
    if field.forms is not None and field.forms_starts is not None:
        meta["forms field"] = field.forms_field
        numbers["forms"] = field.forms
        numbers["form counts"] = np.diff(field.forms_starts)
    for kind, array in numbers.items():
        meta[kind] = narrow.put(sections, f"{name}/{kind}", array)
    return meta


def starts_of(counts: Ints) -> Ints:
    """Where each of consecutive runs of these lengths starts, and the end of the last."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


class FileField:
    """`OpenField` over a file."""

    def __init__(self, file: Container, name: str, meta: Mapping[str, Any]) -> None:
        self._file = file
        self._name = name
        self._meta = meta
        self._table = TermTable(file, name)

    @property
    def count(self) -> int:
        """How many terms."""
        return self._table.count

    @property
    def total(self) -> int:
        """How many words, over all documents."""
        return int(self._meta["total"])

    @cached_property
    def exact_lengths(self) -> Ints:
        """How many words of it each document has."""
        return self._numbers("lengths")

    @cached_property
    def lengths(self) -> NDArray[np.uint8]:
        """The same in Whoosh's byte."""
        return length_bytes(self.exact_lengths)

    @cached_property
    def doc_freqs(self) -> NDArray[np.uint32]:
        """In how many documents each term stands, deleted ones too."""
        return self._numbers("doc freqs").astype(np.uint32)

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
        return self._docs[self._postings(number)]

    def docs_between(self, first: int, end: int) -> AnyInts:
        """The documents of a range of terms, term after term."""
        return self._docs[self._starts[first] : self._starts[end]]

    def freqs(self, number: int) -> AnyInts | None:
        """How often it stands in each of them; None where once in each."""
        freqs = self._freqs[self._postings(number)]
        return None if int(freqs.max()) == 1 else freqs

    def positions(self, number: int) -> AnyInts:
        """Its places, posting after posting."""
        return self._positions[self._position_starts[number] : self._position_starts[number + 1]]

    def bounds(self, number: int) -> tuple[int, int]:
        """The greatest frequency of a term, and the byte of the shortest field that has it."""
        freqs = self.freqs(number)
        return 1 if freqs is None else int(freqs.max()), int(self.lengths[self.docs(number)].min())

    def forms(self, number: int) -> AnyInts:
        """The numbers of the exact words that a stem stands for."""
        return self._forms[self._form_starts[number] : self._form_starts[number + 1]]

    def arrays(self) -> FieldArrays:
        """All of it."""
        has_forms = "forms" in self._meta
        return FieldArrays(
            terms=self.terms(0, self.count),
            starts=self._starts,
            docs=self._docs,
            freqs=self._freqs,
            positions=self._positions if "positions" in self._meta else None,
            lengths=self.exact_lengths,
            forms_field=str(self._meta.get("forms field", "")),
            forms_starts=self._form_starts if has_forms else None,
            forms=self._forms if has_forms else None,
        )

    def _postings(self, number: int) -> slice:
        return slice(self._starts[number], self._starts[number + 1])

    def _numbers(self, kind: str) -> Ints:
        return narrow.get(self._file, f"{self._name}/{kind}", self._meta[kind])

    @cached_property
    def _starts(self) -> Ints:
        return starts_of(self._numbers("doc freqs"))

    @cached_property
    def _docs(self) -> Ints:
        return self._numbers("docs")

    @cached_property
    def _freqs(self) -> Ints:
        return self._numbers("freqs")

    @cached_property
    def _positions(self) -> Ints:
        return self._numbers("positions")

    @cached_property
    def _position_starts(self) -> Ints:
        return starts_of(self._freqs)[self._starts]

    @cached_property
    def _forms(self) -> Ints:
        return self._numbers("forms")

    @cached_property
    def _form_starts(self) -> Ints:
        return starts_of(self._numbers("form counts"))
