"""RIS, which every program for references reads: an entry of the type NEWS for each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from newsarchive.exports.names import PersonName
from newsarchive.exports.work import Work, line


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """An entry for each."""
    return map(entry, works)


def entry(work: Work) -> str:
    """The entry of one version of an article, closed and followed by an empty line."""
    published = work.published
    tags = [
        ("TY", "NEWS"),
        ("ID", work.key),
        ("TI", work.title),
        *(("AU", _author(name)) for name in work.authors),
        ("T2", work.article.source),
        ("PY", str(published.year) if published else ""),
        ("DA", _day(published)),
        ("SE", work.revision.section),
        ("LA", work.revision.language),
        ("AB", work.revision.description),
        *(("KW", tag) for tag in work.revision.tags),
        ("UR", work.article.url),
        ("Y2", _day(work.captured)),
        ("AV", work.permalink),
        ("N1", f"Archived {work.captured}: {work.permalink}"),
    ]
    lines = (f"{tag}  - {value}\r\n" for tag, text in tags if (value := line(text)))
    return f"{''.join(lines)}ER  - \r\n\r\n"


def _author(name: str | PersonName) -> str:
    return name.family_first if isinstance(name, PersonName) else name


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}/" if day else ""
