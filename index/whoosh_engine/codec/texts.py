"""The texts of a segment: packed in blocks of a few, beside a sample of texts that makes each block small.

A sample may come from another segment. Segments with the same sample are merged without unpacking their texts.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, compress, islice, pairwise

import numpy as np

from index.whoosh_engine import arrays
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.narrow import narrowed
from index.whoosh_engine.codec.records import Joined, Mask

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK = 2
"""Texts in a block: more are smaller together, and cost more to read one of. The last of a segment that was merged
with others may be alone."""

_LEVEL = 3

_SAMPLE = 131_072
_SAMPLED = 64
_SMALLEST_SAMPLE = 4_096
"""The sample is one part in 64 of the texts, up to so many bytes; empty where it would be too small to help."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Pieces of texts, and the ids of the articles that they are from: where one of those is to be forgotten, so is
    the sample, in whatever segment. Where they are not known, it is for its own segment alone."""

    content: bytes
    articles: tuple[int, ...]


def put_texts(
    file: ContainerWriter, name: str, texts: arrays.Records, articles: Ints, sample: Sample | None
) -> None:
    """Add the sections of these texts, of the articles with these ids. A `sample` that is given is used where the
    texts are many, unless they give a much better one themselves."""
    own, total = _own_sample(texts, articles)
    packed = _Packed(sample if sample and _suits(sample, own, total) else own)
    parts = texts.parts if isinstance(texts, Joined) else [(texts, np.ones(len(texts), bool))]
    file.add_pieces(name, chain.from_iterable(packed.pieces(part, stays) for part, stays in parts))
    file.add(f"{name}/ends", narrowed(_ends(packed.sizes)))
    file.add(f"{name}/ends in blocks", narrowed(np.array(packed.ends, np.int64)))
    if any(count != _BLOCK for count in packed.counts[:-1]):
        file.add(f"{name}/firsts", narrowed(_ends(packed.counts)[:-1]))
    file.add(f"{name}/sample", np.frombuffer(packed.sample.content, np.uint8))
    if packed.sample.articles:
        file.add(f"{name}/sample from", np.array(packed.sample.articles, np.int64))


def _suits(sample: Sample, own: Sample, total: int) -> bool:
    """Whether a sample from elsewhere is worth its room beside texts of so many bytes, and not much smaller than one
    of their own."""
    size = len(sample.content)
    return bool(sample.articles) and 4 * size <= total and 4 * size >= 3 * len(own.content)


def _ends(sizes: array[int]) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.array(sizes, np.int64))))


def _own_sample(texts: arrays.Records, articles: Ints) -> tuple[Sample, int]:
    """Some of the texts, from all over the segment: what stands in it too is short to say. And about how many bytes
    all have."""
    step = max(1, len(texts) // _SAMPLED)
    chosen = [texts[number] for number in range(0, len(texts), step)]
    total = sum(map(len, chosen)) * step
    size = min(_SAMPLE, total // _SAMPLED)
    content = b"".join(text[: size // len(chosen) + 1] for text in chosen)[:size]
    if len(content) < _SMALLEST_SAMPLE:
        return Sample(b"", ()), total
    return Sample(content, tuple(articles[::step].tolist())), total


class _Packed:
    """What is known of blocks as they are made: their sizes, how many texts each has, and where those end in it."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._compressor = zstd.ZstdCompressor(_LEVEL, zstd_dict=_dictionary(sample.content))
        self.sizes = array("q")
        self.counts = array("q")
        self.ends = array("q")

    def pieces(self, texts: arrays.Records, stays: Mask) -> Iterator[bytes | memoryview]:
        """The blocks of those texts that stay; where all do, and are packed beside the same sample, as they are."""
        if isinstance(texts, Texts) and texts.sample == self.sample and stays.all():
            self.sizes.extend(texts.sizes())
            self.counts.extend(texts.counts())
            self.ends.extend(texts.ends())
            yield texts.blocks
            return
        left = compress(texts, stays.tolist())
        while block := list(islice(left, _BLOCK)):
            packed = self._compressor.compress(b"".join(block), self._compressor.FLUSH_FRAME)
            self.sizes.append(len(packed))
            self.counts.append(len(block))
            self.ends.extend(accumulate(map(len, block)))
            yield packed


def _dictionary(sample: bytes | memoryview) -> tuple[zstd.ZstdDict, int] | None:
    return zstd.ZstdDict(sample, is_raw=True).as_digested_dict if len(sample) else None


class Texts:
    """Reads them by their numbers."""

    def __init__(self, file: Container, name: str) -> None:
        self._file = file
        self._name = name
        self.blocks = file.view(name)
        self._block_ends = file.view(f"{name}/ends")
        self._ends = file.view(f"{name}/ends in blocks")
        self._firsts = file.view(f"{name}/firsts") if f"{name}/firsts" in file else None

    @cached_property
    def sample(self) -> Sample:
        """What they are packed beside."""
        known = f"{self._name}/sample from"
        articles = self._file.array(known).tolist() if known in self._file else ()
        return Sample(bytes(self._file.view(f"{self._name}/sample")), tuple(articles))

    def __getitem__(self, number: int) -> bytes:
        block = self._block_of(number)
        return self._cut(self._unpacked(block), block, number)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[bytes]:
        at, content = -1, b""
        for number in range(len(self)):
            block = self._block_of(number)
            if block != at:
                at, content = block, self._unpacked(block)
            yield self._cut(content, block, number)

    def sizes(self) -> Iterator[int]:
        """How many bytes each block has."""
        return (end - start for start, end in pairwise(self._block_ends.tolist()))

    def counts(self) -> Iterator[int]:
        """How many texts each block has."""
        firsts = range(0, len(self), _BLOCK) if self._firsts is None else self._firsts.tolist()
        return (end - start for start, end in pairwise((*firsts, len(self))))

    def ends(self) -> list[int]:
        """Where in its block each text ends."""
        return self._ends.tolist()

    def _block_of(self, number: int) -> int:
        return number // _BLOCK if self._firsts is None else bisect_right(self._firsts, number) - 1

    def _first(self, block: int) -> int:
        return block * _BLOCK if self._firsts is None else int(self._firsts[block])

    def _unpacked(self, block: int) -> bytes:
        packed = self.blocks[self._block_ends[block] : self._block_ends[block + 1]]
        try:
            return zstd.decompress(packed, zstd_dict=self._dictionary)
        except zstd.ZstdError as error:
            raise self._file.damaged(f"text {self._first(block)} cannot be read") from error

    def _cut(self, content: bytes, block: int, number: int) -> bytes:
        return content[0 if number == self._first(block) else self._ends[number - 1] : self._ends[number]]

    @cached_property
    def _dictionary(self) -> tuple[zstd.ZstdDict, int] | None:
        return _dictionary(self._file.view(f"{self._name}/sample"))
