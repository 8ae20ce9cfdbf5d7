"""The codec as Whoosh asks for it: its readers work on our files, so that any of its queries does.

Segments are written whole, by `write_segment`; Whoosh's way of writing them posting by posting is not there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, NoReturn

from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import FileStorage

from index.whoosh_engine.codec.readers import ArrayDocuments, ArrayTerms
from index.whoosh_engine.codec.segment import open_segment

_WHOLE = "Segments of arrays are written whole, by write_segment."


class ArrayCodec(Codec):
    """Reads segments of arrays."""

    def new_segment(self, _storage: FileStorage, indexname: str) -> ArraySegment:
        """A segment to be written; `_storage` is part of Whoosh's interface."""
        return ArraySegment(indexname)

    def per_document_reader(self, storage: FileStorage, segment: Segment) -> ArrayDocuments:
        """Reads its documents."""
        return ArrayDocuments(segment, open_segment(storage, segment.segment_id()))

    def terms_reader(self, storage: FileStorage, segment: Segment) -> ArrayTerms:
        """Reads its terms."""
        return ArrayTerms(open_segment(storage, segment.segment_id()))

    def per_document_writer(self, _storage: FileStorage, _segment: Segment) -> NoReturn:
        """Not there."""
        raise NotImplementedError(_WHOLE)

    def field_writer(self, _storage: FileStorage, _segment: Segment) -> NoReturn:
        """Not there."""
        raise NotImplementedError(_WHOLE)

    def postings_writer(self, _file: object, byteids: bool = False) -> NoReturn:
        """Not there."""
        raise NotImplementedError(_WHOLE)

    def postings_reader(self, *_args: object, **_more: object) -> NoReturn:
        """Not there: postings are read by `ArrayTerms.matcher`, which is all that Whoosh asks for."""
        raise NotImplementedError("Postings are read by the reader of terms.")


class ArraySegment(Segment):
    """What Whoosh's table of contents keeps of a segment: its name, its size, and which documents are deleted.

    Its name is one that no other writer has. Whoosh takes names from the shared random numbers of the process: two
    processes that seed those alike would overwrite each other's segments."""

    def __init__(self, indexname: str, size: int = 0) -> None:
        self.indexname = indexname
        self.segid = secrets.token_hex(8)
        self._size = size
        self._deleted: set[int] = set()

    def segment_id(self) -> str:
        """Its whole name, as files have it."""
        return f"{self.indexname}_{self.segid}"

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self._size - len(self._deleted)

    def codec(self, **_kwargs: Any) -> ArrayCodec:
        """What reads it."""
        return ArrayCodec()

    def is_compound(self) -> bool:
        """It is one file already."""
        return False

    def should_assemble(self) -> bool:
        """No, as it is one file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """How many documents were written."""
        self._size = doccount

    def doc_count_all(self) -> int:
        """Documents, deleted ones too."""
        return self._size

    def deleted_count(self) -> int:
        """How many are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterable[int]:
        """Which are deleted, in no order."""
        return frozenset(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether this one is."""
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take that back."""
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)
