"""Facets, chips and page numbers as the search page shows them. Pure: records in, records out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from index.labels import label
from index.model import MAX_WINDOW, MISSING, WORD_BANDS, Bucket, Facet, Filter, SearchResults
from newsarchive.searchform import SHORT_FACET, SearchForm, pair
from newsarchive.views import words

_NOUNS = {
    "author": ("Author", "authors", "no byline", "with a byline"),
    "source": ("Source", "sources", "no source", "with a source"),
    "section": ("Section", "sections", "no section", "with a section"),
    "tag": ("Tag", "tags", "no tag", "with a tag"),
    "language": ("Language", "languages", "language unknown", "language known"),
    "year": ("Year", "years", "undated", "dated"),
    "month": ("Month", "months", "undated", "dated"),
    "day": ("Day", "days", "undated", "dated"),
    "words": ("Length", "lengths", "of unknown length", "of known length"),
    "copies": ("Copies", "copies", "of unknown origin", "of known origin"),
    "edited": ("Edited", "edits", "history unknown", "history known"),
}
_OF_USE_WHERE_SEVERAL = ("copies", "edited")
_CALENDAR = ("year", "month", "day")
_WITHIN = {"month": ("year",), "day": ("month",)}
"""A part of the calendar is offered once one of the next larger ones is chosen, or one of its own."""
_NEIGHBOURS = 2
_MAX_IDEAS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One value with its checkbox: `name` and `parameter` are what the form sends where it is ticked.

    `include` is the form that asks for the value, too, `exclude` the one that leaves it out, `restore` the one that
    lets an excluded value in again.
    """

    label: str
    count: int
    name: str
    parameter: str
    checked: bool
    include: SearchForm
    exclude: SearchForm
    restore: SearchForm | None


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet. `chosen` is the number of selected values; `other` counts articles of values not shown;
    `more` is the form that shows more of them, None where it is open already."""

    field: str
    title: str
    plural: str
    rows: tuple[Row, ...]
    chosen: int
    other: int
    more: SearchForm | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One restriction of the search and the form without it."""

    label: str
    value: str
    removed: SearchForm


def facet_views(form: SearchForm, facets: Iterable[Facet]) -> tuple[FacetView, ...]:
    """The facets that have anything to choose from; whether there are copies or edits only where there are some."""
    views = (facet_view(form, facet) for facet in facets if _is_of_use(form, facet.field))
    return tuple(
        view for view in views if len(view.rows) > (view.field in _OF_USE_WHERE_SEVERAL) or _used(view)
    )


def hidden_inputs(form: SearchForm, views: Iterable[FacetView]) -> list[tuple[str, str]]:
    """What the form must send although no control of the page shows it; the page number starts again."""
    ticked = {(row.name, row.parameter.casefold()) for view in views for row in view.rows if row.checked}
    visible = {"q", "since", "until", "page"}
    return [p for p in form.pairs() if p[0] not in visible and (p[0], p[1].casefold()) not in ticked]


def chips(form: SearchForm) -> tuple[Chip, ...]:
    """Every restriction, in the order in which it was made, the dates last."""
    asked = form.request
    found = [_chip(form, chosen) for chosen in asked.filters]
    if asked.since or asked.until:
        found.append(Chip("date", words.period(asked.since, asked.until), form.between(None, None)))
    return tuple(found)


def page_numbers(results: SearchResults) -> tuple[int | None, ...]:
    """The pages to offer: first, last, the neighbours of the current one; None stands for a gap."""
    return numbers_around(results.request.page, last_page(results))


def numbers_around(page: int, last: int) -> tuple[int | None, ...]:
    """The same of a page among so many."""
    here = min(page, last)
    near = range(here - _NEIGHBOURS, here + _NEIGHBOURS + 1)
    offered = sorted({1, last, *(number for number in near if 1 <= number <= last)})
    numbers: list[int | None] = [1]
    for before, number in pairwise(offered):
        numbers.extend([number] if number == before + 1 else [None, number])
    return tuple(numbers)


def last_page(results: SearchResults) -> int:
    """The number of the last page that can be asked for, at least 1."""
    size = results.request.page_size
    return max(1, min(-(-results.stories // size), MAX_WINDOW // size))


def loosened(
    form: SearchForm, shown: Iterable[Chip], offers: Iterable[str], total: Callable[[SearchForm], int]
) -> list[tuple[str, int, SearchForm]]:
    """What would help a search without a hit: (what to do, articles found then, the form), the helpful only. `offers`
    are texts that ask for less, the closest first."""
    ideas = [(f"Remove “{chip.value}”", chip.removed) for chip in shown]
    if len(ideas) > 1:
        ideas.append(("Remove all filters", form.cleared()))
    if form.narrowed:
        ideas += [(f"Search for “{text}”, without filters", form.asking(text).cleared()) for text in offers]
    counted = ((what, total(idea), idea) for what, idea in ideas[:_MAX_IDEAS])
    return [idea for idea in counted if idea[1]]


def _is_of_use(form: SearchForm, name: str) -> bool:
    """Whether a facet is to be offered, as far as the form says that."""
    larger = _WITHIN.get(name)
    return larger is None or any(form.request.chosen(field) for field in (name, *larger))


def facet_view(form: SearchForm, facet: Facet, *, whole: bool = False) -> FacetView:
    """One facet with what can be chosen of it: the first values, or the `whole` of them."""
    title, plural, nothing, _ = _NOUNS[facet.field]
    opened = whole or facet.field in form.more
    limit = len(facet.buckets) if opened else SHORT_FACET
    kept = [b for i, b in enumerate(facet.buckets) if i < limit or b.selected or b.excluded]
    other = facet.other + sum(b.count for b in facet.buckets if b not in kept)
    if facet.field in _CALENDAR:
        kept.sort(key=lambda bucket: bucket.value, reverse=True)
    elif facet.field == "words":
        kept.sort(key=lambda bucket: WORD_BANDS.index(bucket.value))
    without = MISSING in form.request.chosen(facet.field)
    having = MISSING in form.request.excluded(facet.field)
    if facet.field not in ("month", "day") and (
        facet.missing or without or having
    ):  # for these it says no more than for years
        kept.append(Bucket(MISSING, nothing, facet.missing, selected=without, excluded=having))
    rows = tuple(_row(form, facet.field, bucket) for bucket in kept)
    chosen = sum(row.checked for row in rows)
    return FacetView(
        facet.field, title, plural, rows, chosen, other, None if opened else form.opening(facet.field)
    )


def _used(view: FacetView) -> bool:
    """Whether something of a facet is chosen or excluded."""
    return any(row.checked or row.restore for row in view.rows)


def _row(form: SearchForm, name: str, bucket: Bucket) -> Row:
    wanted = Filter(name, bucket.value)
    unwanted = replace(wanted, exclude=True)
    parameter, value = pair(wanted)
    return Row(
        label=bucket.label,
        count=bucket.count,
        name=parameter,
        parameter=value,
        checked=bucket.selected and not bucket.excluded,
        include=form.adding(wanted),
        exclude=form.adding(unwanted),
        restore=form.removing(unwanted) if bucket.excluded else None,
    )


def _chip(form: SearchForm, chosen: Filter) -> Chip:
    title, _, nothing, something = _NOUNS[chosen.field]
    removed = form.removing(chosen)
    if chosen.value == MISSING:
        return Chip("", something if chosen.exclude else nothing, removed)
    prefix = f"not {title.lower()}" if chosen.exclude else title.lower()
    return Chip(prefix, label(chosen.field, chosen.value), removed)
