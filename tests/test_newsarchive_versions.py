"""The pages and feeds of versions: what changed, all changes of an article, of a source, of the archive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from newsarchive.config import Config
from newsarchive.diffview import changed
from newsarchive.views.excerpt import MAX_LETTERS, excerpt

SCRIPT = "<script>alert(1)</script>"
HOUR = timedelta(hours=1)
ATOM = "{http://www.w3.org/2005/Atom}"
Serve = Callable[[Config], FlaskClient]


@pytest.fixture
def stand(make_desk: Callable[..., Any], tmp_path: Path) -> Iterator[Any]:
    """An archive with a bridge whose headline changed twice, a hostile article that is gone, and a quiet one."""
    desk = make_desk(tmp_path)
    plain = [f"Paragraph {number} says this." for number in range(9)]
    first = "\n\n".join(["It costs 2.4 million.", *plain])
    desk.ids = {
        "bridge": desk.file(
            "Bridge", first, first.replace("2.4", "2.6"), first + "\n\nCorrection: it costs more."
        ),
        "hostile": desk.file(f"Bad {SCRIPT}\x0b", "It rains.", f"It rains {SCRIPT}\x0b again.", gone=True),
        "quiet": desk.file("Quiet", "Nothing changes."),
    }
    desk.at = desk.store.revisions(desk.ids["bridge"])[0].captured_at
    retitle(desk, "bridge", "Bridge is built")
    retitle(desk, "bridge", "Bridge is not built")
    with desk.store.transaction() as tx:
        tx.add_change(desk.ids["hostile"], "gone", desk.at + 20 * HOUR)
    yield desk
    desk.store.close()


def retitle(desk: Any, name: str, title: str) -> None:
    """Another version that differs in its headline alone."""
    from dataclasses import replace

    from archive.edits import judged

    known = desk.store.revisions(desk.ids[name])[-1]
    number = known.number + 1
    at = desk.at + number * HOUR
    capture = replace(desk.store.capture(known.capture_id), record_id=f"urn:{title}", captured_at=at)
    capture = replace(capture, place=replace(capture.place, offset=90_000 + number))
    with desk.store.transaction() as tx:
        kept = tx.add_capture(capture)
        later = replace(
            known, number=number, title=title, captured_at=at, capture_id=kept, content_digest=title
        )
        tx.add_revision(judged(known, later), title)
        tx.add_change(known.article_id, "revised", at)


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.text
    return answer.text


def test_an_article_tells_its_kinds_and_its_earlier_headlines(serve: Serve, stand: Any) -> None:
    number = stand.ids["bridge"]
    page = text_of(serve(stand.config), f"/article/{number}")
    kinds = re.findall(r'class="badge kind-(\w+)"', page)
    assert kinds == ["correction", "correction", "headline", "headline"]
    assert re.findall(r'until <time datetime="2026-11-23T(\d\d):', page) == ["18", "17"]
    assert page.index(">Bridge is built<") < page.index(">Bridge<")
    assert f'href="/article/{number}/changes.atom"' in page
    quiet = text_of(serve(stand.config), f"/article/{stand.ids['quiet']}")
    assert "Earlier headline" not in quiet


def test_what_changed_is_shown_in_one_column_and_side_by_side(serve: Serve, stand: Any) -> None:
    client, number = serve(stand.config), stand.ids["bridge"]
    page = text_of(client, f"/article/{number}/diff?from=1&to=5")
    assert "2 changes" in page
    assert "kind-correction" in page
    assert '<span class="change" id="change-1"><ins> is not built</ins></span>' in page
    assert "<summary" in page
    assert 'class="pair"' not in page
    assert (
        len(re.findall('href="/web/2026112[^"]+/http://paper.test/bridge" rel="nofollow">Version', page)) == 2
    )
    beside = text_of(client, f"/article/{number}/diff?from=1&to=5&view=side")
    assert 'class="pair"' in beside
    assert 'id="side-1"' in beside
    assert '<input type="hidden" name="view" value="side">' in beside
    same = text_of(client, f"/article/{number}/diff?from=2&to=2")
    assert "A reader sees the same in both versions" in same


def test_all_changes_of_an_article_are_listed(serve: Serve, stand: Any) -> None:
    page = text_of(serve(stand.config), f"/article/{stand.ids['bridge']}/changes")
    assert re.findall(r'kind-(\w+)"', page) == ["headline", "headline", "correction", "correction", "first"]
    assert "Bridge is <ins>not </ins>built" in page
    assert "5 versions, 4 edits" in page
    assert len(re.findall('href="/web/20261123[^"]+" rel="nofollow">the page as it was<', page)) == 5
    gone = text_of(serve(stand.config), f"/article/{stand.ids['hostile']}/changes")
    assert "Gone from the web since" in gone
    text_of(serve(stand.config), "/article/999/changes", 404)


def test_the_log_is_told_by_day_kind_and_source(serve: Serve, stand: Any) -> None:
    client = serve(stand.config)
    page = text_of(client, "/changes")
    assert page.index("24 November 2026") < page.index("23 November 2026")
    assert "6 changes" in page
    assert f'href="/article/{stand.ids["bridge"]}/diff?from=4&amp;to=5"' in page
    assert 'href="/changes.atom"' in page
    headlines = text_of(client, "/changes?kind=headline")
    assert re.findall(r'"badge kind-(\w+)"', headlines) == ["headline", "headline"]
    assert 'href="/changes.atom?kind=headline"' in headlines
    assert '<input type="hidden" name="kind" value="headline">' in headlines
    gone = text_of(client, "/changes?kind=gone")
    assert re.findall(r'"badge kind-(\w+)"', gone) == ["gone"]
    assert f'href="/article/{stand.ids["hostile"]}"' in gone
    own = text_of(client, f"/sources/{stand.source}/changes?kind=headline")
    assert "2 headline" in own
    assert f'href="/sources/{stand.source}/changes.atom?kind=headline"' in own
    nothing = text_of(client, "/changes?since=2020&until=2021")
    assert "Nothing of this kind was seen in these days" in nothing
    assert "looked at again after 1, 6" in text_of(serve(Config(stand.config.home / "other")), "/changes")


def test_many_changes_are_shown_in_pages(serve: Serve, stand: Any) -> None:
    for number in range(50):
        stand.file(f"Filler {number}", "It rains.", "It rains today.")
    client = serve(stand.config)
    first, second = text_of(client, "/changes"), text_of(client, "/changes?page=2")
    assert 'rel="next" href="/changes?page=2"' in first
    assert 'rel="prev" href="/changes"' in second
    assert "Page 2 of 2" in second
    assert len(re.findall('"badge kind-', first + second)) == 56
    assert "Nothing" in text_of(client, "/changes?page=999999")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/changes?kind=bodily", 400),
        ("/changes?since=2026-99-99", 400),
        ("/changes?since=2026&until=2025", 400),
        ("/changes?page=x", 400),
        ("/changes?page=99999999999999999999", 400),
        ("/changes?source=Nobody", 404),
        ("/changes.atom?kind=bodily", 400),
        ("/sources/999/changes", 404),
        ("/sources/999/changes.atom", 404),
        ("/article/999/changes.atom", 404),
        ("/article/9999999999999999999999/changes", 404),
    ],
)
def test_what_makes_no_sense_is_explained(serve: Serve, stand: Any, url: str, status: int) -> None:
    assert "<h1>" in text_of(serve(stand.config), url, status)


def test_hostile_63_archived_words_are_text_in_every_log(serve: Serve, stand: Any) -> None:
    client, number = serve(stand.config), stand.ids["hostile"]
    for url in (
        "/changes", f"/sources/{stand.source}/changes", f"/article/{number}/changes", f"/article/{number}/diff",
        f"/article/{number}/diff?view=side", "/changes.atom", f"/article/{number}/changes.atom",
    ):  # fmt: skip
        page = text_of(client, url)
        assert SCRIPT not in page, url
        assert "&lt;script&gt;" in page, url


def read(client: FlaskClient, url: str, **asked: Any) -> Any:
    feed = feedparser.parse(client.get(url, **asked).data)
    assert not feed.bozo
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    return feed


def test_feeds_tell_each_change_once_and_under_one_id(serve: Serve, stand: Any) -> None:
    client, number = serve(stand.config), stand.ids["bridge"]
    everything, own = read(client, "/changes.atom"), read(client, f"/sources/{stand.source}/changes.atom")
    article = read(client, f"/article/{number}/changes.atom")
    assert [entry.title for entry in article.entries][:2] == [
        "Headline: Bridge is not built",
        "Headline: Bridge is built",
    ]
    assert "Headline before: Bridge is built" in article.entries[0].summary
    assert article.entries[0].link == f"http://localhost/article/{number}/diff?from=4&to=5"
    assert [entry.id for entry in everything.entries] == [entry.id for entry in own.entries]
    assert {entry.id for entry in article.entries[:-1]} < {entry.id for entry in everything.entries}
    assert len({feed.feed.id for feed in (everything, own, article)}) == 3
    moved = read(client, "/changes.atom", base_url="http://127.0.0.1:9/")
    assert [entry.id for entry in moved.entries] == [entry.id for entry in everything.entries]
    assert "<p>Bridge is <ins>not </ins>built</p>" in article.entries[0].content[0].value
    assert "Paragraph 4" not in article.entries[2].content[0].value
    assert "content" not in article.entries[-1]
    assert read(client, "/changes.atom?kind=gone").entries[0].tags[0].term == "gone"


def test_what_changed_is_html_of_our_own_elements_and_of_a_bounded_length(serve: Serve, stand: Any) -> None:
    hostile = serve(stand.config).get(f"/article/{stand.ids['hostile']}/changes.atom")
    content = ET.fromstring(hostile.data).find(f"{ATOM}entry/{ATOM}content[@type='html']")
    assert content is not None
    assert f"<ins> {escape(SCRIPT)}" in (content.text or "")
    assert set(re.findall(r"</?(\w+)", content.text or "")) <= {"h4", "p", "ins", "del"}
    long = excerpt([changed("Text", "", "\n\n".join(["It rains in the valley. " * 20] * 100))])
    assert MAX_LETTERS < len(long) < MAX_LETTERS + 1000
    assert long.endswith("<p>…</p>")


def test_feeds_are_valid_atom_and_ask_for_nothing_twice(serve: Serve, stand: Any) -> None:
    client = serve(stand.config)
    answer = client.get("/changes.atom")
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.data)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for part in ("id", "title", "updated", "link", "author"):
            assert element.find(f"{ATOM}{part}") is not None, part
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo == UTC
    again = client.get("/changes.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/changes.atom?since=2020&until=2021").status_code == 200
