"""The records of a segment, one a document: lines as they are, texts compressed in blocks of a few."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, islice

import numpy as np

from index.whoosh_engine import arrays
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK = 2
"""Texts in a block: more are smaller together, and cost more to read one of."""

_LEVEL = 3

_SAMPLE = 131_072
_SAMPLED = 64
_SMALLEST_SAMPLE = 4_096
"""The sample is one part in 64 of the texts, up to so many bytes; empty where it would be too small to help."""


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


def put_texts(file: ContainerWriter, name: str, texts: arrays.Records) -> None:
    """Add the sections of records that are to be small: compressed in blocks, beside a sample of them all."""
    sample = _sample(texts)
    dictionary = zstd.ZstdDict(sample, is_raw=True).as_digested_dict if sample else None
    compressor = zstd.ZstdCompressor(_LEVEL, zstd_dict=dictionary)
    packed: list[bytes] = []
    ends: list[int] = []
    left = iter(texts)
    while block := list(islice(left, _BLOCK)):
        packed.append(compressor.compress(b"".join(block), compressor.FLUSH_FRAME))
        ends += accumulate(map(len, block))
    put_records(file, name, packed)
    file.add(f"{name}/sample", np.frombuffer(sample, np.uint8))
    file.add(f"{name}/ends in blocks", narrowed(np.array(ends, np.int64)))


def _sample(texts: arrays.Records) -> bytes:
    """Some of the texts, from all over the segment: what stands in it too is short to say."""
    step = max(1, len(texts) // _SAMPLED)
    total, chosen = 0, []
    for number, text in enumerate(texts):
        total += len(text)
        if number % step == 0:
            chosen.append(text)
    size = min(_SAMPLE, total // _SAMPLED)
    if size < _SMALLEST_SAMPLE:
        return b""
    return b"".join(text[: size // len(chosen) + 1] for text in chosen)[:size]


class Texts:
    """Reads compressed records by their number."""

    def __init__(self, file: Container, name: str) -> None:
        self._file = file
        self._blocks = Records(file, name)
        self._ends = file.view(f"{name}/ends in blocks")
        self._sample = file.view(f"{name}/sample")

    def __getitem__(self, number: int) -> bytes:
        return self._cut(self._block(number), number)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[bytes]:
        block = b""
        for number in range(len(self)):
            if number % _BLOCK == 0:
                block = self._block(number)
            yield self._cut(block, number)

    def _block(self, number: int) -> bytes:
        try:
            return zstd.decompress(self._blocks[number // _BLOCK], zstd_dict=self._dictionary)
        except zstd.ZstdError as error:
            raise self._file.damaged(f"text {number} cannot be read") from error

    def _cut(self, block: bytes, number: int) -> bytes:
        return block[self._ends[number - 1] if number % _BLOCK else 0 : self._ends[number]]

    @cached_property
    def _dictionary(self) -> tuple[zstd.ZstdDict, int] | None:
        return zstd.ZstdDict(self._sample, is_raw=True).as_digested_dict if len(self._sample) else None
