"""Where is the article, and what are its paragraphs?

The markup often says it: `itemprop=articleBody`, the content containers of themes, `article`. Else trafilatura
decides. Of two readings the one that agrees with JSON-LD's `articleBody` is right. Live blogs are read entry by
entry, galleries caption by caption. What every reading loses comes back afterwards, what is no part of a text goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from archive.extract import candidates, gallery, kind, liveblog
from archive.extract.candidates import ENOUGH, length
from archive.extract.evidence import Found, claim, settle
from archive.extract.lines import Line, all_lines, lines_of
from archive.extract.page import Element, Page
from archive.extract.tidying import tidy
from archive.extract.visible import Visible
from archive.model import Evidence, EvidenceSource, Paragraph

_MUCH_MORE = 2  # times the text of a short container that speak against it
_CONTRADICTION = 0.3  # agreement with JSON-LD below which the text is that of something else
_MOSTLY = 0.5  # share of a text that its entries have

_Seen = Callable[[list[Line], EvidenceSource, str], list[Line]]


def body(
    page: Page, title: str, ruled: Iterable[Element] = (), authors: Sequence[str] = ()
) -> Found[tuple[Paragraph, ...]]:
    """The paragraphs of the article; `ruled` are the elements that a person said hold it, `authors` its authors,
    whose names stand above it."""
    evidence: list[Evidence] = []

    def seen(lines: list[Line], source: EvidenceSource, where: str) -> list[Line]:
        if lines:
            evidence.append(claim("text", _size(lines), source, where))
        return lines

    by_rule = seen([line for tag in ruled for line in lines_of(tag)], "rule", "the rule for the body")
    if by_rule:
        claimed = whole = by_rule
    else:
        shown = Visible(all_lines(page.root))
        claimed = _of_form(page, shown, _claimed(page, shown, seen), seen)
        whole = shown.completed(page, title, claimed)
    kept = tidy(page, whole, title, authors)
    left = {line.text for line in kept}
    dropped = [
        claim("dropped", line.text, "text", "no part of the article")
        for line in claimed
        if line.text not in left
    ]
    paragraphs = tuple(Paragraph(line.kind, line.text, line.at) for line in kept)
    return Found(paragraphs, (*settle(evidence, _size(claimed)), *dropped))


def _size(lines: Sequence[Line]) -> str:
    return f"{len(lines):,} lines, {length(lines):,} characters"


def _claimed(page: Page, shown: Visible, seen: _Seen) -> list[Line]:
    """The reading that is believed."""
    claimed = seen(candidates.from_markup(page), "markup", "containers that the markup names")
    if length(claimed) < ENOUGH:
        found = seen(candidates.from_density(page, shown.placed), "text", "density of text")
        if length(found) >= _MUCH_MORE * length(claimed):
            claimed = found
    stated = candidates.from_json(page)
    told = seen(shown.placed(stated), "json-ld", "JSON-LD articleBody")
    if length(told) >= ENOUGH and candidates.agreement(claimed, stated) < _CONTRADICTION:
        claimed = told
    elif length(claimed) < ENOUGH:
        claimed = max(claimed, told, key=length)
    if length(claimed) < ENOUGH:
        main = seen(candidates.main_part(page), "markup", "the main part of the page")
        claimed = main if length(main) >= max(ENOUGH, _MUCH_MORE * length(claimed)) else claimed
    return claimed


def _of_form(page: Page, shown: Visible, claimed: list[Line], seen: _Seen) -> list[Line]:
    """The text of a page that has another form than paragraphs: entries, captions; else what was claimed."""
    live = seen(liveblog.entries(page, shown.lines), "markup", "entries of the live blog")
    if length(live) >= ENOUGH and (_is_live(page) or length(live) >= _MOSTLY * length(claimed)):
        return seen(
            [*shown.before(claimed, live), *live], "markup", "the live blog with what stands above it"
        )
    shots = seen(gallery.captions(page), "markup", "captions of the gallery")
    told = {line.text for line in shots}
    rest = [line for line in claimed if line.text not in told and line.kind != "caption"]
    if length(shots) > length(rest):
        return seen([*rest, *shots], "markup", "the gallery with its text")
    return claimed


def _is_live(page: Page) -> bool:
    return kind.says(page, "live-blog")
