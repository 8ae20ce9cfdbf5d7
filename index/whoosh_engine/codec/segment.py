"""A segment as one file: SegmentArrays -> file -> OpenSegment."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from index.schema import STEM_FIELDS
from index.whoosh_engine.arrays import FieldArrays, Ints, SegmentArrays, ValueArrays
from index.whoosh_engine.codec import narrow
from index.whoosh_engine.codec.columns import get_values, put_values
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.fields import FileField, put_field
from index.whoosh_engine.codec.records import Records, put_records
from index.whoosh_engine.codec.stems import Words
from index.whoosh_engine.codec.texts import Sample, Texts, put_texts

EXTENSION = ".segment"


def segment_path(storage: FileStorage, name: str) -> Path:
    """The file of the segment with this name."""
    return Path(storage.folder) / f"{name}{EXTENSION}"


def write_segment(
    storage: FileStorage, name: str, arrays: SegmentArrays, sample: Sample | None = None
) -> None:
    """Write a segment under a name that was never used; FileExistsError where it was. `sample` is that of another
    one, for its texts."""
    with ContainerWriter(segment_path(storage, name)) as file:
        meta = {
            "size": arrays.size,
            "fields": _put_fields(file, arrays.fields),
            "numbers": {n: narrow.put(file, f"number/{n}", column) for n, column in arrays.numbers.items()},
            "values": {n: put_values(file, f"value/{n}", column) for n, column in arrays.values.items()},
        }
        put_records(file, "stored", arrays.stored)
        put_texts(file, "texts", arrays.texts, arrays.numbers["id"], sample)
        file.finish(meta)


def _put_fields(file: ContainerWriter, fields: Mapping[str, FieldArrays]) -> dict[str, Any]:
    """Each field is asked for once, and held no longer than it is needed: a merge makes them when they are."""
    metas: dict[str, Any] = {}
    words: dict[str, Words] = {}
    for name in sorted(fields, key=lambda name: name in STEM_FIELDS):
        field = fields[name]
        metas[name] = put_field(file, f"field/{name}", field, words.pop(field.forms_field, None))
        if name in STEM_FIELDS.values():
            words[name] = Words.of(field)
    return metas


def open_segment(storage: FileStorage, name: str) -> FileSegment:
    """Open a segment. `DamagedIndex` where its table is not what was written; OSError where there is no file."""
    return FileSegment(name, Container(segment_path(storage, name)))


class FileSegment:
    """`OpenSegment` over a file. What is decoded whole is decoded once, when it is first asked for; the lock is for
    that, and what is there is read without it."""

    def __init__(self, name: str, file: Container) -> None:
        self._name = name
        self._file = file
        self._size = int(file.meta["size"])
        self._field_metas: dict[str, dict[str, Any]] = file.meta["fields"]
        self._fields: dict[str, FileField] = {}
        self._numbers: dict[str, Ints] = {}
        self._values: dict[str, ValueArrays] = {}
        self._stored = Records(file, "stored")
        self._texts = Texts(file, "texts")
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Its own, never used twice."""
        return self._name

    @property
    def size(self) -> int:
        """Documents, deleted ones too."""
        return self._size

    def field(self, name: str) -> FileField | None:
        """An indexed field; None where no document has it."""
        found = self._fields.get(name)
        if found is None:
            with self._lock:
                found = self._open_field(name)
        return found

    def numbers(self, name: str) -> Ints:
        """A column of numbers."""
        found = self._numbers.get(name)
        if found is None:
            with self._lock:
                found = self._numbers.get(name)
                if found is None:
                    found = narrow.get(self._file, f"number/{name}", self._file.meta["numbers"][name])
                    found.setflags(write=False)
                    self._numbers[name] = found
        return found

    def values(self, name: str) -> ValueArrays:
        """A column of values."""
        found = self._values.get(name)
        if found is None:
            with self._lock:
                found = self._values.get(name)
                if found is None:
                    found = get_values(self._file, f"value/{name}", self._file.meta["values"][name])
                    self._values[name] = found
        return found

    def stored(self, doc: int) -> bytes:
        """The stored record of a document, as it was handed in: without its text."""
        return self._stored[doc]

    def text(self, doc: int) -> bytes:
        """The text of a document, as it was handed in."""
        return self._texts[doc]

    @property
    def sample(self) -> Sample:
        """What its texts are packed beside."""
        return self._texts.sample

    def arrays(self) -> SegmentArrays:
        """All of it, for a merge: fields and texts are read when they are asked for, and not kept."""
        return SegmentArrays(
            size=self._size,
            fields=_FieldsOf(self),
            numbers={name: self.numbers(name) for name in self._file.meta["numbers"]},
            values={name: self.values(name) for name in self._file.meta["values"]},
            stored=self._stored,
            texts=self._texts,
            let_go=self._file.let_go,
        )

    def fields(self) -> Iterator[str]:
        """The names of the indexed fields that it has."""
        return iter(self._field_metas)

    def sections(self) -> list[str]:
        """The names of the sections of its file."""
        return self._file.names()

    def check(self) -> None:
        """Read all of it; `DamagedIndex` where it is not what was written."""
        self._file.check()

    def _open_field(self, name: str) -> FileField | None:
        """The field, with the lock held; that of stems opens the one of the words that they stand for."""
        meta = self._field_metas.get(name)
        if meta is None:
            return None
        found = self._fields.get(name)
        if found is None:
            words = self._open_field(meta.get("forms field", ""))
            found = self._fields[name] = FileField(self._file, f"field/{name}", meta, words)
        return found


class _FieldsOf(Mapping[str, FieldArrays]):
    """The fields of a segment as arrays, each time read anew."""

    def __init__(self, segment: FileSegment) -> None:
        self._segment = segment

    def __iter__(self) -> Iterator[str]:
        return self._segment.fields()

    def __len__(self) -> int:
        return len(list(self._segment.fields()))

    def __getitem__(self, name: str) -> FieldArrays:
        field = self._segment.field(name)
        if field is None:
            raise KeyError(name)
        return field.arrays()
