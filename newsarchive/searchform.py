"""URL query string <-> SearchRequest, and the links that change one thing of it. Pure, no web framework.

    q=climate  author=Ada+Lane  not_source=Echo  without=author  with=language  year=2024  month=2024-05
    since=2024-01  until=2024-06-30  sort=newest  page=2  size=20  more=author  all=1

The parameters of a facet field repeat: several mean OR. `without=author` asks for articles with no byline,
`with=author` for those that have one. `more` names a facet that shows its long list; `all=1` lists every article,
where else each story is one result. Parameters that mean nothing here (`utm_source`) are ignored; empty ones count as
absent, because an empty form field sends them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from index.model import (
    COPIES,
    EDITED,
    FACET_FIELDS,
    MAX_PAGE_SIZE,
    MAX_WINDOW,
    MISSING,
    SORTS,
    WORD_BANDS,
    Filter,
    SearchRequest,
    Sort,
)

Pairs = Iterable[tuple[str, str]]
T = TypeVar("T")

DEFAULT_SIZE = SearchRequest().page_size
SHORT_FACET = SearchRequest().facet_size
LONG_FACET = 100
MAX_TEXT = 1000
"""Characters of a query that links repeat; the engine reads fewer of them, and says so."""

MAX_VALUE = 500
MAX_FILTERS = 50

_SHAPES = {
    "year": (re.compile(r"[0-9]{4}"), "a year such as 2024"),
    "month": (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"), "a month such as 2024-05"),
    "day": (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), "a day such as 2024-05-31"),
    "words": (re.compile("|".join(WORD_BANDS)), f"one of {', '.join(WORD_BANDS)}"),
    "copies": (re.compile("|".join(COPIES)), f"one of {', '.join(COPIES)}"),
    "edited": (re.compile("|".join(EDITED)), f"one of {', '.join(EDITED)}"),
}
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMBER = re.compile(r"[0-9]{1,6}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class FormError(ValueError):
    """A parameter makes no sense; the text is one sentence, `form` holds what could be read."""

    def __init__(self, message: str, form: SearchForm) -> None:
        super().__init__(message)
        self.form = form


@dataclass(frozen=True, slots=True)
class SearchForm:
    """A search as its URL says it: the request, and the facets that are opened to their long list.

    Every method returns another form, on page 1 unless it says otherwise.
    """

    request: SearchRequest = field(default_factory=lambda: SearchRequest(sort="newest"))
    more: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters, without those that would say the default."""
        asked = self.request
        days = [("since", asked.since), ("until", asked.until)]
        return [
            *([("q", asked.text)] if asked.text else []),
            *map(pair, asked.filters),
            *((name, day.isoformat()) for name, day in days if day),
            *([("sort", asked.sort)] if asked.sort != _default_sort(asked.text) else []),
            *([("size", str(asked.page_size))] if asked.page_size != DEFAULT_SIZE else []),
            *([] if asked.grouped else [("all", "1")]),
            *(("more", name) for name in self.more),
            *([("page", str(asked.page))] if asked.page != 1 else []),
        ]

    def query_string(self) -> str:
        """The parameters, percent-encoded, without a question mark."""
        return urlencode(self.pairs())

    def change(self, **changes: Any) -> SearchForm:
        """With these attributes of the request changed."""
        return replace(self, request=replace(self.request, **({"page": 1} | changes)))

    def asking(self, text: str) -> SearchForm:
        """With other words in the box; everything else stays, the sort as far as it was chosen."""
        default = self.request.sort == _default_sort(self.request.text)
        return self.change(text=text, sort=_default_sort(text) if default else self.request.sort)

    def adding(self, wanted: Filter) -> SearchForm:
        """With a filter more; the opposite one, which it would contradict, goes."""
        kept = [f for f in self.request.filters if not same_value(f, wanted)]
        return self.change(filters=(*kept, wanted))

    def removing(self, unwanted: Filter) -> SearchForm:
        """Without that filter."""
        kept = (
            f for f in self.request.filters if not same_value(f, unwanted) or f.exclude != unwanted.exclude
        )
        return self.change(filters=tuple(kept))

    def between(self, since: date | None, until: date | None) -> SearchForm:
        """Within these days, both included."""
        return self.change(since=since, until=until)

    def cleared(self) -> SearchForm:
        """Without filters and dates; the words stay."""
        return self.change(filters=(), since=None, until=None)

    def sorted_by(self, sort: Sort) -> SearchForm:
        """In that order."""
        return self.change(sort=sort)

    def listing_all(self, every: bool) -> SearchForm:
        """With every article for itself, or with one result for each story."""
        return self.change(grouped=not every)

    def at_page(self, page: int) -> SearchForm:
        """Another page of the same answer."""
        return self.change(page=page)

    def opening(self, name: str) -> SearchForm:
        """With the long list of that facet; the page stays."""
        return replace(self, more=(*self.more, name), request=replace(self.request, facet_size=LONG_FACET))

    @property
    def narrowed(self) -> bool:
        """Whether anything but the words restricts the answer."""
        return bool(self.request.filters or self.request.since or self.request.until)


