"""A memory as the store keeps it: counts as fixed-width numbers, words as JSON."""

from __future__ import annotations

import json
import struct

from archive.learning.memory import LineCount, Memory

_LINE = struct.Struct("<QHHHI")


def pack(memory: Memory) -> tuple[bytes, str]:
    """The counts of the lines, and all else."""
    lines = b"".join(
        _LINE.pack(number, count.articles, count.edges, count.naming, count.last)
        for number, count in memory.lines.items()
    )
    said = {str(number): count.text for number, count in memory.lines.items() if count.text}
    rest = {
        "articles": memory.articles,
        "taught": memory.taught,
        "bylines": memory.bylines,
        "dates": memory.dates,
        "said": said,
    }
    return lines, json.dumps(rest, ensure_ascii=False)


def unpack(lines: bytes, rest: str) -> Memory:
    """The memory again. ValueError where it was not packed by this version."""
    try:
        told = json.loads(rest)
        said = told["said"]
        counts = {
            number: LineCount(articles, edges, naming, last, said.get(str(number), ""))
            for number, articles, edges, naming, last in _LINE.iter_unpack(lines)
        }
        return Memory(told["articles"], told["taught"], counts, told["bylines"], told["dates"])
    except (KeyError, TypeError, struct.error) as error:
        raise ValueError(f"What was learnt cannot be read: {error}.") from error
