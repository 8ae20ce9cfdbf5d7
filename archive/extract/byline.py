"""Where on the page does a reader see who wrote it and when?

Two answers, both about the visible page: the short lines between the headline and the first paragraph, and
elements that the markup names for it (WordPress and schema.org conventions). What stands in side bars, lists
of other stories, comments and the footer belongs to something else and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bs4 import Tag
from bs4.element import NavigableString

from archive.extract import datetext, names
from archive.extract.page import Page, attribute, hooks, visible_text
from archive.extract.text import clean, key, likeness, one_of

BLOCKS = frozenset({
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "td", "tr", "table", "section", "article", "header", "footer",
    "main", "aside", "nav", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "blockquote", "pre", "form",
    "hr", "address", "details", "summary",
})  # fmt: skip
_ELSEWHERE_NAMES = frozenset({"nav", "aside", "footer", "form", "noscript", "template", "figure"})
_ELSEWHERE = re.compile(
    r"\b"
    + one_of(r"""
        (?:side|right|left)-?(?:bar|column|rail)s?|rail|(?<!-)widgets?(?![-\w])|widget-area
        comments?(?!-off)|commentlist|respond|disqus
        (?<!post-)(?<!entry-)(?<!article-)(?<!content-)footer|nav|menu|navbar|breadcrumbs?
        related\w*|recommend\w*|trending|popular|latest|recent|more|read-?more|most-?\w*|also|next|prev\w*
        teasers?|promo|ticker|carousel|slider|newsletter|archive-list|cookie\w*|modal|popup
    """)
    + r"\b"
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
_MAX_WORDS_BESIDE = 12
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)]*$")
_LONGEST_HEADLINE = 500
_MAX_LINES = 16
_SIMILAR = 0.6  # likeness of a heading to the title from which on it is the headline


@dataclass(frozen=True, slots=True)
class Line:
    """A short visible line near the headline, with the element that holds it."""

    text: str
    tag: Tag


@dataclass(frozen=True)
class Front:
    """The surroundings of the headline. `heading` is None where the page shows no headline."""

    page: Page
    heading: Tag | None

    @cached_property
    def lines(self) -> list[Line]:
        """The short lines after the headline, up to the second block of prose; the first may be a standfirst."""
        if self.heading is None:
            return []
        found: list[Line] = []
        prose = 0
        for line in self._lines_after(self.heading):
            prose += len(line.text) > _LONG
            if prose > 1 or len(found) >= _MAX_LINES:
                break
            if len(line.text) <= _LONG:
                found.append(line)
        return found

    @cached_property
    def dated(self) -> list[Tag]:
        """Elements named for a date, in document order."""
        named = (tag for tag in self.page.tags if _DATE_HOOK.search(hooks(tag)))
        return [tag for tag in named if _is_short(tag) and not self.elsewhere(tag)]

    @cached_property
    def authored(self) -> list[list[Tag]]:
        """Elements named for authors, in groups, the plainest statement first."""
        marked = (tag for tag in self.page.tags if tag.name not in {"meta", "html", "body", "link"})
        tags = [tag for tag in marked if names_author(tag) and not self.elsewhere(tag)]
        return [
            [tag for tag in tags if "author" in attribute(tag, "rel").split()],
            [tag for tag in tags if "author" in attribute(tag, "itemprop").split()],
            [tag for tag in tags if _AUTHOR_HOOK.search(hooks(tag)) and _is_short(tag)],
            [tag for tag in tags if tag.name == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href"))],
        ]

    def near(self, tags: list[Tag]) -> list[Tag]:
        """Those of the elements that stand in the lines around the headline."""
        holders = {id(line.tag) for line in self.lines}
        return [tag for tag in tags if any(id(part) in holders for part in (tag, *tag.parents))]

    def elsewhere(self, tag: Tag) -> bool:
        """Is this inside a part of the page that speaks of other things than the article?"""
        for part in (tag, *tag.parents):
            # What holds the headline holds the article, whatever it is called ("with-sidebar").
            if part.name in _ROOTS or id(part) in self._trunk:
                return False
            if part.name in _ELSEWHERE_NAMES or _ELSEWHERE.search(hooks(part).replace("_", "-")):
                return True
        return False

    @cached_property
    def _trunk(self) -> frozenset[int]:
        return frozenset(id(part) for part in self.heading.parents) if self.heading else frozenset()

    def _lines_after(self, start: Tag) -> Iterator[Line]:
        """Visible lines after an element: strings joined as long as they share their block."""
        block: Tag | None = None
        pieces: list[str] = []
        inside = set(map(id, start.descendants))
        for element in start.next_elements:
            parent = element.parent
            if type(element) is not NavigableString or id(element) in inside or parent is None:
                continue
            if not element.strip() or parent.name in {"script", "style", "noscript"}:
                continue
            holder = next((part for part in (parent, *parent.parents) if part.name in BLOCKS), parent)
            if block is not None and holder is not block:
                if not self.elsewhere(block):
                    yield Line(clean(" ".join(pieces)), block)
                pieces = []
            block = holder
            pieces.append(element)
        if block is not None and not self.elsewhere(block):
            yield Line(clean(" ".join(pieces)), block)


def front(page: Page, title: str) -> Front:
    """Find the headline on the page; the last of equals, because banners repeat it above the article."""
    wanted = key(title)
    headings = page.named("h1", "h2", "h3")
    found = [tag for tag in headings if wanted and key(visible_text(tag, _LONGEST_HEADLINE)) == wanted]
    if not found:
        found = [
            tag
            for tag in page.named("h1")
            if likeness(visible_text(tag, _LONGEST_HEADLINE), title) > _SIMILAR
        ]
    return Front(page, found[-1] if found else None)


def says_when(text: str) -> bool:
    """Is this a line that gives a date and little else, not a sentence with a date in it?"""
    rest = datetext.rest(text) if len(text) <= _LONG else None
    return rest is not None and len(rest.split()) <= (2 if _SENTENCE_END.search(text) else _MAX_WORDS_BESIDE)


def is_byline(text: str) -> bool:
    """Is this a line that says who or when and nothing else?"""
    if says_when(text):
        return True
    is_name_list = len(text) <= _LONG / 2 and names.is_led(text) and not _SENTENCE_END.search(text)
    return is_name_list and any(name.istitle() or name.isupper() for name in names.split(text))


def names_author(tag: Tag) -> bool:
    """Does the element's own markup say that its text is an author?"""
    return (
        "author" in attribute(tag, "rel").split()
        or "author" in attribute(tag, "itemprop").split()
        or bool(_AUTHOR_HOOK.search(hooks(tag)))
        or bool(tag.name == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href")))
    )


def _is_short(tag: Tag) -> bool:
    return tag.name not in _ROOTS and bool(visible_text(tag, _LONG))
