"""Is this the same story? How alike two texts are, told from short sketches of them. Pure.

A text is cut into words (into characters where it is written without spaces), every four that follow each other
make a shingle, and 128 minima over the hashed shingles (MinHash: Broder 1997) are its sketch. Two sketches agree in
as large a part as their sets of shingles overlap (Jaccard). Texts that are alike most likely agree in a whole *band*
of three minima, by which candidates are found without comparing all with all.

Two texts are of one story where most of the shorter one stands in the other: a copy with another lead, without its
tail or with a local paragraph is one, a report of the same form with other figures is not. What was measured to
choose the bounds stands in docs/decisions/0015-one-story.md.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORTEST = 50
"""Words that a text must have; captions and stubs of paywalls are alike without being one story."""

CONTAINED = 0.75
"""How much of the shorter text's shingles must be in the other one."""

ALIKE = 0.3
"""How much of all their shingles two texts must have in common; below it a sketch says too little."""

MINIMA = 128
BANDS, BAND = 42, 3
_SHINGLE = 4
_BATCH = 4096  # shingles at once: half a kilobyte each
_BITS = np.dtype("<u2")  # of each minimum: two that differ look the same once in 65,536 times

# Scripts without spaces: Thai to Myanmar, Khmer, kana, Han. One of their characters counts as half a word.
_UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_FIRST_UNSPACED = "\u0e00"
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: how many different shingles it has, and 128 minima of 16 bits each, as bytes."""

    shingles: int
    minima: bytes


def sketch(text: str) -> Sketch | None:
    """The sketch of a text, always the same for the same words; None where it is too short to tell."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    unspaced = sum(token >= _FIRST_UNSPACED and len(token) == 1 for token in tokens)
    if len(tokens) - unspaced // 2 < SHORTEST:
        return None
    hashed = _shingles(tokens)
    minima = _empty().copy()
    for start in range(0, len(hashed), _BATCH):
        minima.update_batch(hashed[start : start + _BATCH].tolist())
    return Sketch(len(hashed), minima.hashvalues.astype(_BITS).tobytes())


def bands(of: Sketch) -> tuple[int, ...]:
    """A number for each band of a sketch: its place and its minima, in 54 bits. Sketches that have none in common
    are of different stories."""
    parts = _matrix([of])[0, : BANDS * BAND].reshape(BANDS, BAND).astype(np.int64)
    places = np.arange(BANDS, dtype=np.int64)
    return tuple((places << 48 | parts[:, 0] << 32 | parts[:, 1] << 16 | parts[:, 2]).tolist())


def same_story(one: Sketch, others: Sequence[Sketch]) -> list[bool]:
    """For each of the others, whether it and `one` are of one story; the same whichever of them is asked about."""
    return [bool(linked) for linked in _linked(one, _matrix(others), _sizes(others))]


def stories(sketches: Mapping[int, Sketch]) -> dict[int, int]:
    """Article id -> story: the smallest id among all that are linked with it, directly or through others."""
    left = np.array(sorted(sketches), np.int64)
    kept = [sketches[article] for article in left.tolist()]
    matrix, sizes = _matrix(kept), _sizes(kept)
    found: dict[int, int] = {}
    while len(left):
        first = int(left[0])
        waiting = [first]
        while waiting:
            article = waiting.pop()
            found[article] = first
            there = left != article
            left, matrix, sizes = left[there], matrix[there], sizes[there]
            linked = _linked(sketches[article], matrix, sizes)
            found.update(dict.fromkeys(left[linked].tolist(), first))
            waiting += left[linked].tolist()
            # What waits is compared with what nobody has reached yet, and never again with one another.
            left, matrix, sizes = left[~linked], matrix[~linked], sizes[~linked]
    return found


def _linked(one: Sketch, matrix: NDArray[np.uint16], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows share a band with a sketch and are as like it as they must be.

    From the Jaccard index j of sets of a and b members follows what they share: (a + b) j / (1 + j).
    """
    equal = matrix == _matrix([one])
    shares_band = equal[:, : BANDS * BAND].reshape(-1, BANDS, BAND).all(axis=2).any(axis=1)
    jaccard = equal.mean(axis=1)
    shared = (sizes + one.shingles) * jaccard / (1 + jaccard)
    contained = shared >= CONTAINED * np.minimum(sizes, one.shingles)
    linked: NDArray[np.bool_] = shares_band & (jaccard >= ALIKE) & contained
    return linked


def _matrix(sketches: Sequence[Sketch]) -> NDArray[np.uint16]:
    """The minima, a row for each sketch."""
    joined = b"".join(one.minima for one in sketches)
    return np.frombuffer(joined, _BITS).reshape(len(sketches), MINIMA)


def _sizes(sketches: Sequence[Sketch]) -> NDArray[np.int64]:
    return np.fromiter((one.shingles for one in sketches), np.int64, len(sketches))


def _shingles(tokens: list[str]) -> NDArray[np.uint32]:
    """The different shingles of a text, hashed."""
    hashed = np.fromiter(
        (zlib.crc32(token.encode("utf-8", "replace")) for token in tokens), np.uint64, len(tokens)
    )
    count = len(tokens) - _SHINGLE + 1
    mixed = np.zeros(count, np.uint64)
    for place in range(_SHINGLE):
        mixed = (mixed + hashed[place : place + count] + np.uint64(1)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


@lru_cache(maxsize=1)
def _empty() -> Any:
    """A MinHash of nothing. Its library takes half a second to load, which only those wait for who need it."""
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=MINIMA, seed=1, hashfunc=int, scheme="affine32")
