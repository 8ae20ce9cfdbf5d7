"""Where on the page does a reader see who wrote it and when?

Two answers, both about the visible page: the short lines between the headline and the first paragraph, and
elements that the markup names for it (WordPress and schema.org conventions). What stands in side bars, lists
of other stories, comments and the footer belongs to something else and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString

from archive.extract.page import Page, attribute, hooks, visible_text
from archive.extract.text import clean, key, likeness

BLOCKS = frozenset({
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "td", "tr", "table", "section", "article", "header", "footer",
    "main", "aside", "nav", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "blockquote", "pre", "form",
    "hr", "address", "details", "summary",
})  # fmt: skip
_ELSEWHERE_NAMES = frozenset({"nav", "aside", "footer", "form", "noscript", "template", "figure"})
_ELSEWHERE = re.compile(
    r"\b(sidebar|widget|comments?(?!-off)|commentlist|respond|disqus|footer|nav|menu|navbar|breadcrumbs?|related|"
    r"recommend\w*|trending|popular|latest|recent|teasers?|promo|ticker|carousel|slider|more|read-?more|most-?\w*|"
    r"newsletter|also|next|prev\w*|archive-list|cookie\w*|modal)\b|related|sidebar|recommend|most-?read|teaser"
)
_ROOTS = frozenset({"html", "body", "main", "article"})
_DATE_HOOK = re.compile(
    r"date|time(?!line)|publish|posted|byline|\bmeta\b|[-_]meta\b|pubdate|datum|fecha|\bdata\b|stand|article-?info|post-?info"
)
_AUTHOR_HOOK = re.compile(
    r"author|byline|by-line|writer|autor|verfasser|auteur|journalist|contributor|reporter"
)
_AUTHOR_ADDRESS = re.compile(
    r"/(authors?|autor(?:en|es)?|auteurs?|people|profiles?|writers?|journalists?|contributors?|reporters?|staff|by)/[^/]+/?"
)
_LONG = 200  # characters from which on a block is prose, not a byline
_ZONE_BLOCKS = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A short visible line near the headline, with the element that holds it."""

    text: str
    tag: Tag


def heading(page: Page, title: str) -> Tag | None:
    """The element of the headline; the last of equals, because banners repeat it above the article."""
    wanted = key(title)
    found = [tag for tag in page.named("h1", "h2") if key(visible_text(tag)) == wanted]
    if not found:
        found = [tag for tag in page.named("h1") if likeness(visible_text(tag), title) > 0.6]
    return found[-1] if found else None


def zone(start: Tag | None) -> list[Line]:
    """The short lines around the headline: two before it, and those after it up to the first prose."""
    if start is None:
        return []
    after: list[Line] = []
    for line in _lines_after(start):
        if len(line.text) > _LONG or len(after) >= _ZONE_BLOCKS:
            break
        after.append(line)
    return after


def dated(page: Page) -> list[Tag]:
    """Elements named for a date, in document order."""
    return [
        tag for tag in page.tags if _DATE_HOOK.search(hooks(tag)) and _is_short(tag) and not elsewhere(tag)
    ]


def authored(page: Page) -> list[list[Tag]]:
    """Elements named for authors, in groups, the plainest statement first."""
    tags = [
        tag for tag in page.tags if tag.name not in {"meta", "html", "body", "link"} and not elsewhere(tag)
    ]
    return [
        [tag for tag in tags if "author" in attribute(tag, "rel").split()],
        [tag for tag in tags if "author" in attribute(tag, "itemprop").split()],
        [tag for tag in tags if _AUTHOR_HOOK.search(hooks(tag)) and _is_short(tag)],
        [tag for tag in tags if tag.name == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href"))],
    ]


def names_author(tag: Tag) -> bool:
    """Does the element's own markup say that its text is an author?"""
    return (
        "author" in attribute(tag, "rel").split()
        or "author" in attribute(tag, "itemprop").split()
        or bool(_AUTHOR_HOOK.search(hooks(tag)))
        or bool(tag.name == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href")))
    )


def elsewhere(tag: Tag) -> bool:
    """Is this inside a part of the page that speaks of other things than the article?"""
    for part in (tag, *tag.parents):
        if part.name in _ROOTS:
            continue
        if part.name in _ELSEWHERE_NAMES or _ELSEWHERE.search(hooks(part)):
            return True
    return False


def _is_short(tag: Tag) -> bool:
    text = visible_text(tag) if tag.name not in _ROOTS else ""
    return 0 < len(text) <= _LONG


def _lines_after(start: Tag) -> Iterator[Line]:
    """Visible lines after an element: strings joined as long as they share their block."""
    block: Tag | None = None
    pieces: list[str] = []
    inside = set(map(id, start.descendants))
    for element in start.next_elements:
        if not isinstance(element, NavigableString) or id(element) in inside:
            continue
        parent = element.parent
        if type(element) is not NavigableString or parent is None or not element.strip():
            continue
        holder = next((part for part in (parent, *parent.parents) if part.name in BLOCKS), parent)
        if holder is not block:
            if block is not None and pieces and not elsewhere(block):
                yield Line(clean(" ".join(pieces)), block)
            block, pieces = holder, []
        pieces.append(element)
    if block is not None and pieces and not elsewhere(block):
        yield Line(clean(" ".join(pieces)), block)
