"""`newsarchive extract`: one page, from a file, standard input or the web; what is read, and why."""

from __future__ import annotations

import gzip
import io
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.model import Rules
from archive.store import Store
from newsarchive.demo.oddities import PRIVATE_PATH

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
Run = Callable[..., Any]

PAGE = """<html lang="en"><head><meta charset="windows-1252"><title>Café opens – Courier</title>
<link rel="canonical" href="https://courier.example/2025/04/01/cafe">
<meta property="og:title" content="Café opens"><meta property="og:site_name" content="Courier">
<meta property="article:published_time" content="2025-04-01T09:00:00+01:00">
<meta property="article:content_tier" content="locked"></head>
<body><article><h1>Café opens at the mill</h1><p>By Ruth Calder</p>
<p>The café beside the mill opened on Tuesday, and the first guest was the miller himself, who had waited since six.</p>
<p>Share this article</p>
<p>Nobody had expected the queue, which went around the pond and up to the weir, said the owner, and then it rained.</p>
</article></body></html>""".encode("cp1252")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    return path


def test_a_file_is_read_with_the_address_that_it_claims(newsarchive: Run, file: Path) -> None:
    ran = newsarchive("extract", file, "--json")
    told = ran.json
    assert (ran.code, told["status"], told["kind"], told["free"]) == (0, "article", "article", False)
    assert (told["title"], told["authors"]) == ("Café opens at the mill", ["Ruth Calder"])
    assert told["url"] == told["canonical_url"] == "https://courier.example/2025/04/01/cafe"
    assert told["published"] == "2025-04-01T09:00:00+01:00"
    assert [one["text"][:8] for one in told["paragraphs"]] == ["The café", "Nobody h"]
    assert "evidence" not in told


def test_what_is_printed_reads_like_the_article(newsarchive: Run, file: Path) -> None:
    ran = newsarchive("extract", file, "--url", "https://courier.example/x")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Café opens at the mill"
    assert lines[1].startswith("By Ruth Calder · 1 April 2025, 09:00 UTC+01:00")
    assert "for subscribers" in ran.out
    assert "https://courier.example/x" in lines


def test_every_candidate_is_explained(newsarchive: Run, file: Path) -> None:
    ran = newsarchive("extract", file, "--explain")
    for words in ("✓", "≠", "meta og:title", "title element", "Share this article", "left out:", "90%"):
        assert words in ran.out
    told = newsarchive("extract", file, "--explain", "--json").json["evidence"]
    assert {"title", "authors", "published", "dropped"} <= {one["field"] for one in told}
    assert [one["value"] for one in told if one["field"] == "published" and one["chosen"]] == [
        "2025-04-01T09:00:00+01:00"
    ]


def test_what_a_terminal_might_obey_is_shown_not_obeyed(newsarchive: Run, file: Path) -> None:
    file.write_bytes(
        PAGE.replace(b"Share this article", "\x9b31mThe miller left\u202e early".encode("utf-8"))
    )
    for options in ([], ["--explain"]):
        printed = newsarchive("extract", file, *options).out
        assert "\x9b" not in printed
        assert "\u202e" not in printed


def test_a_packed_file_and_standard_input(
    newsarchive: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "page.html.gz"
    packed.write_bytes(gzip.compress(PAGE))
    assert newsarchive("extract", packed, "--json").json["title"] == "Café opens at the mill"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(PAGE)))
    told = newsarchive("extract", "-", "--url", "https://courier.example/here", "--json").json
    assert (told["title"], told["url"]) == ("Café opens at the mill", "https://courier.example/here")


def test_hostile_12_a_file_that_unpacks_without_end_is_refused(newsarchive: Run, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(40 << 20)))
    ran = newsarchive("extract", bomb)
    assert (ran.code, ran.out) == (1, "")
    assert "more than 20 MiB" in ran.err


def test_the_rules_of_a_source_can_be_tried(newsarchive: Run, file: Path, store: Store, at: Any) -> None:
    with store.transaction() as tx:
        source = tx.add_source(name="courier", url="https://courier.example/", interval=at - at, now=at)
        tx.change_source(source, rules=Rules(title="p + p"))
    told = newsarchive("extract", file, "--source", "courier", "--json").json
    assert told["title"].startswith("The café beside")
    unknown = newsarchive("extract", file, "--source", "nobody")
    assert (unknown.code, unknown.out) == (2, "")


def test_a_url_is_fetched_with_permission_and_nothing_is_kept(
    newsarchive: Run, site: Any, config: Any
) -> None:
    site.pages |= {"/old": ("/new", 301), "/new": tools.article("The long bridge")}
    told = newsarchive("extract", f"{site.url}/new", "--json")
    assert (told.code, told.json["title"]) == (0, "The long bridge")
    assert told.json["url"] == f"{site.url}/new"
    assert site.asked == ["/robots.txt", "/new"]
    assert not config.home.exists()


def test_a_url_that_cannot_be_had_is_one_sentence(newsarchive: Run, site: Any) -> None:
    ran = newsarchive("extract", f"{site.url}/nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert "answered 404" in ran.err


def test_what_robots_txt_forbids_is_not_asked_for(newsarchive: Run, paper: Any) -> None:
    ran = newsarchive("extract", f"{paper.url}{PRIVATE_PATH[1:]}")
    assert (ran.code, ran.out) == (1, "")
    assert "does not allow" in ran.err
    assert [request.path for request in paper.requests] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.html"], "There is no file nowhere.html"),
        (["."], "is a folder"),
        (["https://u:p@a.example/"], "user name or password"),
        (["http://a.example/", "--url", "http://a.example/"], "--url says"),
    ],
)
def test_wrong_usage_is_one_sentence(newsarchive: Run, arguments: list[str], words: str) -> None:
    ran = newsarchive("extract", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_what_is_no_article_ends_with_1(newsarchive: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(b"")
    ran = newsarchive("extract", path)
    assert ran.code == 1
    assert "No text could be read" in ran.out
