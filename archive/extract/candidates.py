"""Readings of a page that may be its article: what the markup names for it, what trafilatura finds, JSON-LD.

JSON-LD's `articleBody` is text without paragraphs as often as not, so it serves as the last resort and as a witness.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract import jsonld
from archive.extract.boilerplate import is_apart
from archive.extract.lines import Line, lines_of
from archive.extract.page import Element, Page, attribute
from archive.extract.text import clean, key, one_of

# It warns of every page in which it finds nothing: that is an answer here, not an event.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# Class names of WordPress and of the many that follow it: "entry-content", "post__body", "article_text".
_CONTAINER = re.compile(
    r"(?:^|\s)"
    + one_of(r"""
        (?:post|entry|article|story|single|blog|news|page)[-_]{0,2}(?:content|body|text|copy)(?:[-_]{1,2}(?:inner|main))?
        (?:content|body)[-_]{1,2}(?:article|post|entry|story|text)
        (?:single|blog)[-_]post[-_]content
        \w{2,3}-post-content
    """)
    + r"(?=\s|$)"
)
ENOUGH = 250
"""Characters of text from which on a reading is believed to be the article."""

_BELIEVED = 500  # and from which on trafilatura's own rules are
_MANY_SENTENCES = 1500  # characters of them
_MOST_ELEMENTS = 12_000  # that trafilatura is asked about: it takes seconds for more
_MOST_ATTRIBUTES = 50_000
_COUNT_ATTRIBUTES = etree.XPath("count(//@*)")
_MOST_HOOKS = 1_000_000  # characters of what its patterns are looked for in
_HOOKS = ("class", "id", "role", "style")
_MOST_READ = 100_000  # elements inside containers, those inside of one another counted again
_SENTENCE = 80  # characters
_FIRST_HOLDERS = 3
_WITNESSED = 200  # runs of words of JSON-LD that are compared


def from_markup(page: Page) -> list[Line]:
    """The longest text among the elements that the markup names for it, the most explicit name first.

    Elements of one class are pieces of one text: advertisements and prompts divide it.
    """
    best: list[Line] = []
    budget = _MOST_READ
    for containers in (_article_bodies(page), _contents(page)):
        inside: set[Element] = set()
        pieces: dict[str, list[Line]] = {}
        for tag in containers:
            if tag in inside or budget < 0:
                continue
            budget -= sum(1 for _ in tag.iter())
            if not (lines := lines_of(tag)):
                continue
            inside.update(tag.iter())
            if length(lines) >= ENOUGH:  # shorter ones are teasers of other articles
                pieces.setdefault(attribute(tag, "class"), []).extend(lines)
            best = max(best, lines, key=length)
        best = max([best, *pieces.values()], key=length)
        if length(best) >= ENOUGH:
            break
    return best


def _article_bodies(page: Page) -> Iterator[Element]:
    return (tag for tag, names in page.described if "articlebody" in names.lower().split())


def _contents(page: Page) -> Iterator[Element]:
    return (tag for tag in page.hooked(_CONTAINER) if tag.tag in {"div", "section", "article"})


def length(lines: Sequence[Line]) -> int:
    """The characters of a text."""
    return sum(len(line.text) for line in lines)


def from_density(page: Page, placed: Callable[[list[str]], list[Line]]) -> list[Line]:
    """What trafilatura finds; of a page that is too large for that, its sentences. `placed` finds lines of
    text on the page."""
    return _without_parts_apart(placed(_from_trafilatura(page)) if _is_usual(page) else _prose(page))


def _without_parts_apart(lines: list[Line]) -> list[Line]:
    """Without lines in elements that hold the smaller part of the text, and say that they are something else."""
    weights: Counter[Element] = Counter()
    for line in lines:
        for tag in (line.block, *line.block.iterancestors()):
            weights[tag] += len(line.text)
    half = length(lines) / 2
    apart = {tag for tag, weight in weights.items() if weight <= half and is_apart(tag)}
    return [
        line for line in lines if not any(tag in apart for tag in (line.block, *line.block.iterancestors()))
    ]


def _from_trafilatura(page: Page) -> list[str]:
    """What its own rules find, and where that is little, what the algorithms find that it falls back to.

    On a page with few sentences the rules alone rarely suffice; on others the algorithms rarely find more.
    """
    lengths = (len(clean(" ".join(tag.itertext()))) for tag in page.named("p"))
    sums = accumulate(length for length in lengths if length >= _SENTENCE)
    quick = _asked(page, fast=True) if any(total >= _MANY_SENTENCES for total in sums) else []
    return quick if sum(map(len, quick)) >= _BELIEVED else _asked(page, fast=False)


def _asked(page: Page, *, fast: bool) -> list[str]:
    import trafilatura  # noqa: PLC0415  (it takes half a second to load: only who reads pages waits for it)

    is_told = "html" in page.text[:50].lower()  # what does not begin so is no page to trafilatura
    found = trafilatura.extract(
        page.text if is_told else f"<html>{page.text}",
        url=page.url,
        fast=fast,
        favor_precision=True,
        include_comments=False,
    )
    return [clean(line.removeprefix("- ").strip("| ")) for line in (found or "").split("\n") if line.strip()]


def _is_usual(page: Page) -> bool:
    """Is the page so small that trafilatura reads it in a second or two?"""
    few = len(page.tags) <= _MOST_ELEMENTS and _COUNT_ATTRIBUTES(page.root) <= _MOST_ATTRIBUTES
    return few and sum(len(attribute(tag, name)) for tag in page.tags for name in _HOOKS) <= _MOST_HOOKS


def _prose(page: Page) -> list[Line]:
    return [line for line in main_part(page) if len(line.text) >= _SENTENCE]


def main_part(page: Page) -> list[Line]:
    """All that stands in the part of the page that the markup calls the main one."""
    holders = page.named("article") or page.named("main") or [page.root]
    return max((lines_of(tag) for tag in holders[:_FIRST_HOLDERS]), key=_prose_length)


def _prose_length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines if len(line.text) >= _SENTENCE)


def from_json(page: Page) -> list[str]:
    """The lines of `articleBody`."""
    body = page.article.get("articleBody")
    if not isinstance(body, str):
        return []
    return [line for part in re.split(r"\n\s*\n|\n|</p>|<br\s*/?>", body) for line in jsonld.strings(part)]


def agreement(lines: Sequence[Line], witness: list[str]) -> float:
    """The share of the witness's five-word runs that the lines hold too."""
    text = f" {key(' '.join(line.text for line in lines))} "
    words = key(" ".join(witness)).split()
    runs = [" ".join(words[at : at + 5]) for at in range(0, len(words), 5)]
    return sum(f" {run} " in text for run in runs[:_WITNESSED]) / max(1, len(runs[:_WITNESSED]))
