"""The pages over a real archive: what they show, what they refuse, and that they trust nothing archived."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.model import Capture, RecordPlace, Revision, Rules
from archive.store import Store
from index.model import SearchRequest, SearchResults
from newsarchive.config import Config, ServeConfig
from newsarchive.views.library import EXTENSION
from newsarchive.views.sources import PAGE_SIZE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UNSAID: dict[str, Any] = {
    "authors": (),
    "published": None,
    "published_day_only": False,
    "published_from": "none",
    "modified": None,
    "section": "",
    "tags": (),
    "language": "en",
    "image": "",
    "description": "",
}
Serve = Callable[[Config], FlaskClient]
SITE = "http://paper.test/"
SCRIPT = "<script>alert(1)</script>"
SYNTAX = [
    "ferry",
    "harbour",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "title:",
    "author:ada",
    "har*",
    "*",
    "~2",
    "date:2024",
    "since:2w",
    "[a TO z]",
    "^9",
    "-",
    "lang:en",
    "is:undated",
    "\x00",
    "<b>",
]
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """A page taken apart: well nested or AssertionError."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of <{tag}> stands twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items())]

    def values(self, *names: str) -> list[str]:
        return [a[name] or "" for _, a in self.tags for name in names if name in a]


def get(client: FlaskClient, url: str, status: int = 200) -> Page:
    response = client.get(url)
    assert response.status_code == status, response.text
    return Page(response.text)


def every_page(ids: dict[str, int]) -> list[tuple[str, int]]:
    return [
        ("/", 200),
        ("/?q=harbour", 200),
        ("/?q=harbour&author=Ada+Lane&not_section=Council&since=2024&until=2024&more=author", 200),
        ("/?q=harbour&page=50", 200),
        ("/?q=nosuchwordanywhere&author=Ada+Lane", 200),
        ("/?q=hostile", 200),
        (f"/article/{ids['ferry']}", 200),
        (f"/article/{ids['ferry']}?q=ferry&revision=1", 200),
        (f"/article/{ids['undated']}", 200),
        (f"/article/{ids['hostile']}?q=hostile", 200),
        (f"/article/{ids['ferry']}/diff", 200),
        (f"/article/{ids['hostile']}/diff", 200),
        (f"/article/{ids['ferry']}/diff?view=side", 200),
        (f"/article/{ids['ferry']}/changes", 200),
        ("/mentions?q=harbour", 200),
        ("/mentions?q=hostile", 200),
        ("/words?q=harbour", 200),
        ("/values/author?q=harbour", 200),
        ("/values/section?containing=style", 200),
        ("/changes", 200),
        ("/changes?kind=all&since=2020&source=The+Paper", 200),
        ("/changes?kind=none", 400),
        ("/sources/1/changes", 200),
        ("/sources", 200),
        ("/sources?state=failing&collection=None&name=x&page=9", 200),
        ("/sources/1", 200),
        ("/sources/999999", 404),
        ("/?page=1000000000", 400),
        ("/?since=2026-99-99", 400),
        ("/article/999999", 404),
        ("/nowhere", 404),
    ]


def test_every_page_is_sound_html_that_loads_nothing_from_elsewhere(
    client: FlaskClient, ids: dict[str, int]
) -> None:
    for url, status in every_page(ids):
        page = get(client, url, status)
        named = page.values("id")
        assert len(named) == len(set(named)), f"an id stands twice on {url}"
        labelled = set(page.values("for"))
        for tag in ("input", "select"):
            controls = [a for a in page.all(tag) if a.get("type") != "hidden"]
            assert all(a.get("id") in labelled for a in controls), f"a control without a label on {url}"
        assert page.all("html", lang="en")
        assert len(page.all("h1")) == 1, url
        loaded = [a.get("href") for a in page.all("link")] + page.values("src", "action", "srcset", "poster")
        assert all((address or "").startswith("/") for address in loaded)
        assert not page.all("style")
        assert not page.values("style", *(f"on{event}" for event in ("click", "load", "error", "focus")))
        assert not [a for a in page.all("script") if not a.get("src")]


