"""Values of a facet that somebody looks for by a part of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

_MARKS = re.compile("[\u0300-\u036f]+")


@lru_cache(maxsize=100_000)
def plain(value: str) -> str:
    """A value without case and accents."""
    if value.isascii():
        return value.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", value.casefold()))


def found_in(values: Sequence[str], begun: str, name: Callable[[str], str] | None = None) -> list[int]:
    """Which of the values have a word that begins so, or several words in a row that do, by their numbers; `name` is
    how a value is shown, where that is something else."""
    wanted = " ".join(plain(begun).split())
    if not wanted:
        return list(range(len(values)))
    begins = re.compile(rf"(?<!\w){re.escape(wanted)}")
    return [
        code
        for code, value in enumerate(values)
        if begins.search(plain(value)) or (name is not None and begins.search(plain(name(value))))
    ]
