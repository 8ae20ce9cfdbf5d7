"""Groups of numbers of several parts laid behind each other, group by group: what merging postings comes down to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.whoosh_engine.arrays import AnyInts, Ints, Numbered

AT_ONCE = 1 << 18
"""So many numbers are moved at once, which bounds the memory that it takes."""


class Interleaved:
    """Numbers that stand in groups, the same groups in each part, group by group: of each those of the first part,
    then those of the second. Nothing is held of them: a stretch is put together when it is asked for."""

    def __init__(self, parts: Sequence[Numbered], starts: Sequence[AnyInts]) -> None:
        """`starts` says for each part where each group starts in it, and where the last one ends."""
        self._parts = parts
        self._part_starts = starts
        self._starts: Ints = np.sum(starts, axis=0, dtype=np.int64)
        self.dtype: np.dtype[Any] = np.result_type(*(part.dtype for part in parts))

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, stretch: slice) -> AnyInts:
        low, high, _ = stretch.indices(len(self))
        out: AnyInts = np.empty(max(high - low, 0), self.dtype)
        if len(out):
            self._fill(out, low, high)
        return out

    def whole(self) -> AnyInts:
        """All of them."""
        out: AnyInts = np.empty(len(self), self.dtype)
        for low in range(0, len(out), AT_ONCE):
            high = min(low + AT_ONCE, len(out))
            self._fill(out[low:high], low, high)
        return out

    def _fill(self, out: AnyInts, low: int, high: int) -> None:
        """Those from `low` to before `high`, of which there is one at least. Of the first and the last group it may
        be a part."""
        first, last = self._starts.searchsorted((low, high - 1), side="right") - 1
        begins = self._starts[first : last + 1] - low
        for part, part_starts in zip(self._parts, self._part_starts, strict=True):
            starts = part_starts[first : last + 2].astype(np.int64)
            ends = begins + np.diff(starts)
            inside = begins.clip(0, len(out))
            start = int(starts[0] + inside[0] - begins[0]) if ends[0] > 0 else int(starts[1])
            counts = ends.clip(0, len(out)) - inside
            inside[1:] -= np.cumsum(counts[:-1])
            at = inside.repeat(counts)
            at += np.arange(len(at))
            out[at] = part[start : start + len(at)]
            begins = ends


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Documents by their new numbers."""

    docs: Numbered
    new_docs: AnyInts

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the new numbers."""
        return self.new_docs.dtype

    def __len__(self) -> int:
        return len(self.docs)

    def __getitem__(self, stretch: slice) -> AnyInts:
        return self.new_docs[self.docs[stretch]]
