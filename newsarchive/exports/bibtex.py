"""BibTeX: an entry of the type @misc for each, which BibTeX and biblatex both know. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsarchive.exports.names import PersonName
from newsarchive.exports.work import Work, line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, those behind a backslash too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_ANY_SPECIAL = re.compile(f"[{re.escape(''.join(_SPECIAL))}]")


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """An entry for each, divided by empty lines."""
    for number, work in enumerate(works):
        yield ("\n" if number else "") + entry(work)


def entry(work: Work) -> str:
    """The entry of one version of an article, with a line end."""
    fields = {
        "author": " and ".join(map(_author, work.authors)),
        "title": f"{{{_text(work.title)}}}",  # braced twice: no style changes its capitals
        "howpublished": _text(line(work.article.source)),
        **_date(work),
        "url": _address(work.article.url),
        "urldate": f"{work.captured}",
        "note": f"Archived {work.captured}: \\url{{{_address(work.permalink)}}}",
        "abstract": _text(line(work.revision.description)),
    }
    lines = (f"  {name} = {_value(name, value)},\n" for name, value in fields.items() if value)
    return f"@misc{{{work.key},\n{''.join(lines)}}}\n"


def _date(work: Work) -> dict[str, str]:
    day = work.published
    return {"year": str(day.year), "month": _MONTHS[day.month - 1], "day": str(day.day)} if day else {}


def _value(name: str, value: str) -> str:
    return value if name == "month" else f"{{{value}}}"  # months are macros, which styles spell out


def _author(name: str | PersonName) -> str:
    if isinstance(name, str):
        return f"{{{_text(name)}}}"
    return ", ".join(_text(part) for part in (name.family, name.suffix, name.given) if part)


def _text(text: str) -> str:
    return _ANY_SPECIAL.sub(lambda found: _SPECIAL[found[0]], text)


def _address(url: str) -> str:
    """A URL is not escaped, but what would end its field is percent-encoded."""
    return re.sub(r"[\\{}\s]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
