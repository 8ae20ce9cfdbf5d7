"""Exports on the web: the menu of a search, the files behind it, and the citations of an article."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.model import Response
from archive.warc import WarcWriter
from newsarchive.config import ServeConfig
from newsarchive.exports import TEXT_FORMATS
from newsarchive.views import export

Serve = Callable[[Any], FlaskClient]


@pytest.fixture
def all_lent() -> Iterator[None]:
    """As many exports under way as there may be."""
    with ExitStack() as files:
        for _ in range(export._AT_ONCE):
            files.enter_context(export.LentFile())
        yield


@pytest.fixture
def archived_articles(serve: Serve, desk: Any) -> FlaskClient:
    """An archive of one article whose record is there, and of one whose record is not."""
    wall = desk.file("Wall", "The harbour wall.")
    desk.file("Ferry", "It sails.")
    said = b"HTTP/1.1 200 OK\r\n\r\nThe harbour wall."
    page = Response(
        "http://paper.test/wall", 200, (), b"", b"", said, "192.0.2.1", datetime(2026, 5, 1, tzinfo=UTC), 0.1
    )
    capture = WarcWriter(desk.config.warc_dir, software="test").append(page)
    with desk.store.transaction() as tx:
        number = tx.add_capture(capture)
        latest = desk.store.revisions(wall)[-1]
        tx.add_revision(replace(latest, number=2, capture_id=number), "x")
    desk.index()
    return serve(desk.config)


@pytest.mark.parametrize("form", TEXT_FORMATS)
def test_the_menu_of_a_search_leads_to_all_that_it_finds(
    client: FlaskClient, ids: dict[str, int], form: str
) -> None:
    page = client.get("/?q=harbour&author=Ada+Lane&page=1&more=author&size=1").text
    link = html.unescape(re.search(rf'href="(/export\.{form}\?[^"]*)"', page)[1])  # type: ignore[index]
    assert link == f"/export.{form}?q=harbour&author=Ada+Lane"
    answer = client.get(link, buffered=True)
    kind = TEXT_FORMATS[form]
    assert (answer.status_code, answer.mimetype) == (200, kind.media_type)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=newsarchive{kind.suffix}"
    for word in ("ferry", "budget", "wall"):
        assert f"http://localhost/article/{ids[word]}?revision=" in answer.text
    assert answer.text.count("http://localhost/article/") == 3 * (2 if form == "ris" else 1)


def test_everything_is_exported_in_the_order_of_the_page(client: FlaskClient) -> None:
    table = client.get("/export.csv", buffered=True).text
    found = [int(row["id"]) for row in csv.DictReader(table.removeprefix("\ufeff").splitlines())]
    hits = client.get("/api/search?size=100").json
    assert hits is not None
    assert found == [hit["id"] for hit in hits["hits"]]


def test_a_reader_is_told_how_many_are_exported(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<summary>Export these 35 articles</summary>" in client.get("/").text
    assert "<summary>Export this article</summary>" in client.get("/?q=budget").text
    assert "/export." not in client.get("/?q=nothinghasthis").text
    monkeypatch.setattr(export, "MAX_ARTICLES", 34)
    refused = client.get("/export.csv")
    assert refused.status_code == 400
    assert "35 articles, and at most 34 are exported here in this format" in refused.text


def test_a_search_with_more_than_can_be_exported_says_so(
    newsroom: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_ARTICLES", 34)
    page = serve(newsroom.config).get("/").text
    assert "too many for JSON Lines, CSV, BibTeX, RIS, CSL-JSON here" in page
    assert "/export.csv" not in page
    assert "/export.wacz" in page


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_the_records_of_a_search_are_exported_too(
    archived_articles: FlaskClient, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archived_articles.get(f"/export.{form}?q=harbour", buffered=True) as answer:
        assert (answer.status_code, answer.mimetype) == (200, f"application/{form}")
        data = answer.data
    if form == "wacz":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert b"The harbour wall." in package.read("pages/pages.jsonl")
            data = package.read("archive/data.warc.gz")
    assert gzip.decompress(data).count(b"WARC-Type: response") == 1
    monkeypatch.setattr(export, "MAX_RECORDED", 0)
    assert archived_articles.get(f"/export.{form}?q=harbour").status_code == 400


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/export.docx", 404),
        ("/export.csv?since=yesterday", 400),
        ("/article/99999/cite.ris", 404),
        ("/article/1/cite.csv", 404),
        ("/article/1/cite.ris?revision=9", 404),
    ],
)
def test_what_makes_no_sense_is_said_so(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_an_empty_archive_is_exported_as_nothing(serve: Serve, desk: Any) -> None:
    assert json.loads(serve(desk.config).get("/export.csl", buffered=True).text) == []


def test_few_exports_are_made_at_a_time(client: FlaskClient, all_lent: None) -> None:
    refused = client.get("/export.csv")
    assert refused.status_code == 503
    assert "Other exports are under way" in refused.text


@pytest.mark.parametrize("address", ["/export.csv", "/export.csv?since=yesterday", "/export.csl?q=harbour"])
def test_a_place_for_exports_comes_back(client: FlaskClient, address: str) -> None:
    for _ in range(export._AT_ONCE + 1):
        for ask in (client.get, client.head):
            with ask(address) as answer:
                assert answer.status_code in (200, 400)
    with ExitStack() as files:
        for _ in range(export._AT_ONCE):
            files.enter_context(export.LentFile())


# -- citations ---------------------------------------------------------------------------------------


def test_an_article_is_cited_as_the_version_that_is_shown(client: FlaskClient, ids: dict[str, int]) -> None:
    page = html.unescape(client.get(f"/article/{ids['ferry']}?revision=1&q=ferry").text)
    assert "Lane, Ada, and Milo Penhallow. “Ferry returns to the island.” The Paper, May 1, 2024." in page
    assert f"Archived November 23, 2026, at http://localhost/article/{ids['ferry']}?revision=1." in page
    assert f"@misc{{lane2024ferry-{ids['ferry']}v1," in page
    assert "TY  - NEWS\nID  - " in page
    assert '"type": "article-newspaper"' in page
    links = re.findall(r'href="([^"]*/cite\.[^"]*)"', page)
    assert len(links) == 3
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert f"filename=lane2024ferry-{ids['ferry']}v1." in answer.headers["Content-Disposition"]
        assert f"http://localhost/article/{ids['ferry']}?revision=1" in answer.text


def test_a_citation_of_strangers_words_is_text(client: FlaskClient, ids: dict[str, int]) -> None:
    page = client.get(f"/article/{ids['hostile']}").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_readers_get_the_address_of_the_settings(newsroom: Any, serve: Serve) -> None:
    config = replace(newsroom.config, serve=ServeConfig(url="https://archive.example/news/"))
    client = serve(config)
    assert "at https://archive.example/news/article/1?revision=" in html.unescape(
        client.get("/article/1").text
    )
    assert (
        "https://archive.example/news/article/1?revision=" in client.get("/export.jsonl", buffered=True).text
    )


def test_slow_readers_hold_no_thread(newsroom: Any, tmp_path: Path) -> None:
    """Waitress takes the file over and sends it beside its threads."""
    from newsarchive.web import create_app

    app = create_app(newsroom.config)
    wrapped: list[Any] = []

    def wrapper(file: Any, size: int) -> list[bytes]:
        wrapped.append(file)
        return [b""]

    with app.test_client() as client:
        client.get("/export.csv", environ_overrides={"wsgi.file_wrapper": wrapper})
    (file,) = wrapped
    assert isinstance(file, export.LentFile)
    assert file.read().startswith("\ufeffid".encode())
    file.close()
    app.extensions["newsarchive"].close()
