"""The entries of a live blog, in the order of the page, each with its own time.

schema.org has `liveBlogUpdate`: headline, text and time of each entry, which are looked for on the page. Where
nothing is declared, the entries are what stands side by side and has a `time` of its own each. Pages that do not say
of themselves that they are live blogs are not asked: lists of articles look the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from archive.extract import clock, jsonld, kind
from archive.extract.boilerplate import is_boilerplate
from archive.extract.byline import says_when
from archive.extract.datetext import moment
from archive.extract.lines import Line, lines_of
from archive.extract.page import Element, Page, attribute
from archive.extract.text import key

_HOOK = re.compile(r"live-?(?:blog|ticker|feed|stream|updates?)|minute-by-minute|key-?events")
_LEAST = 3
_MOST = 1000
_BEGINNING = 60  # letters of an entry by which it is known
_TELLING = 12


@dataclass(frozen=True, slots=True)
class _Update:
    """An entry as JSON-LD has it: letters by which it is known on the page, its lines, its time."""

    known_by: tuple[str, ...]
    lines: tuple[str, ...]
    at: datetime | None


def entries(page: Page, shown: Sequence[Line]) -> list[Line]:
    """The lines of all entries; the first of each is an "entry" and has its time. `shown` are all lines of the page.
    None where the page is no live blog."""
    updates = _updates(page)
    if not updates and not (kind.says(page, "live-blog") or page.hooked(_HOOK)):
        return []
    places = _declared(updates, shown)
    if 2 * len(places) < len(updates):
        return [line for update in updates for line in _told(update, page)]
    if len(places) < _LEAST:
        places = _timed(page)
    return [line for holder, at in _side_by_side(places) for line in _lines(holder, at)]


def _updates(page: Page) -> list[_Update]:
    told = page.article.get("liveBlogUpdate")
    nodes = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return [_update(node) for node in nodes[:_MOST]]


def _update(node: jsonld.Node) -> _Update:
    said = node.get("articleBody")
    parts = re.split(r"\n+|</p>|<br\s*/?>", said) if isinstance(said, str) else []
    lines = [jsonld.first(node, "headline"), *(text for part in parts for text in jsonld.strings(part))]
    lines = list(dict.fromkeys(line for line in lines if line))
    beginnings = (_letters(line)[:_BEGINNING] for line in lines[:2])
    at = moment(jsonld.first(node, "datePublished", "dateModified"))
    return _Update(
        tuple(one for one in beginnings if len(one) >= _TELLING),
        tuple(lines),
        at.at if at and not at.day_only else None,
    )


def _told(update: _Update, page: Page) -> list[Line]:
    """The lines of an entry that does not stand on the page: scripts would show it."""
    lines = [Line(text, "paragraph", page.root, 0.0, False) for text in update.lines]
    return [replace(line, kind="entry", at=update.at) if line is lines[0] else line for line in lines]


def _declared(updates: Iterable[_Update], shown: Sequence[Line]) -> list[tuple[Element, datetime | None]]:
    """Where the entries that JSON-LD has stand on the page."""
    by_beginning: dict[str, Element] = {}
    for line in shown:
        if not line.is_furniture or line.kind != "list":
            by_beginning.setdefault(_letters(line.text)[:_BEGINNING], line.block)
    found = (
        (next((by_beginning[one] for one in update.known_by if one in by_beginning), None), update.at)
        for update in updates
    )
    return [(block, at) for block, at in found if block is not None]


def _timed(page: Page) -> list[tuple[Element, datetime | None]]:
    """The elements that tell a time of day."""
    times = ((tag, moment(attribute(tag, "datetime"))) for tag in islice(page.named("time"), _MOST))
    return [(tag, at.at) for tag, at in times if at is not None and not at.day_only]


def _side_by_side(places: list[tuple[Element, datetime | None]]) -> list[tuple[Element, datetime | None]]:
    """The largest elements that hold one of the places each, of those that stand side by side, in document order."""
    holds: Counter[Element] = Counter()
    for tag, _ in places:
        holds.update({tag, *tag.iterancestors()})
    grouped: dict[Element, dict[Element, datetime | None]] = {}
    for tag, at in places:
        alone = tag
        for holder in tag.iterancestors():
            if holds[holder] > 1:
                grouped.setdefault(holder, {}).setdefault(alone, at)
                break
            alone = holder
    if not grouped:
        return []
    around, found = max(grouped.items(), key=lambda group: len(group[1]))
    return [(tag, found[tag]) for tag in around if tag in found] if len(found) >= _LEAST else []


def _lines(holder: Element, at: datetime | None) -> list[Line]:
    lines = [line for line in lines_of(holder) if not _is_furniture(line.text)]
    return [replace(line, kind="entry", at=at) if line is lines[0] else line for line in lines]


def _is_furniture(line: str) -> bool:
    return is_boilerplate(line) or says_when(line) or not _letters(clock.without(line))


def _letters(text: str) -> str:
    return key(text).replace(" ", "")
