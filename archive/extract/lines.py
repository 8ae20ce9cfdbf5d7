"""The lines of a page or of a part of it: one for each block of text, with what the markup says it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.extract.boilerplate import is_furniture
from archive.extract.byline import BLOCKS
from archive.extract.page import HIDDEN, Element
from archive.extract.text import clean
from archive.model import ParagraphKind

MAX_LINK_SHARE = 0.5
"""Of the characters of a line; what is linked more than that is navigation."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER = frozenset({"nav", "footer", "form", "button", "select", "dialog", "menu", "textarea", "object"})
_CELLS = frozenset({"td", "th"})
_BETWEEN_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Line:
    """A block of text on one line. `block` is the element that holds it, `linked` the share of its characters that is
    linked; `is_furniture` is what stands in an element whose markup says that it is no part of the text. `at` is the
    time of an entry of a live blog."""

    text: str
    kind: ParagraphKind
    block: Element
    linked: float
    is_furniture: bool
    at: datetime | None = None


def lines_of(part: Element) -> list[Line]:
    """The lines of an element, without furniture and without navigation."""
    return [line for line in _Reader(part, with_furniture=False).read() if line.linked <= MAX_LINK_SHARE]


def all_lines(part: Element) -> list[Line]:
    """Whatever a reader sees in an element, furniture too; not what is navigation, form or footer by its name."""
    return list(_Reader(part, with_furniture=True).read())


class _Reader:
    """Walks an element with an explicit stack: hostile pages nest deeper than Python recurses."""

    def __init__(self, part: Element, *, with_furniture: bool) -> None:
        self._with_furniture = with_furniture
        self._pieces: list[str] = []
        self._linked = 0
        self._at_break = False
        self._blocks: list[tuple[Element, ParagraphKind, bool]] = [(part, _kind(part, "paragraph"), False)]
        # None ends a block; a string is text; the flag says whether it is linked.
        self._stack: list[tuple[Element | str | None, bool]] = []
        self._open(part, linked=False)

    def read(self) -> Iterator[Line]:
        while self._stack:
            node, linked = self._stack.pop()
            if node is None:
                yield from self._end()
                self._blocks.pop()
            elif isinstance(node, str):
                self._add(node, linked)
            elif node.tag == "br":
                yield from self._break()
            else:
                yield from self._enter(node, linked)
        yield from self._end()

    def _enter(self, tag: Element, linked: bool) -> Iterator[Line]:
        if tag.tag in HIDDEN or tag.tag in _NEVER:
            return
        furniture = is_furniture(tag)
        if furniture and not self._with_furniture:
            return
        if tag.tag in _CELLS and not _holds_blocks(tag):
            if "".join(self._pieces).strip():
                self._pieces.append(_BETWEEN_CELLS)
        elif tag.tag in BLOCKS or furniture:
            yield from self._end()
            _, kind, inside = self._blocks[-1]
            self._blocks.append((tag, _kind(tag, kind), furniture or inside))
            self._stack.append((None, False))
        self._open(tag, linked=linked or tag.tag == "a")

    def _open(self, tag: Element, *, linked: bool) -> None:
        for child in reversed(tag):
            if child.tail:
                self._stack.append((child.tail, linked))
            self._stack.append((child, linked))
        if tag.text:
            self._stack.append((tag.text, linked))

    def _add(self, text: str, linked: bool) -> None:
        self._at_break = self._at_break and not text.strip()
        self._pieces.append(text)
        self._linked += len(text.strip()) if linked else 0

    def _break(self) -> Iterator[Line]:
        """One is a blank, two in a row end the paragraph, as people write them."""
        if self._at_break:
            yield from self._end()
        self._at_break = True
        self._pieces.append(" ")

    def _end(self) -> Iterator[Line]:
        text = clean("".join(self._pieces))
        linked = self._linked
        self._pieces.clear()
        self._linked = 0
        if text:
            block, kind, furniture = self._blocks[-1]
            yield Line(text, kind, block, linked / len(text), furniture)


def _holds_blocks(tag: Element) -> bool:
    return next((True for inner in tag.iter(*BLOCKS) if inner is not tag), False)


def _kind(tag: Element, around: ParagraphKind) -> ParagraphKind:
    """What a block is; what stands in a list, a quotation or a table is part of that."""
    if tag.tag in _HEADINGS:
        return "subheading"
    if tag.tag in {"li", "dt", "dd"}:
        return "list"
    if tag.tag == "blockquote":
        return "quote"
    if tag.tag == "tr":
        return "table"
    if tag.tag == "figcaption":
        return "caption"
    return around
