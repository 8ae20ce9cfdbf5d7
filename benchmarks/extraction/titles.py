"""Is this the title? Case, punctuation and white space do not count, accents and words do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def same_title(right: str, read: str) -> bool:
    """Whether two titles are one."""
    return _plain(right) == _plain(read)


def any_title(right: str, others: Iterable[str], read: str) -> bool:
    """Whether this is one of the right titles of a page."""
    return any(same_title(one, read) for one in (right, *others))


def _plain(title: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", title).casefold()))
