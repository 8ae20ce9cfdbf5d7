"""Lines that stand in one article after another of a source: prompts, teasers, notes about authors.

Which these are was learnt before (`archive.learning`); here they are found again in a text. A line that is no part of
an article at the end of a text may be one in the middle of it, so that both are told apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from archive.extract.evidence import Found, claim
from archive.model import Learnt, Paragraph

LONGEST = 1000
"""Characters; what recurs and is longer is a text of its own."""

MOST_SHARE = 0.8
"""Of the characters of a text; where more of it is known, it is a copy of another article, not furniture."""

_WORD = re.compile(r"\w+")
_STRANGERS_ABOVE = 2  # lines of the article that may stand before a recurring one at the beginning
_STRANGERS_BELOW = 3  # headlines of others stand between the labels at the end
_STRUCTURE = frozenset({"subheading", "list", "table", "entry"})  # which an article has in common with others


def fingerprint(line: str) -> int:
    """64 bits of the words of a line; 0 where it has none, or is too long to be a piece of furniture."""
    words = words_of(line) if len(line) <= LONGEST else ""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest()) if words else 0


def words_of(line: str) -> str:
    """The words of a line in lower case. Furniture is printed by a machine, so that its spelling never varies."""
    return " ".join(_WORD.findall(line.lower()))


def at_edges(recurs: Sequence[bool]) -> frozenset[int]:
    """The places of those recurring lines that stand at the beginning or at the end of a text: with few others before
    or behind them."""
    total = len(recurs)
    found = _within(recurs, range(total), _STRANGERS_ABOVE)
    found |= _within(recurs, range(total - 1, -1, -1), _STRANGERS_BELOW)
    return frozenset(found)


def without(found: Found[tuple[Paragraph, ...]], learnt: Learnt) -> Found[tuple[Paragraph, ...]]:
    """The paragraphs but for those that recur in a source; told as dropped in the evidence."""
    paragraphs = found.value
    prints = [fingerprint(paragraph.text) for paragraph in paragraphs]
    edges = at_edges([print_ in learnt.lines or print_ in learnt.edges for print_ in prints])
    anywhere = {
        at
        for at, paragraph in enumerate(paragraphs)
        if prints[at] in learnt.lines and paragraph.kind not in _STRUCTURE
    }
    gone = edges | anywhere
    size = sum(len(paragraph.text) for paragraph in paragraphs)
    if not gone or sum(len(paragraphs[at].text) for at in gone) > MOST_SHARE * size:
        return found
    dropped = tuple(
        claim("dropped", paragraphs[at].text, "learned", "stands in other articles of the source")
        for at in sorted(gone)
    )
    kept = tuple(paragraph for at, paragraph in enumerate(paragraphs) if at not in gone)
    return Found(kept, (*found.evidence, *dropped))


def _within(recurs: Sequence[bool], places: range, strangers: int) -> set[int]:
    found: set[int] = set()
    for at in places:
        if recurs[at]:
            found.add(at)
        elif strangers == 0:
            break
        else:
            strangers -= 1
    return found
