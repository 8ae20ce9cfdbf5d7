"""What Whoosh reads of a segment: documents one by one, and terms in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.codec.base import FieldCursor, PerDocumentReader, Segment, TermsReader
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.reading import TermInfo, TermNotFound
from whoosh.scoring import BaseScorer
from whoosh.util.numeric import byte_to_length

from index.whoosh_engine.arrays import OpenField, OpenSegment
from index.whoosh_engine.codec.matcher import ArrayMatcher

STORED, TEXT = "stored", "text"
"""The stored fields of a document, as bytes: what a line of results shows of it, and its text."""


class ArrayDocuments(PerDocumentReader):
    """Lengths, deletions and stored fields. Columns are not read this way."""

    def __init__(self, segment: Segment, arrays: OpenSegment) -> None:
        self._segment = segment
        self._arrays = arrays

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self.doc_count_all() - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """Documents, deleted ones too."""
        return self._arrays.size

    def has_deletions(self) -> bool:
        """Whether there are deleted documents."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether this document is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents."""
        return iter(self._segment.deleted_docs())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many words of a field a document has, as near as Whoosh's byte tells it."""
        field = self._arrays.field(fieldname)
        return (field and int(byte_to_length(int(field.lengths[docnum])))) or default

    def field_length(self, fieldname: str) -> int:
        """How many words of a field there are in all."""
        field = self._arrays.field(fieldname)
        return field.total if field else 0

    def min_field_length(self, fieldname: str) -> int:
        """The length of the shortest field with this name."""
        return self._byte_length(fieldname, min)

    def max_field_length(self, fieldname: str) -> int:
        """The length of the longest field with this name."""
        return self._byte_length(fieldname, max)

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """What is stored of a document."""
        return {STORED: self._arrays.stored(docnum), TEXT: self._arrays.text(docnum)}

    def _byte_length(self, fieldname: str, choose: Any) -> int:
        field = self._arrays.field(fieldname)
        lengths = field.lengths.tolist() if field else []
        return int(byte_to_length(choose(lengths, default=0)))


class ArrayTerms(TermsReader):
    """Terms and their postings."""

    def __init__(self, arrays: OpenSegment) -> None:
        self._fields = {name: found for name in sorted(arrays.fields()) if (found := arrays.field(name))}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """The names of the indexed fields."""
        return list(self._fields)

    def cursor(self, fieldname: str, fieldobj: FieldType) -> ArrayCursor:
        """Steps through the terms of a field."""
        return ArrayCursor(self._fields.get(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms."""
        for name in self._fields:
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from this one on, whether it is there or not."""
        field = self._fields.get(fieldname)
        if field:
            for number in range(*field.between(prefix, None)):
                yield fieldname, field.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms with what is known of them."""
        for name in self._fields:
            yield from self.items_from(name, b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """The terms of a field from this one on, with what is known of them."""
        for name, text in self.terms_from(fieldname, prefix):
            yield (name, text), self.term_info(name, text)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term; TermNotFound."""
        return known(*self._found(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term stands in all documents; KeyError, as Whoosh's readers expect."""
        field, number = self._asked_for(fieldname, text)
        return float(field.freqs(number).sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many documents a term stands; KeyError, as Whoosh's readers expect."""
        field, number = self._asked_for(fieldname, text)
        return len(field.docs(number))

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None
    ) -> ArrayMatcher:
        """The postings of a term; TermNotFound."""
        field, number = self._found(fieldname, text)
        return ArrayMatcher(field, number, (fieldname, text), format_, scorer)

    def _asked_for(self, name: str, text: bytes) -> tuple[OpenField, int]:
        try:
            return self._found(name, text)
        except TermNotFound:
            raise KeyError(name, text) from None

    def _found(self, name: str, text: bytes) -> tuple[OpenField, int]:
        field = self._fields.get(name)
        number = field.find(text) if field else -1
        if not field or number < 0:
            raise TermNotFound(f"No term {name}:{text!r}")
        return field, number


def known(field: OpenField, number: int) -> TermInfo:
    """Whoosh's figures of a term."""
    docs, freqs = field.docs(number), field.freqs(number)
    lengths = field.lengths[docs]
    greatest, shortest = field.bounds(number)
    return TermInfo(
        weight=float(freqs.sum()),
        df=len(docs),
        minlength=byte_to_length(shortest),
        maxlength=byte_to_length(int(lengths.max())),
        maxweight=float(greatest),
        minid=int(docs[0]),
        maxid=int(docs[-1]),
    )


class ArrayCursor(FieldCursor):
    """Stands at a term of a field; past the last one, `text` is None."""

    def __init__(self, field: OpenField | None, fieldobj: FieldType) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> str | None:
        """To the first term."""
        return self._go(0)

    def find(self, string: str | bytes) -> str | None:
        """To the first term that is not before this one."""
        text = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        return self._go(self._field.between(text, None)[0] if self._field else 0)

    def next(self) -> str | None:
        """To the next term."""
        return self._go(self._number + 1)

    def text(self) -> str | None:
        """The term where it stands."""
        if not self._field or not self.is_valid():
            return None
        return str(self._fieldobj.from_bytes(self._field.term(self._number)))

    def term_info(self) -> TermInfo | None:
        """What is known of it."""
        return known(self._field, self._number) if self._field and self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether it stands at a term."""
        return self._field is not None and self._number < self._field.count

    def _go(self, number: int) -> str | None:
        self._number = number
        return self.text()
