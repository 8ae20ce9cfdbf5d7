"""How the sources are doing: a table of them, those in trouble on top."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsarchive import health as h
from newsarchive.searchform import SearchForm
from newsarchive.views.library import library
from newsarchive.views.sparkline import sparkline

pages = Blueprint("sources", __name__)

PAGE_SIZE = 100
LAST_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sources are asked for: of any of these collections, with this mark, with this in the name; "" is any."""

    collections: tuple[str, ...] = ()
    state: str = ""
    name: str = ""

    def fits(self, item: h.Health) -> bool:
        """Whether a source is asked for, whatever its marks."""
        source = item.item.source
        of_these = not self.collections or not set(self.collections).isdisjoint(source.collections)
        return of_these and self.name.casefold() in source.name.casefold()

    def url(self, *, state: str | None = None, page: int = 1) -> str:
        """The address of this choice, with another state, at a page."""
        return url_for(
            "sources.page",
            collection=self.collections,
            state=(self.state if state is None else state) or None,
            name=self.name or None,
            page=page if page > 1 else None,
        )


@pages.get("/sources")
def page() -> ResponseReturnValue:
    """All sources, or those that ?collection=, ?state= and ?name= ask for; those that need attention first."""
    archive = library()
    now = archive.clock()
    choice = Choice(
        tuple(filter(None, request.args.getlist("collection"))),
        request.args.get("state", ""),
        request.args.get("name", "").strip(),
    )
    known = h.by_attention(h.assess(item, now) for item in archive.store.health(now))
    fitting = [item for item in known if choice.fits(item)]
    chosen = [item for item in fitting if not choice.state or choice.state in item.marks]
    last_page = max(1, -(-len(chosen) // PAGE_SIZE))
    number = min(_number(request.args.get("page", "")), last_page)
    shown = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "sources.html",
        form=SearchForm(),
        choice=choice,
        everything=Choice(),
        known=len(known),
        fitting=len(fitting),
        found=len(chosen),
        groups=_groups(shown),
        conditions=[(c, n) for c in h.CONDITIONS if (n := sum(c in i.marks for i in fitting))],
        collections=sorted({name for item in known for name in item.item.source.collections}),
        page=number,
        last_page=last_page,
        failures=archive.store.failures(LAST_FAILURES),
        counts=archive.store.counts(),
        now=now,
        sparkline=sparkline,
        pace=h.pace,
    )


def _number(text: str) -> int:
    """The page that is asked for; the first where that is no number."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _groups(shown: list[h.Health]) -> list[tuple[str, list[h.Health]]]:
    in_trouble = [item for item in shown if item.condition in h.TROUBLES]
    others = [item for item in shown if item.condition not in h.TROUBLES]
    groups = [("Need attention", in_trouble), ("The others" if in_trouble else "", others)]
    return [group for group in groups if group[1]]
