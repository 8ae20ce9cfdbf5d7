"""One person, several spellings: which spellings of a name are one, and the name that stands for all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Names = Mapping[str, str]
"""Key of a spelling -> the name that the person is known by here."""


def key(spelling: str) -> str:
    """What two spellings have in common that differ in case and white space alone."""
    return " ".join(spelling.casefold().split())


def known_as(authors: Iterable[str], names: Names) -> tuple[str, ...]:
    """The names of authors, place by place."""
    if not names:
        return tuple(authors)
    return tuple(names.get(key(author), author) for author in authors)
