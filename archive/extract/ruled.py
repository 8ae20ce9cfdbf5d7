"""What a person's own CSS selectors find on a page of their source: it wins over everything that is read else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

import soupsieve
from bs4 import BeautifulSoup
from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract.page import Element, Page, attribute, visible_text
from archive.extract.text import clean
from archive.model import Rules

LONGEST_SELECTOR = 1000
"""Characters of a selector."""

_MOST_MATCHES = 5000
_MOST_ELEMENTS = 30_000  # three times those of the longest live blogs
_MOST_ATTRIBUTES = 100_000
_COUNT_ATTRIBUTES = etree.XPath("count(//@*)")
_LONGEST_TITLE = 400
_LONGEST_LINE = 2000
_NUMBER = "data-newsarchive-number"


def check_selector(text: str) -> None:
    """ValueError with one sentence where `text` is no CSS selector that can be used for rules."""
    if len(text) > LONGEST_SELECTOR:
        raise ValueError(f"The selector is longer than {LONGEST_SELECTOR:,} characters.")
    try:
        soupsieve.compile(text)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, RecursionError) as error:
        cause = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(f"{text!r} is not a CSS selector: {cause}.") from error


@dataclass(frozen=True)
class Ruled:
    """The rules of a source on one page; a selector that cannot be used finds nothing, nor does any on a page of
    monstrous size."""

    page: Page
    rules: Rules

    def title(self) -> str:
        """The headline, "" where the rule is silent."""
        texts = (_text(tag) for tag in self._select(self.rules.title))
        return next(filter(None, texts), "")[:_LONGEST_TITLE].strip()

    def bylines(self) -> list[str]:
        """Texts that name the authors."""
        return [text for tag in self._select(self.rules.byline) if (text := _text(tag))]

    def dates(self) -> list[str]:
        """Texts that date the article: what machines are told in an element, and what people are shown."""
        tags = self._select(self.rules.date)
        return [text for tag in tags for text in (clean(attribute(tag, "datetime")), _text(tag)) if text]

    def bodies(self) -> list[Element]:
        """The elements that hold the text, none of them inside another, in document order."""
        tags = self._select(self.rules.body)
        chosen = set(tags)
        return [tag for tag in tags if not any(holder in chosen for holder in tag.iterancestors())]

    @cached_property
    def _is_usual(self) -> bool:
        """Is the page not so large that a second tree of it takes more memory than a page may?"""
        return len(self.page.tags) <= _MOST_ELEMENTS and _COUNT_ATTRIBUTES(self.page.root) <= _MOST_ATTRIBUTES

    @cached_property
    def _soup(self) -> BeautifulSoup:
        """The page for soupsieve, each element with its number among those of the page."""
        copy = deepcopy(self.page.root)
        for number, tag in enumerate(copy.iter()):
            tag.set(_NUMBER, str(number))
        return BeautifulSoup(etree.tostring(copy, encoding="unicode", method="html"), "lxml")

    def _select(self, selector: str) -> list[Element]:
        if not selector or not self._is_usual:
            return []
        try:
            check_selector(selector)
        except ValueError:
            return []
        found = soupsieve.select(selector, self._soup, limit=_MOST_MATCHES)
        numbers = sorted({int(str(tag[_NUMBER])) for tag in found if tag.has_attr(_NUMBER)})
        return [self.page.tags[number] for number in numbers]


def _text(tag: Element) -> str:
    return clean(attribute(tag, "content")) or visible_text(tag)[:_LONGEST_LINE]
