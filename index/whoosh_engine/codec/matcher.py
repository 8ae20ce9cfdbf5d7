"""The postings of a term, one document after the other, for Whoosh's own queries."""

from __future__ import annotations

import copy
from bisect import bisect_left
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from whoosh.formats import Format, Positions
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.scoring import BaseScorer
from whoosh.util.numeric import byte_to_length

from index.whoosh_engine.arrays import OpenField

_BLOCK = 128
"""Postings whose best possible score is told at once, so that Whoosh can pass over them."""


class ArrayMatcher(LeafMatcher):
    """Whoosh's matcher over arrays; an object of it is used by one thread."""

    def __init__(
        self,
        field: OpenField,
        number: int,
        term: tuple[str, bytes],
        format_: Format,
        scorer: BaseScorer | None,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._field = field
        self._number = number
        self._docs: list[int] = field.docs(number).tolist()
        self._next = 0

    def reset(self) -> None:
        """Back to the first document."""
        self._next = 0

    def copy(self) -> ArrayMatcher:
        """Another matcher that stands where this one does."""
        return copy.copy(self)

    def is_active(self) -> bool:
        """Whether there is a document left."""
        return self._next < len(self._docs)

    def id(self) -> int:
        """The document where it stands."""
        return self._docs[self._next]

    def next(self) -> bool:  # type: ignore[override]  # Whoosh's own matchers return this, too
        """On to the next document; whether another block begins there."""
        if not self.is_active():
            raise ReadTooFar
        self._next += 1
        return self._next % _BLOCK == 0

    def skip_to(self, id: int) -> None:  # noqa: A002  # Whoosh's name
        """On to the first document that is not before this one."""
        if not self.is_active():
            raise ReadTooFar
        self._next = bisect_left(self._docs, id, self._next)

    def skip_to_quality(self, minquality: float) -> int:
        """On to the first block that can score more; how many blocks were passed over."""
        passed = 0
        while self.is_active() and self.block_quality() <= minquality:  # type: ignore[no-untyped-call]
            self._next = (self._next // _BLOCK + 1) * _BLOCK
            passed += 1
        return passed

    def weight(self) -> float:
        """How often the term stands in this document."""
        return float(self._freqs[self._next])

    def value(self) -> bytes:
        """Frequency or places as Whoosh's format encodes them."""
        if isinstance(self.format, Positions):
            return bytes(self.format.encode(self._places()))
        return self._freqs[self._next].to_bytes(4, "big")

    def value_as(self, astype: str) -> Any:
        """Places, frequency, or what else Whoosh's format can make of them."""
        if astype == "positions":
            return self._places()
        if astype in ("frequency", "weight"):
            return self.weight()
        return super().value_as(astype)  # type: ignore[no-untyped-call]

    def block_min_length(self) -> int:
        """The length of the shortest field in the block."""
        return int(byte_to_length(int(self._lengths[self._block()].min())))

    def block_max_length(self) -> int:
        """The length of the longest field in the block."""
        return int(byte_to_length(int(self._lengths[self._block()].max())))

    def block_max_weight(self) -> float:
        """The greatest frequency in the block."""
        return float(max(self._freqs[self._block()]))

    def block_max_id(self) -> int:
        """The last document of the block."""
        return self._docs[self._block()][-1]

    def _block(self) -> slice:
        start = self._next // _BLOCK * _BLOCK
        return slice(start, start + _BLOCK)

    def _places(self) -> list[int]:
        start = self._starts[self._next]
        return self._positions[start : start + self._freqs[self._next]]

    @cached_property
    def _freqs(self) -> list[int]:
        return list(self._field.freqs(self._number).tolist())

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate(self._freqs, initial=0))

    @cached_property
    def _positions(self) -> list[int]:
        return list(self._field.positions(self._number).tolist())

    @cached_property
    def _lengths(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        return self._field.lengths[self._field.docs(self._number)]
