"""The records of a segment, one a document: lines as they are, texts compressed in blocks of a few."""

from __future__ import annotations

import sys
from itertools import accumulate

import numpy as np

from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK = 4
"""Texts in a block: more are smaller together, and cost more to read one of."""

_LEVEL = 6


def put_records(file: ContainerWriter, name: str, records: list[bytes]) -> None:
    """Add the sections of records that are read one by one: as they are."""
    ends = np.cumsum([len(record) for record in records], dtype=np.int64)
    file.add(name, np.frombuffer(b"".join(records), np.uint8))
    file.add(f"{name}/ends", narrowed(np.concatenate((np.zeros(1, np.int64), ends))))


class Records:
    """Reads records by their number."""

    def __init__(self, file: Container, name: str) -> None:
        self._joined = file.view(name)
        self._ends = file.view(f"{name}/ends")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._joined[self._ends[number] : self._ends[number + 1]])

    def all(self) -> list[bytes]:
        """All of them."""
        return [self[number] for number in range(len(self))]


def put_texts(file: ContainerWriter, name: str, texts: list[bytes]) -> None:
    """Add the sections of records that are to be small: compressed in blocks."""
    blocks = [texts[i : i + _BLOCK] for i in range(0, len(texts), _BLOCK)]
    put_records(file, name, [zstd.compress(b"".join(block), _LEVEL) for block in blocks])
    ends = [end for block in blocks for end in accumulate(map(len, block))]
    file.add(f"{name}/ends in blocks", narrowed(np.array(ends, np.int64)))


class Texts:
    """Reads compressed records by their number."""

    def __init__(self, file: Container, name: str) -> None:
        self._blocks = Records(file, name)
        self._ends = file.view(f"{name}/ends in blocks")

    def __getitem__(self, number: int) -> bytes:
        return self._cut(self._block(number), number)

    def all(self) -> list[bytes]:
        """All of them."""
        found: list[bytes] = []
        block = b""
        for number in range(len(self._ends)):
            if number % _BLOCK == 0:
                block = self._block(number)
            found.append(self._cut(block, number))
        return found

    def _block(self, number: int) -> bytes:
        return zstd.decompress(self._blocks[number // _BLOCK])

    def _cut(self, block: bytes, number: int) -> bytes:
        return block[self._ends[number - 1] if number % _BLOCK else 0 : self._ends[number]]
