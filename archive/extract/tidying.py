"""What a reading has besides the text: headline and byline once more, boilerplate, notes about its authors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from archive.extract.boilerplate import is_boilerplate
from archive.extract.byline import is_byline, names_author
from archive.extract.lines import Line
from archive.extract.page import Page, visible_text
from archive.extract.text import key

_LINES = frozenset({"p", "div", "span", "li"})
_LINES_ABOVE = 20
_LONGEST_ABOVE = 1000
_FIRST_LINES = 3  # where headline and byline are repeated inside the text
_LONGEST_BYLINE = 100
_WORDS_BESIDE_NAMES = 3
_LEAST = 2  # lines of a text
_MOST_NOTES = 3
_LONGEST_NOTE = 700


def _above_headline(page: Page, title: str) -> frozenset[str]:
    """The keys of the lines that stand before the headline: kickers, sections, breadcrumbs."""
    wanted = key(title)
    headline = next(
        (tag for tag in page.named("h1") if key(visible_text(tag, _LONGEST_ABOVE)) == wanted), None
    )
    if headline is None:
        return frozenset()
    around = set(headline.iterancestors())
    before = (tag for tag in reversed(page.tags[: page.tags.index(headline)]) if tag.tag in _LINES)
    above = islice(before, _LINES_ABOVE)
    return frozenset(key(visible_text(tag, _LONGEST_ABOVE)) for tag in above if tag not in around)


def tidy(page: Page, lines: Sequence[Line], title: str, authors: Sequence[str]) -> list[Line]:
    """The lines of a text without boilerplate and immediate repetitions, without headline and byline at the top and
    notes about its authors at the end."""
    heads = _above_headline(page, title) | {key(title)}
    names = [words for name in authors if (words := key(name))]
    kept: list[Line] = []
    for line in lines:
        if is_boilerplate(line.text) or (kept and line.text == kept[-1].text):
            continue
        if len(kept) < _FIRST_LINES and (_is_one_of(line.text, heads) or _says_who(line, names)):
            continue
        kept.append(line)
    return _without_notes(kept, names)


def _without_notes(lines: list[Line], authors: list[str]) -> list[Line]:
    """Without the notes about its authors that end a text: lines that begin with a name that it does not tell of."""
    names = tuple(f"{name} " for name in authors if " " in name)
    end = len(lines)
    while end > _LEAST and len(lines) - end < _MOST_NOTES and _is_note(lines[end - 1], names):
        end -= 1
    told = " ".join(key(line.text) for line in lines[:end]) if end < len(lines) else ""
    return lines if any(name in told for name in names) else lines[:end]


def _is_note(line: Line, names: tuple[str, ...]) -> bool:
    return len(line.text) <= _LONGEST_NOTE and key(line.text).startswith(names)


def _is_one_of(line: str, keys: frozenset[str]) -> bool:
    return len(line) <= _LONGEST_ABOVE and key(line) in keys


def _says_who(line: Line, authors: list[str]) -> bool:
    if is_byline(line.text):
        return True
    if len(line.text) > _LONGEST_BYLINE:
        return False
    return names_author(line.block) or _is_names(key(line.text), authors)


def _is_names(words: str, authors: list[str]) -> bool:
    """Is this a list of the authors, with hardly a word beside them?"""
    rest = words
    for name in authors:
        rest = rest.replace(name, " ")
    return rest != words and len(rest.split()) <= _WORDS_BESIDE_NAMES