def test_the_only_links_out_are_to_an_articles_own_address(client: FlaskClient, ids: dict[str, int]) -> None:
    for url, status in every_page(ids):
        out = [a for a in get(client, url, status).all("a") if urlsplit(a["href"] or "").scheme]
        assert all(a["rel"] == "noopener noreferrer external" for a in out)
        expected = (
            [f"{SITE}ferry-returns-to-the-island"] if url.startswith(f"/article/{ids['ferry']}") else []
        )
        if "diff" in url or "changes" in url or not expected:
            assert {a["href"] for a in out} <= {f"{SITE}a-letter-without-a-date"}
        else:
            assert [a["href"] for a in out] == expected


def test_every_response_has_the_headers_and_no_cookie(client: FlaskClient, ids: dict[str, int]) -> None:
    others = [
        "/healthz",
        "/feed.atom",
        "/sources.atom",
        "/changes.atom",
        "/opensearch.xml",
        "/api/search",
        "/static/style.css",
        "/static/none.css",
    ]
    for url in [url for url, _ in every_page(ids)] + others:
        with client.get(url) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in response.headers
    assert client.post("/").status_code == 405


def test_archived_markup_is_shown_as_text(client: FlaskClient, ids: dict[str, int]) -> None:
    for url in ("/?q=hostile", f"/article/{ids['hostile']}?q=hostile", f"/article/{ids['hostile']}/diff"):
        page = get(client, url)
        assert SCRIPT not in page.text
        assert "&lt;script&gt;" in page.text
        assert not [a for a in page.values("href", "src") if a.startswith("javascript:")]
        assert not page.values("onload", "onerror")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    q=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SYNTAX), max_size=12).map(" ".join)),
    name=st.sampled_from(
        ["author", "not_source", "year", "without", "since", "sort", "page", "size", "more"]
    ),
    value=st.one_of(st.text(max_size=12), st.sampled_from(["2024", "author", "newest", "3", "Ada Lane"])),
)
def test_whatever_is_asked_is_answered_or_refused(client: FlaskClient, q: str, name: str, value: str) -> None:
    asked = {"q": q, name: value}
    page, api = client.get("/", query_string=asked), client.get("/api/search", query_string=asked)
    assert page.status_code == api.status_code
    assert page.status_code in {200, 400}
    Page(page.text)


