"""The log of edits as it is asked for, in a URL or on the command line. Pure.

`kind` and `source` may be repeated, which means or; `kind=all` stands for every kind, and without any those are told
by which a reader learns something. `since` and `until` are days as the search has them ("today", "7d", "2026-05"), in
UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from archive.model import EDIT_KINDS, EditChoice, EditKind
from index.dates import day_range, last_day

MAX_PAGE = 1_000_000


class EditFormError(ValueError):
    """A parameter makes no sense; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class EditForm:
    """Which edits are asked for, in the words of who asks."""

    kinds: tuple[EditKind, ...] = ()
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    page: int = 1

    def of_kinds(self, *kinds: EditKind) -> EditForm:
        """The same of these kinds, from the first page."""
        return replace(self, kinds=kinds, page=1)

    def within(self, since: str, until: str = "") -> EditForm:
        """The same of these days, from the first page."""
        return replace(self, since=since, until=until, page=1)

    def at_page(self, page: int) -> EditForm:
        """Another page of the same."""
        return replace(self, page=page)

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that say this, without what says nothing."""
        pairs = [("kind", "all")] if self.kinds == EDIT_KINDS else [("kind", kind) for kind in self.kinds]
        pairs += [("source", name) for name in self.sources]
        pairs += [
            ("since", self.since),
            ("until", self.until),
            ("page", str(self.page) if self.page > 1 else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    def query_string(self) -> str:
        """The parameters as they stand in a URL."""
        return urlencode(self.pairs())

    def choice(self, today: date, source_ids: Iterable[int] = ()) -> EditChoice:
        """What the archive is asked for. EditFormError where the days make no sense."""
        since = _day("since", self.since, lambda text: day_range(text, today)[0])
        until = _day("until", self.until, lambda text: last_day(text, today))
        if since and until and since > until:
            raise EditFormError(f"“until” ({self.until}) lies before “since” ({self.since}).")
        choice = EditChoice(source_ids=tuple(source_ids))
        return replace(
            choice,
            kinds=self.kinds or choice.kinds,
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        )


def parse(pairs: Iterable[tuple[str, str]]) -> EditForm:
    """The form of a URL's decoded parameters; others are passed over. EditFormError for what makes no sense."""
    known = [(name, " ".join(value.split())) for name, value in pairs]
    values: dict[str, list[str]] = {}
    for name, value in known:
        if value:
            values.setdefault(name, []).append(value)
    last = {name: given[-1] for name, given in values.items()}
    return EditForm(
        kinds=kinds_of(values.get("kind", ())),
        sources=tuple(dict.fromkeys(values.get("source", ()))),
        since=last.get("since", ""),
        until=last.get("until", ""),
        page=_page(last.get("page", "1")),
    )


def kinds_of(names: Iterable[str]) -> tuple[EditKind, ...]:
    """The kinds of these names, in the order of `EDIT_KINDS`. EditFormError for a name that is none."""
    wanted = {name.lower() for name in names}
    if unknown := sorted(wanted - {"all", *EDIT_KINDS}):
        raise EditFormError(
            f"There is no kind “{unknown[0]}”; the kinds are {', '.join(EDIT_KINDS)} and all."
        )
    return EDIT_KINDS if "all" in wanted else tuple(kind for kind in EDIT_KINDS if kind in wanted)


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= MAX_PAGE:
        raise EditFormError(f"There is no page “{text[:40]}”; the first one is 1.")
    return number


def _day(name: str, text: str, read: Callable[[str], date | None]) -> date | None:
    try:
        return read(text) if text else None
    except ValueError as error:
        wanted = "write a day as 2026-05-04, 2026-05, today or 7d"
        raise EditFormError(f"“{name}” is “{text[:40]}”: {error}; {wanted}.") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
