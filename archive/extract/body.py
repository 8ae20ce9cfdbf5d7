"""Where is the article, and what are its paragraphs?

The markup often says it: `itemprop=articleBody`, the content containers of themes, `article`. Else
trafilatura decides. JSON-LD's `articleBody` is text without paragraphs as often as not, so it serves as the
last resort and as a witness: of two readings the one that agrees with it is right.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

import trafilatura
from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract import jsonld
from archive.extract.boilerplate import is_boilerplate, is_furniture
from archive.extract.byline import BLOCKS, is_byline
from archive.extract.page import Element, Page, attribute, visible_text
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
_LINES = frozenset({"p", "div", "span", "li"})
_ENOUGH = 250  # characters of text from which on a container is believed to hold the article
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
_MUCH_MORE = 2  # times the text of a short container that speak against it
_CONTRADICTION = 0.3  # agreement with JSON-LD below which the text is that of something else
_WITNESSED = 200  # runs of words of JSON-LD that are compared
_MAX_LINK_SHARE = 0.5
_LINES_ABOVE = 20
_LONGEST_ABOVE = 1000
_FIRST_LINES = 3  # where headline and byline are repeated inside the text


def paragraphs(page: Page, title: str, ruled: Iterable[Element] = ()) -> list[str]:
    """The paragraphs of the article; `ruled` are the elements that a person said hold it."""
    if by_rule := [line for tag in ruled for line in blocks(tag)]:
        return _tidy(by_rule, title, _above_headline(page, title))
    claimed = _from_markup(page)
    if _length(claimed) < _ENOUGH:
        found = _from_trafilatura(page) if _is_usual(page) else _prose(page)
        if _length(found) >= _MUCH_MORE * _length(claimed):
            claimed = found
    stated = _from_json(page)
    if _length(stated) >= _ENOUGH and _agreement(claimed, stated) < _CONTRADICTION:
        claimed = stated
    elif _length(claimed) < _ENOUGH:
        claimed = max(claimed, stated, key=_length)
    return _tidy(claimed, title, _above_headline(page, title))


def _from_markup(page: Page) -> list[str]:
    """The longest text among the elements that the markup names for it, the most explicit name first.

    Elements of one class are pieces of one text: advertisements and prompts divide it.
    """
    best: list[str] = []
    budget = _MOST_READ
    for containers in (_article_bodies(page), _contents(page)):
        inside: set[Element] = set()
        pieces: dict[str, list[str]] = {}
        for tag in containers:
            if tag in inside or budget < 0:
                continue
            budget -= sum(1 for _ in tag.iter())
            if not (lines := blocks(tag)):
                continue
            inside.update(tag.iter())
            if _length(lines) >= _ENOUGH:  # shorter ones are teasers of other articles
                pieces.setdefault(attribute(tag, "class"), []).extend(lines)
            best = max(best, lines, key=_length)
        best = max([best, *pieces.values()], key=_length)
        if _length(best) >= _ENOUGH:
            break
    return best


def _article_bodies(page: Page) -> Iterator[Element]:
    return (tag for tag, names in page.described if "articlebody" in names.lower().split())


def _contents(page: Page) -> Iterator[Element]:
    return (tag for tag in page.hooked(_CONTAINER) if tag.tag in {"div", "section", "article"})


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))


class _Lines:
    """Collects pieces of text into lines; a line that is mostly links is navigation and is dropped."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._at_break = False

    def add(self, text: str, in_link: bool) -> None:
        self._at_break = self._at_break and not text.strip()
        self._pieces.append(text)
        self._linked += len(text.strip()) if in_link else 0

    def line_break(self) -> None:
        """One is a blank, two in a row end the paragraph, as people write them."""
        if self._at_break:
            self.end()
        self._at_break = True
        self._pieces.append(" ")

    def end(self) -> None:
        line = clean("".join(self._pieces))
        if line and self._linked <= _MAX_LINK_SHARE * len(line):
            self.found.append(line)
        self._pieces.clear()
        self._linked = 0


def blocks(container: Element) -> list[str]:
    """The lines of an element: one for each block of text, furniture and lists of links left out."""
    lines = _Lines()
    # An explicit stack: hostile pages nest deeper than Python recurses. None marks the end of a block.
    stack: list[tuple[Element | str | None, bool]] = []

    def open_up(tag: Element, in_link: bool) -> None:
        for child in reversed(tag):
            stack.append((child.tail or "", in_link))
            stack.append((child, in_link))
        stack.append((tag.text or "", in_link))

    open_up(container, False)
    while stack:
        node, in_link = stack.pop()
        if node is None:
            lines.end()
        elif isinstance(node, str):
            if node:
                lines.add(node, in_link)
        elif node.tag == "br":
            lines.line_break()
        elif not is_furniture(node):
            if node.tag in BLOCKS:
                lines.end()
                stack.append((None, False))
            open_up(node, in_link or node.tag == "a")
    lines.end()
    return lines.found


def _from_trafilatura(page: Page) -> list[str]:
    """What its own rules find, and where that is little, what the algorithms find that it falls back to.

    On a page with few sentences the rules alone rarely suffice; on others the algorithms rarely find more.
    """
    lengths = (len(clean(" ".join(tag.itertext()))) for tag in page.named("p"))
    sums = accumulate(length for length in lengths if length >= _SENTENCE)
    quick = _asked(page, fast=True) if any(total >= _MANY_SENTENCES for total in sums) else []
    return quick if _length(quick) >= _BELIEVED else _asked(page, fast=False)


def _asked(page: Page, *, fast: bool) -> list[str]:
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


def _prose(page: Page) -> list[str]:
    """All sentences of a page that is too large for a closer look."""
    holders = page.named("article") or page.named("main") or [page.root]
    return max(
        ([line for line in blocks(tag) if len(line) >= _SENTENCE] for tag in holders[:_FIRST_HOLDERS]),
        key=_length,
    )


def _from_json(page: Page) -> list[str]:
    body = page.article.get("articleBody")
    if not isinstance(body, str):
        return []
    return [line for part in re.split(r"\n\s*\n|\n|</p>|<br\s*/?>", body) for line in jsonld.strings(part)]


def _agreement(lines: list[str], witness: list[str]) -> float:
    """The share of the witness's five-word runs that the lines hold too."""
    text = f" {key(' '.join(lines))} "
    words = key(" ".join(witness)).split()
    runs = [" ".join(words[at : at + 5]) for at in range(0, len(words), 5)]
    return sum(f" {run} " in text for run in runs[:_WITNESSED]) / max(1, len(runs[:_WITNESSED]))


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


def _tidy(lines: list[str], title: str, above: frozenset[str]) -> list[str]:
    """Without boilerplate, without headline and byline at the top, without immediate repetitions."""
    heads = above | {key(title)}
    kept: list[str] = []
    for line in lines:
        if is_boilerplate(line) or (kept and line == kept[-1]):
            continue
        if len(kept) < _FIRST_LINES and (_is_one_of(line, heads) or is_byline(line)):
            continue
        kept.append(line)
    return kept


def _is_one_of(line: str, keys: frozenset[str]) -> bool:
    return len(line) <= _LONGEST_ABOVE and key(line) in keys