def parse(pairs: Pairs) -> SearchForm:
    """The form of a URL's decoded parameters. FormError for the first of them that makes no sense."""
    reader = _Reader(list(pairs))
    text = reader.text()
    more = tuple(dict.fromkeys(name for name in reader.all("more") if name in FACET_FIELDS))
    request = SearchRequest(
        text=text,
        filters=tuple(dict.fromkeys(reader.filters())),
        since=reader.one("since", None, lambda value: _day(value, last=False)),
        until=reader.one("until", None, lambda value: _day(value, last=True)),
        sort=reader.one("sort", _default_sort(text), _sort),
        page=reader.one("page", 1, _number),
        page_size=reader.one("size", DEFAULT_SIZE, _size),
        facet_size=LONG_FACET if more else SHORT_FACET,
        grouped=reader.one("all", True, _grouped),
    )
    form = SearchForm(reader.consistent(request), more)
    if reader.problems:
        raise FormError(reader.problems[0], form)
    return form


class _Reader:
    """Reads parameters one by one; what is wrong becomes a problem and the default."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.problems: list[str] = []
        self.pairs = [(name, value) for name, value in pairs if value.strip()]

    def all(self, name: str) -> list[str]:
        return [value.strip() for key, value in self.pairs if key == name]

    def one(self, name: str, default: T, read: Callable[[str], T]) -> T:
        for value in self.all(name):
            try:
                return read(value)
            except ValueError as error:
                self.problems.append(f'"{_printable(value)}" cannot be used for {name}: {error}.')
        return default

    def text(self) -> str:
        return self.one("q", "", _text)

    def filters(self) -> Iterator[Filter]:
        """At most MAX_FILTERS, in the order of the URL."""
        found = 0
        for name, value in self.pairs:
            try:
                wanted = _filter(name, value)
            except ValueError as error:
                self.problems.append(f'"{_printable(value)}" cannot be used for {name}: {error}.')
                continue
            found += wanted is not None
            if wanted and found <= MAX_FILTERS:
                yield wanted
        if found > MAX_FILTERS:
            self.problems.append(f"At most {MAX_FILTERS} filters can be combined.")

    def consistent(self, request: SearchRequest) -> SearchRequest:
        """The request with what contradicts itself taken back."""
        if request.since and request.until and request.since > request.until:
            self.problems.append(f"The period ends ({request.until}) before it begins ({request.since}).")
            request = replace(request, since=None, until=None)
        if request.page * request.page_size > MAX_WINDOW:
            self.problems.append(f"Only the first {MAX_WINDOW:,} results can be paged through.")
            request = replace(request, page=1)
        return request


def _default_sort(text: str) -> Sort:
    """Without words nothing is more relevant than anything else: then the newest come first."""
    return "relevance" if text else "newest"


def same_value(one: Filter, other: Filter) -> bool:
    """Whether both name the same value, included or excluded; as in the index, case makes no difference."""
    return (one.field, one.value.casefold()) == (other.field, other.value.casefold())


def pair(chosen: Filter) -> tuple[str, str]:
    """The parameter that says this filter."""
    if chosen.value == MISSING:
        return ("with" if chosen.exclude else "without"), chosen.field
    return f"not_{chosen.field}" if chosen.exclude else chosen.field, chosen.value


def _filter(name: str, value: str) -> Filter | None:
    if name in {"with", "without"}:
        if value not in FACET_FIELDS:
            raise ValueError(f"it must be one of {', '.join(FACET_FIELDS)}")
        return Filter(value, MISSING, exclude=name == "with")
    field_name = name.removeprefix("not_")
    if field_name not in FACET_FIELDS:
        return None
    if _CONTROL.search(value) or len(value) > MAX_VALUE:
        raise ValueError("it is too long or has a control character")
    shape, words = _SHAPES.get(field_name, (None, ""))
    if shape and not shape.fullmatch(value):
        raise ValueError(f"it must be {words}")
    return Filter(field_name, value, exclude=name != field_name)


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("it has a control character")
    return value[:MAX_TEXT].rstrip()


def _day(value: str, *, last: bool) -> date:
    """The day of YYYY-MM-DD; of YYYY-MM or YYYY its first or last."""
    match = _DAY.fullmatch(value)
    if not match:
        raise ValueError("it must be a day (2024-05-31), a month (2024-05) or a year (2024)")
    year, month = int(match[1]), int(match[2] or (12 if last else 1))
    try:
        return date(year, month, int(match[3] or (calendar.monthrange(year, month)[1] if last else 1)))
    except ValueError as error:
        raise ValueError("there is no such day") from error


def _sort(value: str) -> Sort:
    for sort in SORTS:
        if sort == value:
            return sort
    raise ValueError(f"it must be one of {', '.join(SORTS)}")


def _grouped(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("it must be 1 to list every article, or 0")
    return value == "0"


def _number(value: str) -> int:
    if not _NUMBER.fullmatch(value) or not 1 <= int(value) <= MAX_WINDOW:
        raise ValueError(f"it must be a whole number from 1 to {MAX_WINDOW:,}")
    return int(value)


def _size(value: str) -> int:
    number = _number(value)
    if number > MAX_PAGE_SIZE:
        raise ValueError(f"it must be at most {MAX_PAGE_SIZE}")
    return number


def _printable(value: str) -> str:
    """The beginning of a value, fit for a sentence."""
    shown = _CONTROL.sub("�", value)
    return f"{shown[:40]}…" if len(shown) > 40 else shown
