"""The log of edits: of the whole archive, and of one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from archive.model import EDIT_KINDS, TOLD, Edit, EditKind, Source
from newsarchive.diff import Piece, diff
from newsarchive.editform import EditForm
from newsarchive.searchform import SearchForm
from newsarchive.views import editlog
from newsarchive.views.library import library

pages = Blueprint("changes", __name__)


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of kinds: its name, where it leads, how many edits it has, whether it is the one that is shown."""

    name: str
    url: str
    count: int
    is_shown: bool


@pages.get("/changes")
def page() -> ResponseReturnValue:
    """What was changed after publishing, by day; chosen by the parameters of an `EditForm`. EditFormError."""
    return _page(editlog.find(editlog.asked()), None)


@pages.get("/sources/<record_id:source_id>/changes")
def of_source(source_id: int) -> ResponseReturnValue:
    """The same of one source. EditFormError."""
    source = editlog.numbered(source_id)
    return _page(editlog.find(editlog.asked(), source), source)


def _page(log: editlog.Log, source: Source | None) -> ResponseReturnValue:
    archive = library()
    today = archive.clock().date()
    return render_template(
        "changes.html",
        form=SearchForm(),
        log=log,
        source=source,
        days=_days(log.edits),
        tabs=_tabs(log, source),
        periods=_periods(log.form, source, today),
        today=today,
        sources=[] if source else archive.store.sources(),
        url=lambda form: page_url(form, source),
        feed=feed_url(log.form, source),
        json=_url("api.changes", "api.changes_of_source", log.form, source, {}),
        everything=EditForm(),
        headline=headline,
    )


def page_url(form: EditForm, source: Source | None, **options: Any) -> str:
    """The address of a page of the log."""
    return _url("changes.page", "changes.of_source", form, source, options)


def feed_url(form: EditForm, source: Source | None, **options: Any) -> str:
    """The address of the feed of a log."""
    return _url("changesfeed.page", "changesfeed.of_source", form.at_page(1), source, options)


def headline(edit: Edit) -> tuple[Piece, ...]:
    """The headline with what changed in it; what became of it alone where there was none before."""
    if not edit.title_before or edit.title_before == edit.title:
        return (Piece("same", edit.title or edit.url),)
    return diff(edit.title_before, edit.title)


def _url(general: str, own: str, form: EditForm, source: Source | None, options: dict[str, Any]) -> str:
    address = url_for(own, source_id=source.id, **options) if source else url_for(general, **options)
    query = urlencode([(name, value) for name, value in form.pairs() if not (source and name == "source")])
    return f"{address}?{query}" if query else address


def _days(edits: Sequence[Edit]) -> list[tuple[date, list[Edit]]]:
    """The edits by the day of UTC on which they were seen."""
    return [(day, list(some)) for day, some in groupby(edits, key=lambda edit: edit.at.date())]


def _tabs(log: editlog.Log, source: Source | None) -> list[Tab]:
    """All that is told, each kind that occurs, and whatever is shown."""
    shown = log.form.kinds
    choices: list[tuple[str, tuple[EditKind, ...]]] = [("all edits", ())]
    choices += [(kind, (kind,)) for kind in EDIT_KINDS if log.counts.get(kind) or shown == (kind,)]
    tabs = []
    for name, kinds in choices:
        count = sum(log.counts.get(kind, 0) for kind in kinds or TOLD)
        tabs.append(Tab(name, page_url(log.form.of_kinds(*kinds), source), count, shown == kinds))
    return tabs


def _periods(form: EditForm, source: Source | None, today: date) -> list[tuple[str, str, bool]]:
    """Ready periods: name, address, whether it is the one that is shown."""
    yesterday = (today - timedelta(days=1)).isoformat()
    ready = [
        ("today", "today", ""),
        ("yesterday", yesterday, yesterday),
        ("7 days", "7d", ""),
    ]
    ready += [("30 days", "30d", ""), ("all time", "", "")]
    return [
        (name, page_url(form.within(since, until), source), (form.since, form.until) == (since, until))
        for name, since, until in ready
    ]
