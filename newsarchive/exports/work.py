"""What is exported of an article: one of its versions, with what a citation says of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date

from archive.model import Article, Revision
from newsarchive.exports.names import PersonName, person

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TRIVIAL = frozenset({
    "a", "an", "and", "das", "de", "der", "die", "el", "en", "il", "in", "la", "las", "le", "les", "los", "of", "on",
    "the", "to", "un", "una", "une",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """An article as one of its versions. `permalink` is where that version can be read in this archive;
    `versions` are all there are, where they were asked for."""

    article: Article
    revision: Revision
    permalink: str
    versions: tuple[Revision, ...] = ()

    @property
    def title(self) -> str:
        """The headline on one line; `Untitled` where there is none."""
        return line(self.revision.title) or "Untitled"

    @property
    def authors(self) -> list[str | PersonName]:
        """The byline, people's names taken apart where that can be done."""
        names = map(line, self.revision.authors)
        return [person(name, self.revision.language) or name for name in names if name]

    @property
    def published(self) -> date | None:
        """The day of publication at the place of the page's own offset, None for an undated article."""
        return self.revision.published.date() if self.revision.published else None

    @property
    def captured(self) -> date:
        """The day (UTC) on which this version was captured."""
        return self.revision.captured_at.astimezone(UTC).date()

    @property
    def key(self) -> str:
        """A citation key that no other version of any article of this archive has, in plain letters and digits:
        `lane2024ferry-7`, `lane2024ferry-7v1` of a version that is not the latest."""
        first = next(iter(self.authors), "")
        name = first.family if isinstance(first, PersonName) else first or self.article.source
        year = str(self.published.year) if self.published else "undated"
        words = (_ascii(word) for word in self.title.split())
        word = next((word for word in words if word and word not in _TRIVIAL), "")
        number = self.revision.number
        version = "" if number == self.article.latest.number else f"v{number}"
        return f"{_ascii(name) or 'article'}{year}{word}-{self.article.id}{version}"


def line(text: str) -> str:
    """One line without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def prose(text: str) -> str:
    """Text with its lines, without other control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _ascii(text: str) -> str:
    """The plain letters and digits of a word or name, lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]", "", plain)[:30]
