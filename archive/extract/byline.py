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
from itertools import islice

from archive.extract import datetext, names, semantics
from archive.extract.page import Element, Page, attribute, hooks, is_inside, shown_after, visible_text
from archive.extract.text import clean, key, likeness, one_of
from archive.model import NOTHING_LEARNT, Learnt

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
DATE_HOOK = re.compile(
    r"date|time(?!line)|publish|posted|byline|\bmeta\b|[-_]meta\b|pubdate|datum|fecha|\bdata\b|stand|article-?info|post-?info"
)
"""What themes call the elements that hold a date."""

_AUTHOR_HOOK = re.compile(
    r"author|byline|by-line|writer|autor|verfasser|auteur|journalist|contributor|reporter"
)
_AUTHOR_ADDRESS = re.compile(
    r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|writers?|journalist(?:s|en|es|er)?|contributors?|reporters?|redaktion"
    r"|redaktor|columnists?|columnistas?|kolumnist(?:en)?|periodistas?|firmas?|autore|skribent|kirjoittaja|yazar(?:lar)?"
    r"|penulis|byline|avtor)/[^/]+/?"
)
_PROFILE_ADDRESS = re.compile(
    r"/(?:people|persons?|profiles?|profil|users?|members?|staff|team|bios?|by|u)/[^/]+/?$"
)
_NO_NAME_HOOK = re.compile(r"job|position|\bbio|[-_]bio\b|descr?\b|description|avatar|function|follow")
_LONG = 200  # characters from which on a block is prose, not a byline
_MAX_WORDS_BESIDE = 12
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)]*$")
_LONGEST_HEADLINE = 500
_MAX_LINES = 16
_TEASER = 60  # elements; what has more is no teaser of one story
_SIMILAR = 0.6  # likeness of a heading to the title from which on it is the headline


@dataclass(frozen=True, slots=True)
class Line:
    """A short visible line near the headline, with the element that holds it."""

    text: str
    tag: Element


