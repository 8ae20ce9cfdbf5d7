"""Every search is a feed that readers of feeds accept."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import feedparser
from flask.testing import FlaskClient

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_search_is_a_valid_atom_feed_newest_first(client: FlaskClient) -> None:
    response = client.get("/feed.atom?q=harbour", base_url="http://localhost:8080")
    assert response.mimetype == "application/atom+xml"
    feed = feedparser.parse(response.data)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert [e.title for e in feed.entries] == [
        "Council passes the budget",
        "Ferry returns to the island",
        "The old wall is repaired",
        "A letter without a date",
    ]
    root = ET.fromstring(response.data)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for required in ("id", "title", "updated", "author"):
            assert element.find(f"{ATOM}{required}") is not None, required
    assert all(e.link.startswith("http://localhost:8080/article/") for e in feed.entries)
    assert feed.entries[1].updated == "2026-11-23T14:00:00+00:00"
    assert "published" not in feed.entries[3]


def test_ids_stay_when_the_archive_moves(client: FlaskClient) -> None:
    here, there = (
        feedparser.parse(client.get("/feed.atom?q=harbour", base_url=f"http://{host}/").data)
        for host in ("localhost", "127.0.0.1:9")
    )
    assert here.feed.id == there.feed.id
    assert [e.id for e in here.entries] == [e.id for e in there.entries]
    assert len({e.id for e in here.entries}) == 4
    assert here.feed.id.startswith("urn:uuid:")


def test_hostile_text_stays_text(client: FlaskClient) -> None:
    response = client.get("/feed.atom?q=hostile")
    assert b"<script>" not in response.data
    assert not feedparser.parse(response.data).bozo
    assert b'href="javascript' not in response.data


def test_a_reader_that_asks_again_is_told_that_nothing_changed(client: FlaskClient) -> None:
    first = client.get("/feed.atom?q=harbour")
    again = client.get("/feed.atom?q=harbour", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