class TestSearchPage:
    def test_without_words_the_newest_come_first(self, client: FlaskClient) -> None:
        page = get(client, "/")
        assert "Newest articles" in page.text
        assert (
            page.text.index("Council passes")
            < page.text.index("Ferry returns")
            < page.text.index("Filler 29")
        )
        assert page.all("input", name="author", value="Ada Lane")

    def test_words_are_marked_and_everything_about_a_hit_is_said(self, client: FlaskClient) -> None:
        page = get(client, "/?q=ferry")
        assert "<mark>ferry</mark>" in page.text
        assert "Ada Lane, Milo Penhallow" in page.text
        assert '<time datetime="2024-05-01T00:30:00+09:00">1 May 2024</time>' in page.text
        assert "2 versions" in page.text

    def test_undated_and_gone_articles_say_so(self, client: FlaskClient) -> None:
        page = get(client, "/?q=letter")
        assert ">undated<" in page.text
        assert "gone from the web" in page.text

    def test_chosen_filters_are_ticked_and_have_a_chip(self, client: FlaskClient) -> None:
        page = get(client, "/?q=harbour&author=Ada+Lane&not_section=Council")
        assert "checked" in page.all("input", name="author", value="Ada Lane")[0]
        assert page.all("input", type="hidden", name="not_section", value="Council")
        assert page.all("a", href="/?q=harbour&not_section=Council")
        assert page.all("a", href="/?q=harbour&author=Ada+Lane")
        assert page.all("a", href="/?q=harbour")
        assert "1 selected" in page.text

    def test_what_the_form_sends_is_the_search_it_shows(self, client: FlaskClient) -> None:
        page = get(
            client, "/?q=harbour&author=Ada+Lane&author=Nobody&without=year&not_section=X&sort=oldest&size=5"
        )
        sent = sorted(
            (a["name"], a["value"])
            for a in page.all("input")
            if a.get("name") and a.get("value") and (a.get("type") != "checkbox" or "checked" in a)
        )
        assert sent == [
            ("author", "Ada Lane"),
            ("author", "Nobody"),
            ("not_section", "X"),
            ("q", "harbour"),
            ("size", "5"),
            ("sort", "oldest"),
            ("without", "year"),
        ]

    def test_a_bar_of_the_chart_narrows_to_its_period(self, client: FlaskClient) -> None:
        page = get(client, "/?q=harbour")
        bars = [a for a in page.all("a") if "since=2024-01-01&until=2024-12-31" in (a["href"] or "")]
        assert bars[0]["aria-label"] == "2024: 1 article"
        assert "1 article</h1>" in get(client, bars[0]["href"] or "").text

    def test_a_long_facet_opens(self, client: FlaskClient) -> None:
        assert len(get(client, "/").all("input", name="author")) == 10
        assert len(get(client, "/?more=author").all("input", name="author")) == 33

    def test_pages_lead_on_and_back(self, client: FlaskClient) -> None:
        page = get(client, "/?q=filler&page=2")
        assert page.all("a", rel="prev", href="/?q=filler")
        assert page.all("a", rel="next", href="/?q=filler&page=3")
        assert page.all("ol", start="11")

    def test_behind_the_last_page_there_is_a_way_back(self, client: FlaskClient) -> None:
        assert get(client, "/?q=filler&page=50").all("a", href="/?q=filler&page=3")

    def test_no_hit_offers_what_would_help(self, client: FlaskClient) -> None:
        page = get(client, "/?q=ferry&section=Council")
        assert "Nothing in the archive matches" in page.text
        assert page.all("a", href="/?q=ferry")
        words = get(client, "/?q=ferry+budget")
        assert page.text != words.text
        assert words.all("a", href="/?q=ferry+OR+budget")

    def test_a_query_of_which_nothing_is_left_says_so(self, client: FlaskClient) -> None:
        page = get(client, "/?q=is:new")
        assert "Nothing of this could be searched for" in page.text
        assert "known are only is:undated" in page.text
        assert "Nothing of this" not in get(client, "/?q=ferry+is:new").text

    def test_a_search_that_was_stopped_is_not_one_without_hits(
        self, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Slow:
            """An engine that never gets to an end."""

            def search(self, request: SearchRequest, **_: Any) -> SearchResults:
                return SearchResults(request, "articles", (), 0, (), (), None, (), 2.0, complete=False)

        monkeypatch.setitem(app.extensions, EXTENSION, replace(app.extensions[EXTENSION], engine=Slow()))
        page = get(client, "/?q=ferry")
        assert "took too long and was stopped" in page.text
        assert "Nothing in the archive" not in page.text
        assert client.get("/api/search?q=ferry").get_json()["complete"] is False

    def test_a_wrong_parameter_is_explained_beside_the_form(self, client: FlaskClient) -> None:
        page = get(client, "/?q=ferry&since=2026-99-99", 400)
        assert "there is no such day" in page.text
        assert page.all("input", name="q", value="ferry")

    def test_a_broken_query_is_read_leniently(self, client: FlaskClient) -> None:
        get(client, "/?q=%22ferry+AND+(")

    def test_it_is_offered_to_browsers_and_feed_readers(self, client: FlaskClient) -> None:
        page = get(client, "/?q=ferry")
        assert page.all("link", rel="alternate", href="/feed.atom?q=ferry")
        assert page.all("link", rel="search", href="/opensearch.xml")
        root = ET.fromstring(client.get("/opensearch.xml").text)
        templates = [e.get("template") for e in root.iter() if e.get("template")]
        assert "http://localhost/?q={searchTerms}" in templates


class TestOtherStates:
    def test_an_empty_archive_says_how_to_begin(
        self, serve: Callable[[Config], FlaskClient], tmp_path: Path
    ) -> None:
        client = serve(Config(tmp_path))
        assert "newsarchive sources add" in get(client, "/").text
        assert client.get("/api/search").get_json()["total"] == 0
        assert client.get("/healthz").get_json() == {"status": "ok", "articles": 0, "documents": None}
        assert client.get("/feed.atom").status_code == 200
        assert "There is no source yet" in get(client, "/sources").text

    def test_without_an_index_it_says_how_to_build_one(
        self, serve: Callable[[Config], FlaskClient], desk: Any
    ) -> None:
        article = desk.file("Alone", "Text.")
        client = serve(desk.config)
        assert "newsarchive rebuild" in get(client, "/?q=x", 503).text
        assert client.get("/api/search").status_code == 503
        assert "error" in client.get("/api/search").get_json()
        assert "Alone" in get(client, f"/article/{article}?q=text").text

    def test_with_a_damaged_index_the_articles_can_still_be_read(
        self, serve: Callable[[Config], FlaskClient], desk: Any
    ) -> None:
        article = desk.file("Alone", "Text.")
        desk.index()
        for path in desk.config.index_dir.rglob("*"):
            if path.is_file():
                path.write_bytes(b"garbage")
        client = serve(desk.config)
        assert "newsarchive rebuild" in get(client, "/?q=text", 503).text
        assert client.get("/feed.atom").status_code == 503
        assert client.get("/healthz").get_json()["documents"] is None
        assert "Alone" in get(client, f"/article/{article}?q=text").text

    @pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
    def test_on_loopback_our_own_names_are_answered(self, client: FlaskClient, host: str) -> None:
        assert client.get("/healthz", headers={"Host": host}).status_code == 200

    def test_on_loopback_a_foreign_name_is_not(self, client: FlaskClient) -> None:
        assert client.get("/healthz", headers={"Host": "evil.test:8080"}).status_code == 400

    def test_who_listens_on_all_addresses_serves_under_any_name(
        self, serve: Callable[[Config], FlaskClient], newsroom: Any
    ) -> None:
        client = serve(Config(newsroom.config.home, serve=ServeConfig(host="0.0.0.0")))
        assert client.get("/healthz", headers={"Host": "news.example.org"}).status_code == 200

    def test_a_fault_is_told_without_its_details(
        self, serve: Callable[[Config], FlaskClient], desk: Any
    ) -> None:
        client = serve(desk.config)
        with closing(sqlite3.connect(desk.config.home / "archive.db")) as database:
            database.execute("DROP TABLE failure")
        page = get(client, "/sources", 503)
        assert "The archive cannot be read" in page.text
        assert "archive.db" not in page.text
        assert client.get("/sources").headers["Content-Security-Policy"]

    def test_a_bug_is_a_page_of_the_design_too(
        self, serve: Callable[[Config], FlaskClient], desk: Any
    ) -> None:
        client = serve(desk.config)
        client.application.add_url_rule("/bug", view_func=lambda: 1 / 0)
        page = get(client, "/bug", 500)
        assert "Something broke" in page.text
        assert "division" not in page.text
        assert client.get("/bug").headers["Content-Security-Policy"]


class TestArticle:
    def test_text_byline_and_where_the_date_came_from(self, client: FlaskClient, ids: dict[str, int]) -> None:
        page = get(client, f"/article/{ids['ferry']}")
        assert "<p>The ferry sails on Wednesday.</p>" in page.text
        assert "1 May 2024, 00:30 UTC+09:00" in page.text
        assert "structured data" in page.text
        assert "http://elsewhere.test/boat.jpg" in page.text
        assert "2026/11/a.warc.gz" in page.text

    def test_matches_are_numbered_and_linked(self, client: FlaskClient, ids: dict[str, int]) -> None:
        page = get(client, f"/article/{ids['ferry']}?q=ferry")
        assert [a["id"] for a in page.all("mark") if "id" in a] == ["match-1", "match-2"]
        assert page.all("a", href="#match-2", **{"aria-label": "Next match"})
        assert "2 matches" in page.text
        assert page.all("a", href="/?q=ferry")

    def test_an_older_revision_says_that_it_is_old(self, client: FlaskClient, ids: dict[str, int]) -> None:
        page = get(client, f"/article/{ids['ferry']}?revision=1")
        assert "sails on Tuesday" in page.text
        assert "version 1 of 2" in page.text

    def test_the_diff_shows_words(self, client: FlaskClient, ids: dict[str, int]) -> None:
        text = get(client, f"/article/{ids['ferry']}/diff?from=1&to=2").text
        assert "<del>Tuesday</del><ins>Wednesday</ins>" in text
        assert "<ins> of the ferry</ins>" in text
        assert 'id="change-2"' in text
        assert "<del>Wednesday</del>" in get(client, f"/article/{ids['ferry']}/diff?from=2&to=1").text

    def test_a_gone_article_is_still_readable(self, client: FlaskClient, ids: dict[str, int]) -> None:
        page = get(client, f"/article/{ids['undated']}")
        assert "Gone from the web" in page.text
        assert "Somebody wrote" in page.text
        assert "the page gives no date" in page.text

    def test_a_page_that_could_not_be_read_says_so(self, client: FlaskClient, ids: dict[str, int]) -> None:
        assert "could not be read: it took too long" in get(client, f"/article/{ids['unread']}").text
        assert "could not be read" not in get(client, f"/article/{ids['ferry']}").text
        assert client.get(f"/api/articles/{ids['unread']}").get_json()["unread"] == "parse-timeout"
        assert client.get(f"/api/articles/{ids['ferry']}").get_json()["unread"] is None

    @pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 26, "１", "-1", "1.5", "x", "1%00"])
    def test_what_is_no_id_is_no_page(self, client: FlaskClient, number: str) -> None:
        get(client, f"/article/{number}", 404)
        assert client.get(f"/api/articles/{number}").status_code == 404

    @pytest.mark.parametrize("number", ["0", "3", "9" * 26, "１", "x"])
    def test_what_is_no_revision_is_no_page(
        self, client: FlaskClient, ids: dict[str, int], number: str
    ) -> None:
        get(client, f"/article/{ids['ferry']}?revision={number}", 404)
        get(client, f"/article/{ids['ferry']}/diff?from={number}", 404)


