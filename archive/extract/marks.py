"""What the markup of a page calls the elements that say who wrote an article and when.

A mark is an element's name with its classes and what microdata calls it, below as many of its holders as it takes to
be told from others: `div.article-head>span.writer`. Where a page declares its authors and its date for machines, it
shows which marks of its source hold them; where another page of the source declares nothing, these are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract import names
from archive.extract.byline import Front
from archive.extract.datetext import Moment, moment
from archive.extract.page import Element, attribute, visible_text
from archive.extract.text import clean, key
from archive.model import Sighting

_STEPS = 3
_LONGEST_MARK = 200
_LONGEST_TEXT = 150
_MOST_MARKS = 4
_MOST_LOOKED_AT = 40
_NOT_SHOWN = frozenset({"title", "script", "style", "noscript", "template", "option", "h1"})
_WORD = re.compile(r"^[a-z][a-z_-]*$", re.IGNORECASE)  # classes with figures change with every release
_ROOTS = frozenset({"html", "body", "main", "article"})
_MOST_BESIDE = 20
_DAY = 86_400  # seconds
_WITH_WORD = etree.XPath(
    "//body//*[not(self::script or self::style)][contains(text(), $word) or contains(@datetime, $word)]"
)

Agreement = bool | None
"""Whether what a mark holds is what the page declares; None where it can be taken either way."""


def mark(tag: Element) -> str:
    """The mark of an element, "" where nothing tells it from others."""
    steps: list[str] = []
    while tag is not None and len(steps) < _STEPS and tag.tag not in ("html", "body"):
        steps.append(_step(tag))
        if len(steps) > 1 and _is_named(steps[-1]) and any(_is_named(step) for step in steps[:-1]):
            break
        tag = tag.getparent()
    found = ">".join(reversed(steps))
    return found if any(_is_named(step) for step in steps) and len(found) <= _LONGEST_MARK else ""


def marked(front: Front, wanted: str) -> list[Element]:
    """The first element with a mark, and those beside it that have it, too: several authors stand so."""
    last = wanted.rpartition(">")[2]
    name = re.split(r"[.\[]", last, maxsplit=1)[0]
    for tag in front.page.named(name):
        if _step(tag) == last and mark(tag) == wanted and not front.elsewhere(tag):
            return [one for one in _around(tag).iter(name) if _step(one) == last and mark(one) == wanted]
    return []


def _around(tag: Element) -> Element:
    """The element that holds what stands beside another, each in an element of its own or not."""
    holder = tag.getparent()
    beyond = holder.getparent()
    return (
        beyond if beyond is not None and beyond.tag not in _ROOTS and len(beyond) <= _MOST_BESIDE else holder
    )


def shown(front: Front, wanted: str) -> list[str]:
    """What people are shown in the elements with a mark."""
    told = (visible_text(tag, _LONGEST_TEXT) for tag in marked(front, wanted))
    return [text for text in told if text]


def texts(tags: Iterable[Element]) -> list[str]:
    """What machines are told in elements, and what people are shown."""
    told = (
        text
        for tag in tags
        for text in (attribute(tag, "datetime"), attribute(tag, "content"), visible_text(tag, _LONGEST_TEXT))
    )
    return [text for text in map(clean, told) if text]


def bylines(front: Front, declared: Sequence[str]) -> tuple[Sighting, ...]:
    """Which marks hold the declared authors, persons by name; once some are known, what became of these."""
    wanted = {key(name) for name in declared}
    word = max((part for name in declared for part in name.split()), key=len, default="")

    def agrees(mark_: str) -> Agreement:
        found = {key(name) for text in shown(front, mark_) for name in names.split(text)}
        if not found or not wanted:
            return None
        return found == wanted or (None if found & wanted else False)

    return _sightings(front.learnt.bylines or _marks(front, word), agrees)


def dates(front: Front, declared: Moment, changed: Moment | None, language: str) -> tuple[Sighting, ...]:
    """Which marks hold the declared date of publication; once some are known, what became of these. What may as well
    be the day of the last change proves nothing."""

    def agrees(mark_: str) -> Agreement:
        told = texts(marked(front, mark_))
        seen = next((at for text in told if (at := moment(text, language=language))), None)
        return None if seen is None else _same(seen, declared, changed)

    return _sightings(front.learnt.dates or _marks(front, str(declared.at.year)), agrees)


def _same(shown: Moment, declared: Moment, changed: Moment | None) -> Agreement:
    day = shown.at.date()
    if shown.day_only or declared.day_only:
        days_apart = abs((day - declared.at.date()).days)
        if changed is not None and changed.at.date() == day and changed.at != declared.at:
            return None
        return days_apart == 0 or (None if days_apart == 1 else False)
    seconds = _seconds_apart(shown.at, declared.at)
    return seconds < 60 or (None if seconds < _DAY else False)


def _seconds_apart(shown: datetime, declared: datetime) -> float:
    """People are shown the time of their place, often without its zone."""
    by_clock = shown.replace(tzinfo=None) - declared.replace(tzinfo=None)
    return min(abs((shown - declared).total_seconds()), abs(by_clock.total_seconds()))


def _sightings(names_of_marks: Iterable[str], agrees: Callable[[str], Agreement]) -> tuple[Sighting, ...]:
    answers = ((name, agrees(name)) for name in names_of_marks)
    return tuple(Sighting(name, answer) for name, answer in answers if answer is not None)


def _marks(front: Front, word: str) -> list[str]:
    """The marks of the first elements that say a word."""
    holders = islice(_holders(front, word), _MOST_LOOKED_AT) if len(word) > 1 else ()
    found = dict.fromkeys(name for tag in holders if (name := mark(tag)))
    return list(found)[:_MOST_MARKS]


def _holders(front: Front, word: str) -> Iterator[Element]:
    """The innermost elements whose own words, or those for machines, are short and have this one among them."""
    for tag in _WITH_WORD(front.page.root, word=word):
        if len(tag.text or "") <= _LONGEST_TEXT and tag.tag not in _NOT_SHOWN and not front.elsewhere(tag):
            yield tag


def _step(tag: Element) -> str:
    return _spelled(tag.tag, attribute(tag, "class"), attribute(tag, "itemprop"), attribute(tag, "rel"))


@lru_cache(maxsize=4096)
def _spelled(name: str, classes: str, described: str, related: str) -> str:
    kept = "".join(f".{one}" for one in sorted({one for one in classes.split() if _WORD.match(one)}))
    told = "".join(f"[{key}={value}]" for key, value in (("itemprop", described), ("rel", related)) if value)
    return f"{name}{kept}{told}"


def _is_named(step: str) -> bool:
    return "." in step or "[" in step
