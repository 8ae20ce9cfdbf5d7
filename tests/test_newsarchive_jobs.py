"""Jobs over a real archive and index: what they promise each other when one of them is broken."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any

import pytest

from index.errors import IndexBusy
from index.schema import SCHEMA_VERSION
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.demo import stories
from newsarchive.demo.server import DemoServer

Run = Callable[..., Any]


# Whoosh leaves a file open that it could not read: `gc.collect` has that said inside the test that caused it.
leaks = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


def break_index(config: Config) -> None:
    """Cut the segments of the generation in use in half."""
    generation = (config.index_dir / "CURRENT").read_text().strip()
    for path in (config.index_dir / f"gen-{generation}").glob("*.segment"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def crawled(config: Config, newsarchive: Run, paper: DemoServer) -> Config:
    newsarchive("sources", "add", paper.url, "--name", "Lantern")
    assert newsarchive("crawl", "--json").json["new"] == len(stories(1))
    return config


@leaks
def test_a_broken_index_costs_no_article_and_is_said(
    crawled: Config, newsarchive: Run, paper: DemoServer, caplog: pytest.LogCaptureFixture
) -> None:
    break_index(crawled)
    paper.edition = 2
    with caplog.at_level(logging.WARNING):
        ran = newsarchive("crawl", "--force", "--json")
    assert ran.code == 0
    assert (ran.json["new"], ran.json["revised"]) == (1, 1)
    assert "newsarchive rebuild" in caplog.text

    assert newsarchive("search", "bridge").code == 1
    assert newsarchive("verify").code == 1
    assert newsarchive("rebuild").code == 0
    assert newsarchive("verify").code == 0
    assert newsarchive("search", "lamp mole", "--json").json["total"] >= 1
    gc.collect()


@leaks
def test_verify_repairs_a_broken_index(crawled: Config, newsarchive: Run) -> None:
    break_index(crawled)
    assert newsarchive("verify", "--repair").code == 0
    assert newsarchive("verify").code == 0
    gc.collect()


def test_verify_reads_every_byte_of_the_index(crawled: Config, newsarchive: Run) -> None:
    segment = max(crawled.index_dir.glob("gen-*/*.segment"), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 3] ^= 0x10
    segment.write_bytes(content)
    found = newsarchive("verify", "--json")
    assert (found.code, segment.name in found.out) == (1, True)
    assert newsarchive("verify", "--repair").code == 0
    assert newsarchive("verify").code == 0


def test_an_index_that_is_behind_catches_up(crawled: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_arguments: object, **_settings: object) -> int:
        raise IndexBusy("another process writes")

    with jobs.opened(crawled) as (store, engine):
        with store.transaction() as tx:
            tx.add_change(1, "revised", jobs.now())
        monkeypatch.setattr(type(engine), "apply", busy)
        assert jobs.keep_current(crawled) == 0
        monkeypatch.undo()
    assert jobs.status(crawled)["index"]["behind"] == 1
    assert jobs.keep_current(crawled) == 1
    assert jobs.status(crawled)["index"]["behind"] == 0


def test_an_archive_without_anything_has_a_status_and_is_sound(config: Config) -> None:
    index = {"documents": 0, "generation": 0, "behind": 0}
    counts = dict.fromkeys(
        ("articles", "revisions", "captures", "sources", "silent", "flooding", "failing"), 0
    )
    assert jobs.status(config) == {**counts, "index": index, "health": []}
    assert jobs.verify(config).sound
    assert jobs.next_due(config) is None


def outdate_index(config: Config) -> None:
    """Make the index look like that of an earlier version."""
    for path in config.index_dir.glob("gen-*/state-*.json"):
        path.write_text(
            path.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 1')
        )


def test_an_index_of_another_version_is_made_anew_by_what_writes(
    crawled: Config, newsarchive: Run, caplog: pytest.LogCaptureFixture
) -> None:
    outdate_index(crawled)
    refused = newsarchive("search", "bridge")
    assert refused.code == 1
    assert "another version of newsarchive; `newsarchive rebuild` makes a new one" in refused.err
    with caplog.at_level(logging.WARNING):
        assert newsarchive("crawl").code == 0
    assert "It is made anew now." in caplog.text
    assert newsarchive("search", "bridge").code == 0
    assert newsarchive("verify").code == 0

    outdate_index(crawled)
    assert jobs.keep_current(crawled) == 0  # what the schedule does where nothing is due
    assert newsarchive("status", "--json").json["index"]["documents"] == len(stories(1))


def test_a_page_says_that_the_index_is_of_another_version(
    crawled: Config, serve: Callable[[Config], Any]
) -> None:
    outdate_index(crawled)
    answer = serve(crawled).get("/")
    assert answer.status_code == 503
    assert "was made by another version of newsarchive" in answer.text
    assert "<code>newsarchive rebuild</code>" in answer.text
