"""Records of a segment, one a document: as they are, and as a merge takes them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine import arrays
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

Mask = NDArray[np.bool_]


def put_records(file: ContainerWriter, name: str, records: Iterable[bytes]) -> None:
    """Add the sections of records that are read one by one: as they are."""
    held = list(records)
    ends = np.cumsum([len(record) for record in held], dtype=np.int64)
    file.add(name, np.frombuffer(b"".join(held), np.uint8))
    file.add(f"{name}/ends", narrowed(np.concatenate((np.zeros(1, np.int64), ends))))


class Records:
    """Reads records by their number."""

    def __init__(self, file: Container, name: str) -> None:
        self._bytes, self._start = file.slices(name)
        self._ends = file.view(f"{name}/ends")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:
        start, ends = self._start, self._ends
        return self._bytes[start + ends[number] : start + ends[number + 1]]

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(len(self)))


class Joined:
    """Records of several segments, those of the documents that stay: read when they are asked for."""

    def __init__(self, parts: Sequence[tuple[arrays.Records, Mask]]) -> None:
        """The records of each segment, and which of them stay."""
        self.parts = parts

    def __len__(self) -> int:
        return sum(int(stays.sum()) for _, stays in self.parts)

    def __getitem__(self, number: int) -> bytes:
        for records, stays in self.parts:
            here = np.flatnonzero(stays)
            if number < len(here):
                return records[int(here[number])]
            number -= len(here)
        raise IndexError(number)

    def __iter__(self) -> Iterator[bytes]:
        return chain.from_iterable(compress(records, stays.tolist()) for records, stays in self.parts)
