"""What a page teaches of its source: the lines of its text, and which marks hold what it declares for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from archive.extract import marks
from archive.extract.byline import Front
from archive.extract.datetext import Moment
from archive.extract.recurring import fingerprint, words_of
from archive.model import EvidenceSource, Extract, FieldName, Lesson, Paragraph, SeenLine, Sighting

_DECLARED: frozenset[EvidenceSource] = frozenset({"json-ld", "meta"})
"""Where a statement is meant for machines, and stands for this article alone."""

_MOST_LINES = 400
_LONGEST_LINE = 200
_LONGEST_NOTE = 600  # characters that are said of an author


def lesson(extract: Extract, front: Front, paragraphs: tuple[Paragraph, ...], language: str) -> Lesson:
    """What is taught by a page that was read as an article. `paragraphs` are all that were found, those that recur
    among them."""
    if extract.status != "article":
        return Lesson()
    lines = lines_of([paragraph.text for paragraph in paragraphs], extract.authors)
    return Lesson(tuple(lines), *_sightings(extract, front, language))


def lines_of(texts: Iterable[str], authors: Iterable[str]) -> Iterator[SeenLine]:
    """The lines of a text by these authors."""
    names = [f" {words_of(name)} " for name in authors]
    for text in islice(texts, _MOST_LINES):
        if number := fingerprint(text):
            said = f" {words_of(text)} " if len(text) <= _LONGEST_NOTE else ""
            yield SeenLine(number, text[:_LONGEST_LINE], any(name in said for name in names))


def _sightings(
    extract: Extract, front: Front, language: str
) -> tuple[tuple[Sighting, ...], tuple[Sighting, ...]]:
    persons = [
        credit.name for credit in extract.credits if credit.kind == "person" and credit.role == "author"
    ]
    who: tuple[Sighting, ...] = ()
    if persons and _is_declared(extract, "authors"):
        who = marks.bylines(front, persons)
    when: tuple[Sighting, ...] = ()
    if extract.published is not None and _is_declared(extract, "published"):
        published = Moment(extract.published, extract.published_day_only)
        when = marks.dates(front, published, _changed(extract.modified), language)
    return who, when


def _changed(modified: datetime | None) -> Moment | None:
    return Moment(modified, False) if modified is not None else None


def _is_declared(extract: Extract, field: FieldName) -> bool:
    taken = [one for one in extract.evidence if one.field == field and one.chosen]
    return bool(taken) and all(one.source in _DECLARED for one in taken)