class Newsstand:
    """An archive of several sources, filled as crawls at other times would have."""

    def __init__(self, home: Path) -> None:
        self.config = Config(home)
        self.store = Store(self.config.database_url)

    def add(
        self, name: str, *, until: datetime | None = None, error: str | None = None, **options: Any
    ) -> int:
        """A source that brought five articles a day for 28 days until then, last crawled NOW."""
        url = f"https://{name.lower()}.test/"
        added, every = NOW - 90 * DAY, timedelta(minutes=30)
        with self.store.transaction() as tx:
            source = tx.add_source(name=name, url=url, interval=every, now=added, **options)
            for number in range(140 if until else 0):
                at = until - (139 - number) * DAY / 5  # type: ignore[operator]
                article = tx.add_article(source, f"{url}{number}", at)
                place = RecordPlace("2026/11/b.warc.gz", article, 1)
                kept = Capture(0, url, at, 200, "text/html", "sha256:ab", place, f"urn:{article}")
                said = {"article_id": article, "number": 1, "captured_at": at, "title": "A title", "text": ""}
                seen = {"capture_id": tx.add_capture(kept), "content_digest": str(article)}
                tx.add_revision(Revision(**(UNSAID | said | seen)), str(article))
            if error:
                tx.crawled(source, at=NOW - 2 * DAY, due_at=NOW, error=None)
                tx.add_failure(source, url, at=NOW - DAY, cause="http-503", message=error)
                tx.add_failure(source, f"{url}x", at=NOW - DAY, cause="robots", message="It is forbidden.")
            tx.crawled(source, at=NOW, due_at=NOW + HOUR, error=f"{url}: {error}" if error else None)
        return source


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Newsstand]:
    stand = Newsstand(tmp_path)
    yield stand
    stand.store.close()


