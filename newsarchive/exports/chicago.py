"""A citation in words, after the bibliography style of the Chicago Manual. Pure."""

from __future__ import annotations

from datetime import date

from newsarchive.exports.names import PersonName
from newsarchive.exports.work import Work, line

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MOST = 10
_SHOWN = 7
"""Of more than ten authors seven are named."""


def citation(work: Work) -> str:
    """One paragraph: who, what, where, when, the address of the original, and where and when it was archived."""
    title = work.title.translate(str.maketrans("“”", "‘’"))
    names = _names(work.authors)
    published = _day(work.published) if work.published else "n.d"
    parts = [
        names if not names or names.endswith(".") else f"{names}.",
        f"“{title}”" if title.endswith(("?", "!", "…")) else f"“{title}.”",
        f"{line(work.article.source)}, {published}.",
        f"{line(work.article.url)}.",
        f"Archived {_day(work.captured)}, at {work.permalink}.",
    ]
    return " ".join(part for part in parts if part)


def _names(authors: list[str | PersonName]) -> str:
    shown = authors if len(authors) <= _MOST else authors[:_SHOWN]
    names = [_name(name, first=not number) for number, name in enumerate(shown)]
    if len(shown) < len(authors):
        return f"{', '.join(names)}, et al."
    return ", and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _name(name: str | PersonName, *, first: bool) -> str:
    if isinstance(name, str):
        return name
    return name.family_first if first else " ".join(filter(None, (name.given, name.family, name.suffix)))


def _day(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
