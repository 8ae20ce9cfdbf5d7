"""Where does the text end, and what short lines follow it?

Some papers name the author only there: "(Ruth Calder)", "Text: A, photos: B", "Reporting by A; editing by B".
"""

from __future__ import annotations

import re
from itertools import islice

from archive.extract.byline import Front, Line
from archive.extract.page import Element, Page, shown
from archive.extract.text import clean

_PROSE = 60  # characters without an element between them from which on a block is prose
_BLOCKS_OF_PROSE = frozenset({"p", "div", "li", "td", "section", "article"})
_LONGEST = 160  # characters of a line that signs
_MOST_LINES = 8
_IN_PARENTHESES = re.compile(r"[.!?…\"”»“'。！？]\s*[(（\[]([^()（）\[\]]{2,100})[)）\]][\s+]*$")


def ending(front: Front) -> list[Line]:
    """The last short lines of the text itself, what its last paragraph says in parentheses, and the short lines
    after it; empty where there is no prose."""
    last = _last_block(front)
    if last is None:
        return []
    pieces = _lines_of(last)
    found = [Line(piece, last) for piece in pieces[1:][-2:] if len(piece) <= _LONGEST]
    found += _signed(Line(pieces[-1] if pieces else "", last))
    for line in islice(front.lines_after(last), _MOST_LINES):
        if len(line.text) > _LONGEST:
            break
        found += [line, *_signed(line)]
    return found


def _signed(line: Line) -> list[Line]:
    """What stands in parentheses behind the last sentence of a line."""
    signed = _IN_PARENTHESES.search(line.text)
    return [Line(f"({signed[1]})", line.tag)] if signed else []


def _last_block(front: Front) -> Element | None:
    """The last block of prose in the element that holds the most of it."""
    lengths = _lengths(front.page)
    prose = [tag for tag in lengths if not front.elsewhere(tag)]
    held: dict[Element, int] = {}
    for tag in prose:
        for holder in (tag, tag.getparent()):
            held[holder] = held.get(holder, 0) + lengths[tag]
    if not held:
        return None
    best = max(held, key=lambda tag: held[tag])
    return next((tag for tag in reversed(prose) if tag.getparent() is best), best)


def _lengths(page: Page) -> dict[Element, int]:
    """The characters that stand in blocks of prose themselves, not in an element inside; in document order."""
    found = {}
    for tag in page.tags:
        if tag.tag in _BLOCKS_OF_PROSE:
            lengths = [len(tag.text or ""), *(len(inner.tail or "") for inner in tag)]
            if max(lengths) > _PROSE:
                found[tag] = sum(lengths)
    return found


def _lines_of(block: Element) -> list[str]:
    """The lines of a block, as line breaks end them."""
    lines = [""]
    for text, parent in shown(block):
        if parent.tag == "br":
            lines.append("")
        lines[-1] += f"{text} "
    return [line for line in map(clean, lines) if line]