def names(page: Page) -> list[str]:
    """The sources of a page from top to bottom, by their links."""
    return [a["href"] or "" for a in page.all("a") if re.fullmatch(r"/sources/\d+", a["href"] or "")]


def entries(client: FlaskClient, url: str = "/sources.atom") -> list[tuple[str, str]]:
    feed = feedparser.parse(client.get(url).data)
    assert not feed.bozo
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    return [(entry.title, entry.id) for entry in feed.entries]


class TestSources:
    def test_those_in_trouble_stand_on_top_with_their_trouble(self, stand: Newsstand, serve: Serve) -> None:
        well = stand.add("Anchor", until=NOW)
        silent = stand.add("Beacon", until=NOW - 6 * DAY)
        failing = stand.add("Courier", until=NOW - 2 * DAY, error="The server answered 503.")
        page = get(serve(stand.config), "/sources")
        assert names(page) == [f"/sources/{number}" for number in (failing, silent, well)]
        assert "Nothing new since 17 November 2026, 12:00 UTC; usually 5 a day." in page.text
        assert "https://courier.test/: The server answered 503." in page.text
        assert "1 <code>http-503</code>" in page.text
        pictures = [a["aria-label"] for a in page.all("svg", role="img")]
        assert len(pictures) == 3
        assert pictures[1] == "0 to 5 articles a day in 28 days, none in the last 6"

    def test_they_can_be_chosen_by_collection_state_and_name(self, stand: Newsstand, serve: Serve) -> None:
        here = stand.add("Anchor", until=NOW, collections=("Harbour", "Local & more"))
        away = stand.add("Beacon", until=NOW - 6 * DAY, collections=("Harbour",))
        none = stand.add("Courier")
        client = serve(stand.config)
        for query, found in {
            "collection=Harbour": [away, here],
            "collection=Local+%26+more": [here],
            "collection=Harbour&state=silent": [away],
            "collection=Nothing": [],
            "state=well": [here, none],
            "state=<b>": [],
            "name=CHO": [here],
            "collection=&state=&name=": [away, here, none],
        }.items():
            page = get(client, f"/sources?{query}")
            assert names(page) == [f"/sources/{number}" for number in found], query
        page = get(client, "/sources?collection=Local+%26+more")
        assert page.all("link", rel="alternate", href="/sources.atom?collection=Local+%26+more")
        assert page.all("a", href="/sources?collection=Local+%26+more&state=well")
        assert "selected" in next(a for t, a in page.tags if t == "option" and "selected" in a)

    def test_many_are_shown_in_pages(self, stand: Newsstand, serve: Serve) -> None:
        with stand.store.transaction() as tx:
            for number in range(PAGE_SIZE + 5):
                tx.add_source(name=f"P{number:03}", url=f"https://p{number}.test/", interval=HOUR, now=NOW)
        client = serve(stand.config)
        first = get(client, "/sources")
        assert (len(names(first)), "105 waiting" in first.text) == (PAGE_SIZE, True)
        assert first.all("a", rel="next", href="/sources?page=2")
        for number in ("2", "3", "999999999"):
            assert len(names(get(client, f"/sources?page={number}"))) == 5
        for number in ("0", "-1", "x", "²", "", "9" * 30):
            assert names(get(client, f"/sources?page={number}")) == names(first)

    def test_one_in_full(self, stand: Newsstand, serve: Serve) -> None:
        rules = Rules(title="h1.big", exclude=("/live/*", f"*{SCRIPT}*"))
        number = stand.add("Courier", until=NOW, error="It broke.", rules=rules, collections=("Harbour",))
        page = get(serve(stand.config), f"/sources/{number}")
        for told in ("h1.big", "/live/*", "http-503", "It broke.", "refused by robots.txt", "2 days ago"):
            assert told in page.text, told
        assert SCRIPT not in page.text
        assert page.all("a", href="/?source=Courier")
        assert page.all("a", href="/sources?collection=Harbour")
        assert "https://courier.test/</span>" in page.text
        assert len(page.all("rect", **{"class": "column"})) == 28

    @pytest.mark.parametrize("number", ["0", "2", "9" * 18, "9" * 26, "１", "-1", "x"])
    def test_what_is_no_source_is_no_page(self, stand: Newsstand, serve: Serve, number: str) -> None:
        stand.add("Courier")
        get(serve(stand.config), f"/sources/{number}", 404)

    def test_what_they_are_called_and_what_they_say_is_text(self, stand: Newsstand, serve: Serve) -> None:
        hostile = f"Bad{SCRIPT}\x0b"
        stand.add("Courier", error=SCRIPT)
        with stand.store.transaction() as tx:
            tx.add_source(
                name=hostile, url="https://bad.test/", interval=HOUR, now=NOW, collections=(SCRIPT,)
            )
            tx.crawled(2, at=NOW, due_at=NOW, error=SCRIPT)
        client = serve(stand.config)
        for url in ("/sources", "/sources/2", "/sources/1", "/sources.atom", f"/sources?name={SCRIPT}"):
            answer = client.get(url)
            assert answer.status_code == 200
            assert SCRIPT.encode() not in answer.data
        assert len(entries(client)) == 2


