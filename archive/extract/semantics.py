"""What the markup of the visible page says by names that others agreed on.

Three vocabularies, each on the elements that a reader sees: microdata (HTML standard, 5.2: `itemprop`), RDFa Lite
1.1 (`property`, with or without a prefix) and hAtom with its successor h-entry (microformats: class names inside of
`hentry` or `h-entry`). What other stories of the page say of themselves is left out by whoever asks, with
`byline.Front.elsewhere`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from archive.extract.page import Element, Page, attribute, visible_text
from archive.extract.text import clean
from archive.model import EvidenceSource

_MOST_ENTRIES = 3  # pages with more are lists
_MOST_STATEMENTS = 50
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Names:
    """What one thing is called: in microdata and RDFa in lower case and without a prefix, in microformats as a
    class."""

    properties: tuple[str, ...]
    classes: tuple[str, ...] = ()


HEADLINE = Names(("headline",), ("entry-title", "p-name"))
PUBLISHED = Names(("datepublished", "datecreated", "issued"), ("published", "dt-published"))
MODIFIED = Names(("datemodified",), ("updated", "dt-updated"))
AUTHOR = Names(("author", "creator"), ("author", "p-author"))
SUMMARY = Names(("description", "alternativeheadline"), ("entry-summary", "p-summary"))
SECTION = Names(("articlesection",), ())
KEYWORDS = Names(("keywords",), ("p-category",))


@dataclass(frozen=True, slots=True)
class Statement:
    """An element that the markup names for what was asked."""

    source: EvidenceSource
    where: str
    tag: Element

    def text(self) -> str:
        """What machines are told, else what a reader sees."""
        told = clean(attribute(self.tag, "content") or attribute(self.tag, "datetime"))
        if not told and self.tag.tag == "abbr":  # the value-title pattern of microformats
            told = clean(attribute(self.tag, "title"))
        return told[:_LONGEST] or visible_text(self.tag, _LONGEST)


def stated(page: Page, names: Names) -> Iterator[Statement]:
    """The elements that say it, microdata first, each vocabulary in the order of the page."""
    return islice(_all(page, names), _MOST_STATEMENTS)


def _all(page: Page, names: Names) -> Iterator[Statement]:
    for tag, said in page.described:
        if tag.tag != "meta" and _is_named(said, names):
            yield Statement("microdata", f"itemprop {said}", tag)
    for tag, said in page.properties:
        if tag.tag != "meta" and _is_named(said, names):
            yield Statement("rdfa", f"property {said}", tag)
    entries = page.entries if names.classes else []
    if len(entries) <= _MOST_ENTRIES:
        for entry in entries[:1]:
            yield from _of_entry(entry, names)


def _of_entry(entry: Element, names: Names) -> Iterator[Statement]:
    for tag in entry.iter():
        for said in attribute(tag, "class").split():
            if said in names.classes:
                yield Statement("hatom", f"class {said}", tag)


def _is_named(said: str, names: Names) -> bool:
    return any(
        word.rpartition(":")[2].rpartition("/")[2] in names.properties for word in said.lower().split()
    )
