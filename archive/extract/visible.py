"""What every reading of a text loses, found again on the page: its standfirst, paragraphs between two that it has."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from archive.extract import standfirst
from archive.extract.lines import MAX_LINK_SHARE, Line
from archive.extract.page import Element, Page, attribute
from archive.extract.text import key

_BEGINNING = 60  # characters of a line that is no label
_MOST_LOST = 12  # lines between two of a text
_AROUND = 2  # holders of a line whose classes are compared
_USUAL = 2  # lines of a text of one shape
_OF_TEXT = frozenset({"p", "h2", "h3", "h4", "li", "blockquote"})
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Visible:
    """All lines that a reader sees, in the order of the page."""

    lines: list[Line]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each text stands first."""
        found: dict[str, int] = {}
        for at, line in enumerate(self.lines):
            found.setdefault(line.text, at)
        return found

    @cached_property
    def _by_letters(self) -> dict[str, Line]:
        found: dict[str, Line] = {}
        for line in self.lines:
            if line.linked < 1:
                found.setdefault(_letters(line.text), line)
        return found

    def placed(self, texts: list[str]) -> list[Line]:
        """Lines of text as they stand on the page; none where nothing of it is seen."""
        return [self._placed(text) for text in texts] if self.lines else []

    def _placed(self, text: str) -> Line:
        if text in self.places:  # lines may differ in no letter
            return self.lines[self.places[text]]
        return self._by_letters.get(_letters(text)) or Line(
            text, "paragraph", self.lines[0].block, 0.0, False
        )

    def before(self, lines: list[Line], others: list[Line]) -> list[Line]:
        """Those of the lines that stand above all others."""
        start = min((self.places[line.text] for line in others if line.text in self.places), default=0)
        return [line for line in lines if self.places.get(line.text, start) < start]

    def completed(self, page: Page, title: str, claimed: list[Line]) -> list[Line]:
        """A text with its standfirst, and with what was lost between two of its paragraphs."""
        places = self.places
        held = f" {' '.join(key(line.text) for line in claimed)} "
        first = min(
            (places[line.text] for line in claimed if len(line.text) >= _BEGINNING and line.text in places),
            default=None,
        )
        if first is None:
            return claimed
        above = standfirst.standfirst(page, title, self.lines, first)
        new = [replace(line, kind="standfirst") for line in above if f" {key(line.text)} " not in held]
        begun = claimed[0]
        if not new and begun.kind == "paragraph" and standfirst.is_named(begun.block):
            claimed = [replace(begun, kind="standfirst"), *claimed[1:]]
        return [*new, *self._restored(claimed, held)]

    def _restored(self, claimed: list[Line], held: str) -> list[Line]:
        """With the lines between two of them that stand where they do."""
        places = self.places
        shapes = Counter(_shape(line.block) for line in claimed if len(line.text) >= _BEGINNING)
        usual = {shape for shape, times in shapes.items() if times >= _USUAL}

        def belongs(line: Line, holders: tuple[Element, ...]) -> bool:
            if line.is_furniture or line.linked > MAX_LINK_SHARE or f" {key(line.text)} " in held:
                return False
            beside = line.block.tag in _OF_TEXT and line.block.getparent() in holders
            return beside or _shape(line.block) in usual

        whole: list[Line] = []
        for line in claimed:
            if whole and whole[-1].text in places and line.text in places:
                start, end = places[whole[-1].text] + 1, places[line.text]
                holders = (whole[-1].block.getparent(), line.block.getparent())
                if 0 < end - start <= _MOST_LOST:
                    whole += [lost for lost in self.lines[start:end] if belongs(lost, holders)]
            whole.append(line)
        return whole


def _shape(block: Element) -> tuple[str, ...]:
    """The elements around a line with their classes; the paragraphs of a text have the same."""
    around = (block, *islice(block.iterancestors(), _AROUND))
    return tuple(f"{tag.tag}.{_NUMBER.sub('', attribute(tag, 'class'))}" for tag in around)


def _letters(text: str) -> str:
    return key(text).replace(" ", "")
