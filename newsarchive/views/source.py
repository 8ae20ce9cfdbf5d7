"""A source in full: its days, what went wrong, what is due, what was said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from archive.model import Failure, Source, SourceHealth, Visit
from index.model import Filter
from newsarchive.health import assess, pace
from newsarchive.searchform import SearchForm
from newsarchive.sources import describe_every, words_of
from newsarchive.views.library import library
from newsarchive.views.sparkline import days_of, sparkline

pages = Blueprint("source", __name__)

NEXT_VISITS = 10

_SOON = timedelta(days=1)
_MANY_VISITS = 500
_LABELS = {
    "every": "Looked at every",
    "delay": "Pause between requests",
    "revisit": "Its articles are looked at again after",
    "backfill": "Its archives are read from",
    "requisites": "Kept of pictures and style sheets",
    "rules.title": "Headline (CSS)",
    "rules.byline": "Authors (CSS)",
    "rules.date": "Date (CSS)",
    "rules.body": "Text (CSS)",
    "rules.include": "Only these addresses are articles",
    "rules.exclude": "These addresses are not followed",
}


@dataclass(frozen=True, slots=True)
class CauseOfFailures:
    """A cause with how many failures it has in 28 days, and the newest of them where it is among the last."""

    code: str
    count: int
    example: Failure | None


@pages.get("/sources/<record_id:source_id>")
def page(source_id: int) -> ResponseReturnValue:
    """One source; 404 where there is none of that number."""
    archive = library()
    now = archive.clock()
    item = next((item for item in archive.store.health(now) if item.source.id == source_id), None)
    if item is None:
        abort(404, "There is no source of this number; it may have been removed.")
    due = archive.store.due_visits(source_id, now + _SOON, limit=_MANY_VISITS)
    health = assess(item, now)
    return render_template(
        "source.html",
        form=SearchForm(),
        health=health,
        picture=sparkline(health, now),
        days=days_of(health, now),
        pace=pace,
        newest=SearchForm().adding(Filter("source", item.source.name)).change(sort="newest"),
        causes=_causes(item),
        settings=_settings(item.source),
        next_visits=_soonest(due, now),
        due_soon=len(due),
        more_due=len(due) == _MANY_VISITS,
        now=now,
    )


def _causes(item: SourceHealth) -> list[CauseOfFailures]:
    """Why URLs could not be had in 28 days, the commonest first, robots.txt last."""
    newest = {failure.cause: failure for failure in reversed(item.last_failures)}
    counted = (*item.causes, ("robots", item.refused))
    return [CauseOfFailures(code, n, newest.get(code)) for code, n in counted if n]


def _settings(source: Source) -> list[tuple[str, tuple[str, ...]]]:
    """What was said of a source in words, one label with its values each; what was not said is left out."""
    said = words_of(source)
    said["every"] = describe_every(source.interval, adaptive=source.adaptive)
    told = []
    for key, label in _LABELS.items():
        word = said[key]
        values = word if isinstance(word, tuple) else (str(word),)
        if any(values):
            told.append((label, values))
    return told


def _soonest(visits: Iterable[Visit], now: datetime) -> list[Visit]:
    return sorted(visits, key=lambda visit: visit.due_at or now)[:NEXT_VISITS]
