"""How every source is doing: what is crawled, when, and what went wrong."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from archive.model import Source
from newsarchive.searchform import SearchForm
from newsarchive.views.library import library

pages = Blueprint("sources", __name__)

_LAST_FAILURES = 50


@pages.get("/sources")
def page() -> ResponseReturnValue:
    """Health of all sources and the newest failures."""
    archive = library()
    return render_template(
        "sources.html",
        form=SearchForm(),
        health=archive.store.health(archive.clock()),
        failures=archive.store.failures(_LAST_FAILURES),
        counts=archive.store.counts(),
        now=archive.clock(),
        state=state,
    )


def state(source: Source) -> str:
    """`paused`, `failing` (its own page, feed or sitemap could not be had), `waiting` or `active`."""
    if source.paused:
        return "paused"
    if source.last_error:
        return "failing"
    return "active" if source.last_crawl_at else "waiting"
