"""The text of an article as paragraphs with numbered marks, so that each match has an anchor. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from index.model import HighlightedText

PARAGRAPH_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a paragraph; `mark` numbers the matches of the whole text from 1, 0 is plain text."""

    text: str
    mark: int = 0


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Paragraphs of fragments, and how many of these are matches."""

    paragraphs: tuple[tuple[Fragment, ...], ...]
    matches: int


def mark_paragraphs(highlighted: HighlightedText) -> MarkedText:
    """Cut a highlighted text at its blank lines and number the matches."""
    done: list[tuple[Fragment, ...]] = []
    current: list[Fragment] = []
    matches = 0
    for text, marked in highlighted.pieces():
        for position, part in enumerate(text.split(PARAGRAPH_BREAK)):
            if position:
                done.append(tuple(current))
                current = []
            if part:
                matches += marked
                current.append(Fragment(part, matches if marked else 0))
    done.append(tuple(current))
    return MarkedText(tuple(paragraph for paragraph in done if paragraph), matches)