class TestEvents:
    def test_trouble_is_an_entry_and_so_is_its_end(self, stand: Newsstand, serve: Serve) -> None:
        client = serve(stand.config)
        assert entries(client) == []
        stand.add("Anchor", until=NOW)
        stand.add("Beacon", until=NOW - 6 * DAY)
        failing = stand.add("Courier", until=NOW, error="The server answered 503.")
        troubles = entries(client)
        assert [title for title, _ in troubles] == ["Courier is failing", "Beacon went silent"]
        assert entries(client) == troubles
        with stand.store.transaction() as tx:
            tx.crawled(failing, at=NOW, due_at=NOW, error=None)
        ended = entries(client)
        assert [title for title, _ in ended] == ["Courier is well again", "Beacon went silent"]
        assert ended[1] == troubles[1]
        assert ended[0][1] not in dict(troubles).values()

    def test_a_feed_of_a_collection_has_its_sources_only(self, stand: Newsstand, serve: Serve) -> None:
        stand.add("Beacon", until=NOW - 6 * DAY, collections=("Harbour",))
        stand.add("Courier", until=NOW, error="No.")
        client = serve(stand.config)
        assert [title for title, _ in entries(client, "/sources.atom?collection=Harbour")] == [
            "Beacon went silent"
        ]
        feeds = [
            ET.fromstring(client.get(f"/sources.atom{query}").data) for query in ("", "?collection=Harbour")
        ]
        atom = "{http://www.w3.org/2005/Atom}"
        assert len({root.findtext(f"{atom}id") for root in feeds}) == 2
        for element in (feeds[0], *feeds[0].iter(f"{atom}entry")):
            assert all(
                element.find(f"{atom}{part}") is not None for part in ("id", "title", "updated", "link")
            )

    def test_a_reader_that_asks_again_is_told_that_nothing_changed(
        self, stand: Newsstand, serve: Serve
    ) -> None:
        stand.add("Beacon", until=NOW - 6 * DAY)
        client = serve(stand.config)
        first = client.get("/sources.atom")
        assert first.mimetype == "application/atom+xml"
        again = client.get("/sources.atom", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_ids_stay_when_the_archive_moves(self, stand: Newsstand, serve: Serve) -> None:
        stand.add("Beacon", until=NOW - 6 * DAY)
        client = serve(stand.config)
        here, there = (
            feedparser.parse(client.get("/sources.atom", base_url=f"http://{host}/").data)
            for host in ("localhost", "127.0.0.1:9")
        )
        assert (here.feed.id, here.entries[0].id) == (there.feed.id, there.entries[0].id)
        assert here.entries[0].link == "http://localhost/sources/1"


def test_what_may_be_asked_instead_is_counted_for_a_short_time_only(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = "/?q=ferry&year=1999"
    assert "Remove “" in client.get(nothing).text
    monkeypatch.setattr("newsarchive.views.search._COUNTING_SECONDS", -1.0)
    assert "Remove “" not in client.get(nothing).text
