"""What changed as a short piece of HTML, for readers of feeds: the paragraphs that changed and no others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from newsarchive.diffview import Changed, Paragraph
from newsarchive.views import xml

MAX_LETTERS = 6_000
"""Letters of changed paragraphs; what goes beyond is left out, with a sign that it is."""


def excerpt(fields: Iterable[Changed]) -> str:
    """The fields that differ, each with its changed paragraphs; only elements of our own, all text escaped."""
    letters = 0
    parts: list[str] = []
    for field in fields:
        if not field.differs:
            continue
        parts.append(Markup("<h4>{}</h4>").format(field.name))
        for paragraph in _changed(field):
            letters += sum(len(piece.text) for part in paragraph for piece in part.pieces)
            if letters > MAX_LETTERS:
                parts.append("<p>…</p>")
                return "".join(parts)
            parts.append(f"<p>{''.join(_pieces(paragraph))}</p>")
    return "".join(parts)


def _changed(field: Changed) -> Iterator[Paragraph]:
    for stretch in field.inline:
        for paragraph in stretch.items:
            if any(part.number for part in paragraph):
                yield paragraph


def _pieces(paragraph: Paragraph) -> Iterator[str]:
    for part in paragraph:
        for piece in part.pieces:
            text = escape(xml.clean(piece.text))
            yield text if piece.kind == "same" else f"<{piece.kind}>{text}</{piece.kind}>"