@dataclass(frozen=True)
class Front:
    """The surroundings of the headline. `heading` is None where the page shows no headline. `learnt` is what is known
    of the source."""

    page: Page
    heading: Element | None
    learnt: Learnt = NOTHING_LEARNT

    @cached_property
    def lines(self) -> list[Line]:
        """The short lines after the headline, up to the second block of prose; the first may be a standfirst."""
        if self.heading is None:
            return []
        found: list[Line] = []
        prose = 0
        for line in self.lines_after(self.heading):
            prose += len(line.text) > _LONG
            if prose > 1 or len(found) >= _MAX_LINES:
                break
            if len(line.text) <= _LONG:
                found.append(line)
        return found

    @cached_property
    def prose(self) -> list[str]:
        """The first blocks of prose after the headline."""
        if self.heading is None:
            return []
        return list(
            islice((line.text for line in self.lines_after(self.heading) if len(line.text) > _LONG), 2)
        )

    @cached_property
    def dated(self) -> list[Element]:
        """Elements named for a date, in document order."""
        return [tag for tag in self.page.hooked(DATE_HOOK) if _is_short(tag) and not self.elsewhere(tag)]

    @cached_property
    def authored(self) -> list[list[Element]]:
        """Elements named for authors, in groups, the plainest statement first; the last are links to people, who
        may be in the news as well."""
        said = semantics.stated(self.page, semantics.AUTHOR)
        groups = (
            [tag for tag in self.page.related if "author" in attribute(tag, "rel").split()],
            [tag for tag, names in self.page.described if "author" in names.split()],
            [one.tag for one in said if one.source == "rdfa"],
            [
                tag
                for tag in self.page.hooked(_AUTHOR_HOOK)
                if _is_short(tag) and not _NO_NAME_HOOK.search(hooks(tag))
            ],
            [tag for tag in self.page.named("a") if _AUTHOR_ADDRESS.search(attribute(tag, "href"))],
            [tag for tag in self.page.named("a") if _PROFILE_ADDRESS.search(attribute(tag, "href"))],
        )
        return [
            [tag for tag in group if tag.tag not in _HEAD_NAMES and not self.elsewhere(tag)]
            for group in groups
        ]

    def first_cluster(self, tags: list[Element]) -> list[Element]:
        """Those of the elements that stand in the first lines around the headline that have any, without a gap."""
        placed = sorted(
            (number, order)
            for order, tag in enumerate(tags)
            if (number := self._line_number(tag)) is not None
        )
        chosen: list[int] = []
        end = placed[0][0] if placed else 0
        for number, order in placed:
            between = self.lines[end + 1 : number]
            if len(between) > 1 or any(len(line.text.split()) > _MAX_WORDS_BESIDE / 2 for line in between):
                break
            chosen.append(order)
            end = number
        return [tags[order] for order in sorted(chosen)]

    def alone(self, tags: list[Element]) -> list[Element]:
        """The first of the elements that does not belong to the teaser of another story, if any."""
        return list(islice((tag for tag in tags if not self._in_teaser(tag)), 1))

    def _in_teaser(self, tag: Element) -> bool:
        length = 3 * len(visible_text(tag)) + 20
        for holder in tag.iterancestors():
            if (
                holder in self._trunk
                or holder.tag in _ROOTS
                or next(islice(holder.iter(), _TEASER, None), None) is not None
            ):
                return False
            if holder.tag == "a" and len(visible_text(holder)) > length:
                return True
            if any(_is_linked(heading) for heading in holder.iter("h2", "h3")):
                return True
        return False

    def _line_number(self, tag: Element) -> int | None:
        """The number of the line that an element stands in, or of the first that it holds."""
        for part in (tag, *tag.iterancestors()):
            if part in self._number_of:
                return self._number_of[part]
            if part.tag in BLOCKS:
                break
        return self._number_within.get(tag)

    @cached_property
    def _number_of(self) -> dict[Element, int]:
        return {line.tag: number for number, line in reversed(list(enumerate(self.lines)))}

    @cached_property
    def _number_within(self) -> dict[Element, int]:
        """For everything that holds a line, the number of the first."""
        found: dict[Element, int] = {}
        for number, line in enumerate(self.lines):
            for holder in line.tag.iterancestors():
                found.setdefault(holder, number)
        return found

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

    def lines_after(self, start: Element) -> Iterator[Line]:
        """Visible lines after an element: strings joined as long as they share their block and no line ends."""
        block: Element | None = None
        pieces: list[str] = []
        for text, parent in shown_after(start):
            ends = parent.tag == "br"
            if not (ends or text.strip()):
                continue
            holder = parent if parent.tag in BLOCKS else next(parent.iterancestors(*BLOCKS), parent)
            if pieces and (ends or holder is not block):
                yield from self._line(pieces, block)
                pieces = []
            if not ends:
                block = holder
                pieces.append(text)
        yield from self._line(pieces, block)

    def _line(self, pieces: list[str], block: Element | None) -> Iterator[Line]:
        if pieces and block is not None and not self.elsewhere(block):
            yield Line(clean(" ".join(pieces)), block)


def front(page: Page, title: str, learnt: Learnt = NOTHING_LEARNT) -> Front:
    """Find the headline on the page; the last of equals, because banners repeat it above the article. What links to
    a story, or stands beside the article, is the headline of another page."""
    wanted = key(title)
    texts = [(tag, visible_text(tag, _LONGEST_HEADLINE)) for tag in page.named("h1", "h2", "h3")]
    equal = [tag for tag, text in texts if wanted and key(text) == wanted]
    own = [tag for tag in equal if not _is_linked(tag)]
    first = [tag for tag in equal if tag.tag == "h1"]
    alike = [tag for tag, text in texts if tag.tag == "h1" and likeness(text, title) > _SIMILAR]
    found = own or first or alike or equal
    return Front(page, found[-1] if found else None, learnt)


def _is_linked(tag: Element) -> bool:
    """Is this heading that of another page, or does it stand beside the article?"""
    return tag.find(".//a") is not None or is_inside(tag, ("a", "nav", "aside", "footer"))


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


def is_sentence(text: str) -> bool:
    """Is this prose, not a byline?"""
    return len(text) > (_LONG / 2 if _SENTENCE_END.search(text) else _LONG)


def names_author(tag: Element) -> bool:
    """Does the element's own markup say that its text is an author?"""
    return (
        "author" in attribute(tag, "rel").split()
        or "author" in attribute(tag, "itemprop").split()
        or bool(_AUTHOR_HOOK.search(hooks(tag)))
        or bool(tag.tag == "a" and _AUTHOR_ADDRESS.search(attribute(tag, "href")))
        or bool(tag.tag == "a" and _PROFILE_ADDRESS.search(attribute(tag, "href")))
    )


def _is_short(tag: Element) -> bool:
    return tag.tag not in _ROOTS and bool(visible_text(tag, _LONG))
