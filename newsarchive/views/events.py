"""/sources.atom: which source fell silent, floods, fails, or is well again."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from newsarchive.health import Event, events
from newsarchive.views import atom, xml
from newsarchive.views.library import library

pages = Blueprint("events", __name__)

MAX_ENTRIES = 200

_TITLES = {
    "failing": "{} is failing",
    "silent": "{} went silent",
    "flooding": "{} is flooding",
    "well": "{} is well again",
}


@pages.get("/sources.atom")
def page() -> ResponseReturnValue:
    """The newest events of all sources, or of the collections that are asked for. An event has one id for ever."""
    archive, collections = library(), request.args.getlist("collection")
    now = archive.clock()
    found = [
        event
        for item in archive.store.health(now)
        if not collections or not set(collections).isdisjoint(item.source.collections)
        for event in events(item, now)
    ]
    found.sort(key=lambda event: event.at, reverse=True)
    response = Response(_document(found[:MAX_ENTRIES], collections), mimetype="application/atom+xml")
    response.add_etag()
    return response.make_conditional(request)


def _document(found: list[Event], collections: list[str]) -> bytes:
    root = atom.begin(
        "sources?" + "&".join(sorted(collections)),
        title=f"News archive: sources of {', '.join(collections)}"
        if collections
        else "News archive: sources",
        updated=found[0].at if found else atom.NEVER,
        page=url_for("sources.page", collection=collections, _external=True),
        here=request.url,
    )
    for event in found:
        _add_entry(root, event)
    return xml.document(root)


def _add_entry(root: ET.Element, event: Event) -> None:
    source = event.item.source
    element = xml.add(root, "entry")
    xml.add(element, "id", atom.id_of(f"source {source.url} {event.what} {event.since.isoformat()}"))
    xml.add(element, "title", _TITLES[event.what].format(source.name))
    xml.add(element, "updated", event.at.isoformat())
    address = url_for("source.page", source_id=source.id, _external=True)
    xml.add(element, "link", rel="alternate", type="text/html", href=address)
    xml.add(element, "category", term=event.what)
    xml.add(element, "summary", event.sentence)
