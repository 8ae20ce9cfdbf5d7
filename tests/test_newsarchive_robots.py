"""`newsarchive robots`: may a URL be fetched, and why."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import Config
from newsarchive.demo.oddities import PRIVATE_PATH
from newsarchive.demo.server import DemoServer

Command = Callable[..., Any]

RULES = "User-agent: newsarchive\nDisallow: /x  # no\nAllow: /x/y\n\nUser-agent: *\nDisallow: /\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "robots.txt"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_a_file_is_judged_without_any_request(newsarchive: Command, rules: Path, config: Config) -> None:
    urls = ["https://a.example/x", "https://a.example/x/y/z", "https://b.example/", "HTTPS://a.example/é?#f"]
    ran = newsarchive("robots", *urls, "--file", rules, "--json")
    assert (ran.code, ran.err) == (0, "")
    answers = ran.json
    assert [answer["url"] for answer in answers] == urls, "as they were given"
    assert [answer["allowed"] for answer in answers] == [False, True, True, True]
    assert [answer["rule"] for answer in answers] == ["Disallow: /x", "Allow: /x/y", None, None]
    assert [answer["line"] for answer in answers] == [2, 3, None, None]
    assert answers[0]["reason"] is None
    assert answers[2]["reason"]
    assert not config.home.exists()


def test_another_crawler_can_be_asked_about(newsarchive: Command, rules: Path) -> None:
    (answer,) = newsarchive(
        "robots", "https://a.example/z", "--file", rules, "--agent", "Other", "--json"
    ).json
    assert (answer["allowed"], answer["rule"]) == (False, "Disallow: /")


def test_the_configured_crawler_is_asked_about(
    newsarchive: Command, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_CRAWL_USER_AGENT", "Mine/2 (+https://b.example)")
    (answer,) = newsarchive("robots", "https://a.example/z", "--file", rules, "--json").json
    assert answer["rule"] == "Disallow: /"


def test_in_words_each_url_has_a_line(newsarchive: Command, rules: Path) -> None:
    ran = newsarchive("robots", "https://a.example/x", "https://a.example/z", "--file", rules)
    first, second = ran.out.splitlines()
    assert first == "forbidden  https://a.example/x  line 2: Disallow: /x"
    assert second.startswith("allowed  https://a.example/z  ")


def test_each_host_is_asked_once_and_nothing_is_written(
    newsarchive: Command, paper: DemoServer, config: Config
) -> None:
    ran = newsarchive("robots", paper.url, f"{paper.url}{PRIVATE_PATH[1:]}", "--json")
    home, private = ran.json
    assert home["allowed"]
    assert not private["allowed"]
    assert private["rule"].startswith("Disallow: /")
    assert [request.path for request in paper.requests] == ["/robots.txt"]
    assert not config.home.exists()


def test_a_host_that_cannot_be_reached_forbids_everything(newsarchive: Command) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    ran = newsarchive("robots", f"http://127.0.0.1:{port}/x", "--json")
    (answer,) = ran.json
    assert ran.code == 0
    assert (answer["allowed"], answer["rule"]) == (False, None)
    assert "No connection" in answer["reason"]


def test_a_private_address_is_not_asked(
    newsarchive: Command, paper: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES", "")
    (answer,) = newsarchive("robots", paper.url, "--json").json
    assert (answer["allowed"], answer["rule"]) == (False, None)
    assert "private" in answer["reason"]
    assert paper.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["ftp://a.example/"],
        ["nonsense"],
        ["http://me:pw@a.example/"],
        ["https://a.example/", "--file", "nowhere"],
        [],
    ],
)
def test_wrong_usage_is_one_sentence(newsarchive: Command, arguments: list[str]) -> None:
    ran = newsarchive("robots", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
