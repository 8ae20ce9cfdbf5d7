"""Whole numbers in as few bytes as they need: `smallest + step * stored`, stored in 0, 1, 2, 4 or 8 bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, Ints
from index.whoosh_engine.codec.container import Container, ContainerWriter

_WIDTHS: tuple[type[np.unsignedinteger[Any]], ...] = (np.uint8, np.uint16, np.uint32, np.uint64)


def fitting(highest: int) -> type[np.unsignedinteger[Any]]:
    """The narrowest type that holds the numbers from 0 to this one."""
    return next(width for width in _WIDTHS if highest <= np.iinfo(width).max)


def narrowed(numbers: AnyInts) -> NDArray[np.unsignedinteger[Any]]:
    """Numbers from 0 on, in the narrowest type that holds them."""
    return numbers.astype(fitting(int(numbers.max())) if len(numbers) else np.uint8, copy=False)


def put(file: ContainerWriter, name: str, numbers: AnyInts) -> list[int]:
    """Add a section for these numbers, unless they are all alike; what `get` needs to know beside it."""
    if not len(numbers):
        return [0, 0, 0]
    smallest = int(numbers.min())
    offsets = (numbers.astype(np.int64) - smallest).astype(np.uint64)  # wraps around, and back again
    step = int(np.gcd.reduce(offsets))
    if step:
        file.add(name, narrowed(offsets // np.uint64(step)))
    return [smallest, step, len(numbers)]


def get(file: Container, name: str, known: list[int]) -> Ints:
    """The numbers again, in 64 bits."""
    smallest, step, count = known
    if not step:
        return np.full(count, smallest, np.int64)
    offsets = file.array(name).astype(np.uint64)
    if step > 1:
        offsets *= np.uint64(step)
    numbers = offsets.view(np.int64)
    if smallest:
        numbers += smallest
    return numbers
