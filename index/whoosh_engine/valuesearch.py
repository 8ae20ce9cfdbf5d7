"""Values of a facet that somebody looks for by a part of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

_MARKS = re.compile("[\u0300-\u036f]+")


def plain(value: str) -> str:
    """A value without case and accents."""
    return value.lower() if value.isascii() else _without_marks(value)


@lru_cache(maxsize=100_000)
def _without_marks(value: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", value.casefold()))


def found_in(values: Sequence[str], begun: str, name: Callable[[str], str] | None = None) -> list[int]:
    """Which of the values have a word that begins so, or several words in a row that do, by their numbers; `name` is
    how a value is shown, where that is something else."""
    wanted = " ".join(plain(begun).split())
    if not wanted:
        return list(range(len(values)))
    begins = re.compile(rf"(?<!\w){re.escape(wanted)}")

    def those(texts: Iterable[str]) -> list[int]:
        plainly = enumerate(map(plain, texts))  # most are told apart without the expression
        return [code for code, text in plainly if wanted in text and begins.search(text)]

    found = those(values)
    return found if name is None else sorted({*found, *those(map(name, values))})
