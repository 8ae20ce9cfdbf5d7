"""The lines between headline and text that belong to the text: the standfirst.

Themes keep it apart from the text, so that every container and every extractor loses it. It is told from captions,
bylines and labels by what the page says of itself: it is the description, or its markup calls it so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from archive.extract import jsonld
from archive.extract.boilerplate import is_boilerplate
from archive.extract.byline import is_byline
from archive.extract.lines import Line
from archive.extract.page import Element, Page, hooks
from archive.extract.text import key, likeness, one_of

_DESCRIPTIONS = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
)
_NAMED = re.compile(
    r"(?<![a-z])"
    + one_of(r"""
        stand-?first|sub-?titles?|sub-?head(?:ing|line)?s?|sub-?deck|deck|dek|lead|leads?-?(?:text|in)|lede|intro(?:duction)?
        (?:article|story|post|entry)-?(?:summary|excerpt|lead|intro|description|abstract)
        chapo|vorspann|teaser-?text|sapo|entradilla|bajada|copete|ingress|manchet|perex|anleser|catenaccio|sommario
        (?:article|document)-?(?:abstract|description)|excerpt|strapline|preamble
    """)
    + r"(?![a-z])"
)
_ELSEWHERE = ("nav", "aside", "footer", "form", "button", "figure", "figcaption", "label", "ul", "table")
_FEWEST = 25  # characters of its words
_LONGEST = 700
_SURE = 30  # characters of words from which on a part of the description is no coincidence
_NEAR = 2  # lines below the headline in which its name alone is believed
_FARTHEST = 60  # lines below the headline
_LINKED = 0.3
_HOLDERS = 2
_SIMILAR = 0.6  # a heading and the headline


def standfirst(page: Page, title: str, lines: Sequence[Line], first: int) -> list[Line]:
    """The standfirst, in the order of the page. `lines` are all of the page, `first` is where the text begins."""
    start = _below_headline(lines, key(title), first)
    if start is None:
        return []
    said = _descriptions(page)
    between = [line for line in lines[start:first][:_FARTHEST] if _may_be(line)]
    found: dict[str, Line] = {}
    for at, line in enumerate(between):
        words = key(line.text)
        described = any(_is_part(words, whole) for whole in said)
        if described or (at < _NEAR and not line.is_furniture and _is_named_or_held(line.block)):
            found.setdefault(words, line)
    return list(found.values())


def _below_headline(lines: Sequence[Line], title: str, first: int) -> int | None:
    """Where the headline ends, the last of equals; None where it does not stand above the text."""
    if not title:
        return None
    above = range(first - 1, -1, -1)
    same = (at for at in above if key(lines[at].text) == title)
    alike = (
        at for at in above if _is_heading(lines[at].block) and likeness(lines[at].text, title) >= _SIMILAR
    )
    found = next(same, None)
    found = next(alike, None) if found is None else found
    return None if found is None else found + 1


def _is_heading(block: Element) -> bool:
    return block.tag == "h1" or next(block.iterancestors("h1"), None) is not None


def _descriptions(page: Page) -> list[str]:
    stated = [text for name in _DESCRIPTIONS for text in page.meta.get(name, [])]
    stated.append(jsonld.first(page.article, "description"))
    return list(dict.fromkeys(words for text in stated if len(words := key(text)) >= _SURE))


def _is_part(words: str, whole: str) -> bool:
    """Is this the description, its beginning, or what it is the beginning of? It is cut short as often as not."""
    return words == whole or (len(words) >= _SURE and (words in whole or whole in words))


def _may_be(line: Line) -> bool:
    words = len(key(line.text))
    if not words >= _FEWEST or len(line.text) > _LONGEST or line.linked > _LINKED:
        return False
    if next(line.block.iterancestors(*_ELSEWHERE), None) is not None or line.block.tag in _ELSEWHERE:
        return False
    return not is_boilerplate(line.text) and not is_byline(line.text)


def is_named(block: Element) -> bool:
    """Does the markup of a block itself call it a standfirst?"""
    return bool(_NAMED.search(hooks(block).replace("_", "-")))


def _is_named_or_held(block: Element) -> bool:
    return is_named(block) or any(is_named(tag) for tag in islice(block.iterancestors(), _HOLDERS))
