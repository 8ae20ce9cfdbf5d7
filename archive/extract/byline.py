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

from archive.extract import datetext, names
from archive.extract.page import Element, Page, attribute, hooks, shown_after, visible_text
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
_HEAD_NAMES = frozenset({"meta", "html", "body", "link"})
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
    tag: Element


@dataclass(frozen=True)
class Front:
    """The surroundings of the headline. `heading` is None where the page shows no headline."""

    page: Page
    heading: Element | None

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
    def dated(self) -> list[Element]:
        """Elements named for a date, in document order."""
        return [tag for tag in self.page.hooked(_DATE_HOOK) if _is_short(tag) and not self.elsewhere(tag)]

    @cached_property
    def authored(self) -> list[list[Element]]:
        """Elements named for authors, in groups, the plainest statement first."""
        groups = (
            [tag for tag in self.page.related if "author" in attribute(tag, "rel").split()],
            [tag for tag, names in self.page.described if "author" in names.split()],
            [tag for tag in self.page.hooked(_AUTHOR_HOOK) if _is_short(tag)],
            [tag for tag in self.page.named("a") if _AUTHOR_ADDRESS.search(attribute(tag, "href"))],
        )
        return [
            [tag for tag in group if tag.tag not in _HEAD_NAMES and not self.elsewhere(tag)]
            for group in groups
        ]

    def near(self, tags: list[Element]) -> list[Element]:
        """Those of the elements that stand in the lines around the headline."""
        inside = {part for line in self.lines for part in line.tag.iter()} if tags else set()
        return [tag for tag in tags if tag in inside]

    def elsewhere(self, tag: Element) -> bool:
        """Is this inside a part of the page that speaks of other things than the article?"""
        path: list[Element] = []
        answer: bool | None = None
        while answer is None and tag is not None:
            path.append(tag)
            answer = self._known[tag] if tag in self._known else self._says_elsewhere(tag)
            tag = tag.getparent()
        self._known.update(dict.fromkeys(path, bool(answer)))
        return bool(answer)

    def _says_elsewhere(self, part: Element) -> bool | None:
        """What an element says of itself, None where it depends on what holds it."""
        # What holds the headline holds the article, whatever it is called ("with-sidebar").
        if part.tag in _ROOTS or part in self._trunk:
            return False
        return part.tag in _ELSEWHERE_NAMES or bool(_ELSEWHERE.search(hooks(part).replace("_", "-"))) or None

    @cached_property
    def _known(self) -> dict[Element, bool]:
        return {}

    @cached_property
    def _trunk(self) -> frozenset[Element]:
        return frozenset() if self.heading is None else frozenset(self.heading.iterancestors())

    def _lines_after(self, start: Element) -> Iterator[Line]:
        """Visible lines after an element: strings joined as long as they share their block."""
        block: Element | None = None
        pieces: list[str] = []
        for text, parent in shown_after(start):
            if not text.strip():
                continue
            holder = parent if parent.tag in BLOCKS else next(parent.iterancestors(*BLOCKS), parent)
            if block is not None and holder is not block:
                if not self.elsewhere(block):
                    yield Line(clean(" ".join(pieces)), block)
                pieces = []
            block = holder
            pieces.append(text)
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


def names_author(tag: Element) -> bool:
    """Does the element's own markup say that its text is an author?"""
    return (
        "author" in attribute(tag, "rel").split()
        or "author" in attribute(tag, "itemprop").split()
        or bool(_AUTHOR_HOOK.search(hooks(tag)))
        or bool(tag.tag == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href")))
    )


def _is_short(tag: Element) -> bool:
    return tag.tag not in _ROOTS and bool(visible_text(tag, _LONG))
