"""`import` on the command line: JSON lines, lists of addresses, archives of others."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.jsonarticle import NotAnArticleLine, extract_line, moment
from archive.model import Article
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.paper import stories
from newsarchive.demo.server import DemoServer

Run = Callable[..., Any]
LINE: dict[str, Any] = {
    "id": "7",
    "title": "Ferry returns",
    "authors": ["Ada Lane", "Ada Lane", "Milo Penhallow"],
    "published": "2024-05-01T08:30:00+01:00",
    "body": "The ferry sails on Tuesday.\n\n\nThe harbour master is glad.\r\n\r\nSo are we.",
    "url": "https://paper.test/ferry",
    "source": "The Paper",
    "section": "Harbour",
    "tags": ["ferry"],
    "language": "en-GB",
    "topics": ["left alone"],
}
BARE = {"id": 1, "title": "Cocoa review", "published": "1987-02-26", "body": "Showers continued."}


def lines(path: Path, *told: object) -> Path:
    """A file of these objects, one on each line; a text is a line as it is."""
    texts = [text if isinstance(text, str) else json.dumps(text) for text in told]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def articles(config: Config) -> list[Article]:
    """All articles of an archive."""
    with Store(config.database_url) as store:
        return list(store.articles_after(0))


def test_a_line_becomes_an_article_and_a_record_of_its_own(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    path = lines(tmp_path / "a.jsonl", LINE)
    ran = newsarchive("import", "jsonl", "--json", path)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["records"], told["captures"], told["new"], told["complete"]) == (1, 1, 1, True)
    (article,) = articles(config)
    latest = article.latest
    assert (article.url, article.source) == ("https://paper.test/ferry", "The Paper")
    assert (latest.title, latest.authors) == ("Ferry returns", ("Ada Lane", "Milo Penhallow"))
    assert latest.text == "The ferry sails on Tuesday.\n\nThe harbour master is glad.\n\nSo are we."
    assert (latest.published, latest.published_from) == (datetime.fromisoformat(LINE["published"]), "file")
    assert (latest.section, latest.tags, latest.language) == ("Harbour", ("ferry",), "en")
    assert json.loads(newsarchive("show", "1", "--json").out)["title"] == "Ferry returns"
    assert "1 found" in newsarchive("search", "harbour master").out
    assert newsarchive("verify").code == 0


def test_a_line_without_an_address_is_known_by_its_id_within_its_source(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    path = lines(tmp_path / "a.jsonl", BARE, BARE | {"id": 2, "title": "Rubber"})
    assert newsarchive("import", "jsonl", "--source", "Wire", path).code == 0
    found = articles(config)
    assert [article.url for article in found] == ["urn:newsarchive:Wire:1", "urn:newsarchive:Wire:2"]
    assert found[0].latest.published_day_only
    with Store(config.database_url) as store:
        (source,) = store.sources()
    assert (source.name, source.paused, source.collections) == ("Wire", True, ("imported",))
    ran = newsarchive("import", "jsonl", "--source", "Other", "--json", path)
    assert json.loads(ran.out)["new"] == 2


def test_a_line_that_is_known_is_a_version_if_it_says_something_else(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    first = lines(tmp_path / "a.jsonl", LINE, BARE)
    second = lines(
        tmp_path / "b.jsonl", LINE, BARE | {"title": "Cocoa review, corrected"}, BARE | {"tags": ["x"]}
    )
    newsarchive("import", "jsonl", "--source", "Wire", first)
    told = json.loads(newsarchive("import", "jsonl", "--source", "Wire", "--json", second).out)
    assert (told["known"], told["unchanged"], told["revised"], told["captures"]) == (1, 1, 2, 2)
    assert [article.latest.number for article in articles(config)] == [1, 3]


def test_the_same_file_is_not_read_twice_and_a_gzipped_one_is_the_same(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    path = lines(tmp_path / "a.jsonl", BARE)
    newsarchive("import", "jsonl", "--source", "Wire", path)
    assert json.loads(newsarchive("import", "jsonl", "--source", "Wire", "--json", path).out)["records"] == 0
    zipped = tmp_path / "a.jsonl.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    told = json.loads(newsarchive("import", "jsonl", "--source", "Wire", "--json", zipped).out)
    assert (told["records"], told["known"]) == (1, 1)
    assert len(articles(config)) == 1


def test_lines_that_are_stopped_go_on_where_they_were(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.importing.lines.BATCH", 20)
    path = lines(tmp_path / "a.jsonl", *(BARE | {"id": number} for number in range(45)))
    looks = iter([False, True])
    report = jobs.import_lines(config, [path], source="Wire", stopped=lambda: next(looks, True))
    assert (report.complete, report.counts["new"]) == (False, 20)
    report = jobs.import_lines(config, [path], source="Wire")
    assert (report.complete, report.counts["records"], report.counts["new"]) == (True, 25, 25)
    assert len(articles(config)) == 45


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "It is no JSON"),
        ("[]", "It is no JSON object"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": 1, "source": "A"}', "neither a title nor a body"),
        ('{"title": "A", "source": "A"}', "neither an id nor an address"),
        ('{"title": "A", "id": 1}', "It says no source; name one with --source"),
        ('{"title": "\\ud800", "id": 1, "source": "A"}', "neither a title nor a body"),
        (b"\xff\xfe".decode("latin-1"), "It is no JSON"),
    ],
)
def test_hostile_import_a_line_that_is_no_article_is_told_and_the_rest_goes_on(
    newsarchive: Run, config: Config, tmp_path: Path, line: str, said: str
) -> None:
    path = lines(tmp_path / "a.jsonl", LINE, line, BARE | {"source": "Wire"})
    ran = newsarchive("import", "jsonl", "--json", path)
    assert ran.code == 1
    (problem,) = json.loads(ran.out)["problems"]
    assert said in problem["message"]
    assert problem["where"] == "line 2"
    assert len(articles(config)) == 2


def test_hostile_import_odd_values_are_nothing(newsarchive: Run, config: Config, tmp_path: Path) -> None:
    odd = {
        "id": True,
        "url": "javascript:alert(1)",
        "source": {"a": 1},
        "authors": {"name": "x"},
        "published": "0001-01-01T00:00:00+14:00",
        "captured_at": "2999-01-01",
        "tags": [1, None, "a", ["b"]],
        "language": "<b>",
        "revisions": [7, {}, {"title": 3}],
    }
    url = "https://paper.test/odd"
    path = lines(tmp_path / "a.jsonl", LINE | odd, LINE | odd | {"url": url})
    ran = newsarchive("import", "jsonl", "--json", path)
    assert json.loads(ran.out)["failed"] == 1
    (article,) = articles(config)
    latest = article.latest
    assert (article.url, latest.authors, latest.published, latest.tags) == (url, (), None, ("a",))
    assert (latest.language, latest.published_from) == ("", "none")
    assert latest.captured_at <= datetime.now(UTC)


def test_hostile_import_a_damaged_gzip_gives_its_beginning(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    rng = random.Random(5)
    told = (BARE | {"id": number, "body": rng.randbytes(400).hex()} for number in range(300))
    path = tmp_path / "a.jsonl.gz"
    data = gzip.compress("".join(json.dumps(line) + "\n" for line in told).encode())
    path.write_bytes(data[: len(data) // 2])
    ran = newsarchive("import", "jsonl", "--source", "Wire", "--json", path)
    assert ran.code == 1
    assert [problem["code"] for problem in json.loads(ran.out)["problems"]] == ["damaged"]
    assert 100 < len(articles(config)) < 200


def test_what_is_exported_is_imported_again(
    newsarchive: Run, config: Config, tmp_path: Path, newsroom: Any
) -> None:
    exported = tmp_path / "all.jsonl"
    assert (
        newsarchive("--home", newsroom.config.home, "export", "jsonl", "--revisions", "-o", exported).code
        == 0
    )
    assert newsarchive("import", "jsonl", exported).code in (0, 1)
    with Store(newsroom.config.database_url) as store:
        before = {article.url: article for article in store.articles_after(0)}
    after = {article.url: article for article in articles(config)}
    said = ("title", "authors", "published", "published_day_only", "section", "tags")
    assert len(after) >= 30
    assert after.keys() - before.keys() == {"urn:newsarchive:The%20Paper:5"}  # its address was a script
    for url in after.keys() & before.keys():
        article, known = after[url], before[url]
        assert [getattr(article.latest, name) for name in said] == [
            getattr(known.latest, name) for name in said
        ]
        assert (article.latest.number, article.latest.captured_at) == (
            known.latest.number,
            known.latest.captured_at,
        )
        assert article.first_seen == known.first_seen


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The demo newspaper, crawled in two editions."""
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("crawled"), crawl=crawl)
    with DemoServer(slow_seconds=0.0) as paper:
        with Store(config.database_url) as store, store.transaction() as tx:
            tx.add_source(name="paper", url=paper.url, interval=timedelta(hours=1), now=jobs.now())
        for edition in (1, 2):
            paper.edition = edition
            assert jobs.crawl_once(config, force=True).complete
    return config


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_records_that_are_exported_give_equal_articles(
    newsarchive: Run, config: Config, crawled: Config, tmp_path: Path, form: str
) -> None:
    """What only a feed had told of an article comes along, too."""
    exported = tmp_path / f"all.{form}"
    assert newsarchive("--home", crawled.home, "export", form, "-o", exported).code == 0
    ran = newsarchive("import", "warc", "--json", exported)
    assert ran.code == 0, ran.out
    before, after = _told(crawled), _told(config)
    assert len(before) > 10
    assert after == before
    assert newsarchive("verify").code == 0


def _told(config: Config) -> dict[str, Any]:
    """What an archive says of its articles, by their addresses; but where it comes from, because what a source had
    taught by then depends on the order in which its pages were read."""
    left_out = {"article_id", "capture_id", "extractor", "evidence"}
    with Store(config.database_url) as store:
        return {
            article.url: [
                {name: value for name, value in asdict(version).items() if name not in left_out}
                for version in store.revisions(article.id)
            ]
            for article in store.articles_after(0)
        }


def test_a_line_tells_since_when_an_article_is_known_and_that_it_is_gone(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    told = {
        "first_seen": "2020-01-01T00:00:00Z",
        "last_seen": "2021-01-01T00:00:00Z",
        "gone": "2022-01-01T00:00:00Z",
    }
    line = LINE | told | {"captured_at": "2020-06-01T00:00:00Z"}
    assert newsarchive("import", "jsonl", lines(tmp_path / "a.jsonl", line)).code == 0
    (article,) = articles(config)
    assert (article.first_seen.year, article.last_seen.year) == (2020, 2021)
    assert article.gone_at is not None
    assert article.gone_at.year == 2022
    assert article.latest.captured_at.month == 6


def test_reading_anew_leaves_lines_as_they_are(newsarchive: Run, config: Config, tmp_path: Path) -> None:
    newsarchive("import", "jsonl", "--source", "Wire", lines(tmp_path / "a.jsonl", LINE, BARE))
    ran = newsarchive("reextract", "--force", "--json")
    assert ran.code == 0, ran.out
    assert json.loads(ran.out)["unchanged"] == 2


@given(
    st.dictionaries(st.sampled_from(list(LINE)), st.none() | st.text() | st.integers() | st.lists(st.text()))
)
def test_any_object_is_an_article_or_is_refused(told: dict[str, Any]) -> None:
    try:
        found = extract_line(json.dumps(told).encode())
    except NotAnArticleLine:
        return
    assert found.title or found.text


@pytest.mark.parametrize(
    ("text", "day_only"),
    [("2024-05-01", True), ("2024-05-01T10:00:00", False), ("2024-05-01T10:00:00Z", False)],
)
def test_moments_are_days_or_instants(text: str, day_only: bool) -> None:
    found, day = moment(text)
    assert found is not None
    assert found.tzinfo is not None
    assert day is day_only


def test_a_list_of_addresses_is_archived_now(
    newsarchive: Run, config: Config, paper: DemoServer, tmp_path: Path
) -> None:
    known = [f"{paper.url.rstrip('/')}{story.path}" for story in stories(1)[:2]]
    listed = tmp_path / "urls.txt"
    listed.write_text("# ours\n\n" + "\n".join([*known, known[0], "no address"]) + "\n")
    ran = newsarchive("import", "urls", listed)
    assert ran.code == 1
    assert "line 6" in ran.err
    assert sorted(article.url for article in articles(config)) == sorted(known)
    missing = newsarchive("import", "urls", tmp_path / "nothing")
    assert (missing.code, missing.err.count("\n")) == (2, 1)


def test_a_list_that_was_stopped_goes_on(config: Config, paper: DemoServer, site: Any) -> None:
    urls = [f"{paper.url}{path}" for path in ("robots.txt", "feed.xml")]
    data = "\n".join(urls).encode()

    def stop_at_once(stop: Callable[[], None]) -> None:
        stop()

    first = jobs.import_urls(config, data, stopper=stop_at_once)
    assert not first.report.complete
    with Store(config.database_url) as store, store.transaction() as tx:
        visit = store.visit(1, f"https{urls[0].removeprefix('http')}")
        assert visit is not None
        tx.visited(visit, at=jobs.now(), due_at=None, status=200)
    second = jobs.import_urls(config, data)
    assert (second.report.complete, second.skipped) == (True, 1)
    assert jobs.import_urls(config, data).skipped == 0


@pytest.fixture
def imported(newsarchive: Run, config: Config, crawled: Config, tmp_path: Path) -> Config:
    """An archive of which everything was imported: pages, lines, lists of links."""
    newsarchive("import", "jsonl", "--source", "Wire", lines(tmp_path / "a.jsonl", LINE, BARE))
    assert newsarchive("import", "warc", crawled.home).code == 0
    return config


def test_a_deleted_database_comes_back_with_what_was_imported(newsarchive: Run, imported: Config) -> None:
    before = _told(imported)
    assert len(before) > 5
    (imported.home / "archive.db").unlink()
    ran = newsarchive("recover")
    assert ran.code == 0, ran.err
    assert _told(imported) == before
    assert newsarchive("verify").code == 0


def test_what_was_not_read_yet_is_read_after_the_database_was_lost(
    newsarchive: Run, config: Config, imported: Config, tmp_path: Path
) -> None:
    before, other = _told(imported), tmp_path / "second"
    path = tmp_path / "pages.warc.gz"
    assert newsarchive("export", "warc", "-o", path).code == 0
    read: list[str] = []

    def look(_report: Any, step: jobs.ImportStep) -> None:
        if step.doing == "reading":
            read.append(step.what)

    report = jobs.import_warc(Config(other), [path], progress=look, stopped=lambda: bool(read))
    assert not report.complete
    assert report.unread
    (other / "archive.db").unlink()
    assert newsarchive("--home", other, "recover").code == 0
    again = jobs.import_warc(Config(other), [path])
    assert (again.complete, again.counts["captures"]) == (True, 0)
    assert _told(Config(other)).keys() == before.keys()


def test_what_was_removed_by_request_does_not_come_back(
    newsarchive: Run, config: Config, tmp_path: Path
) -> None:
    path = lines(tmp_path / "a.jsonl", LINE)
    again = lines(tmp_path / "b.jsonl", LINE | {"title": "Ferry returns again"})
    newsarchive("import", "jsonl", path)
    assert newsarchive("remove", "1", "--reason", "asked for", "--yes").code == 0
    ran = newsarchive("import", "jsonl", "--json", again)
    assert (ran.json["refused"], ran.json["new"]) == (1, 0)
    assert "Ferry" not in newsarchive("show", "1").out


def test_a_list_of_addresses_is_read_leniently() -> None:
    found, wrong = jobs.read_addresses(
        b"\xef\xbb\xbfhttp://a.test/x\r\n# no\n\n  http://a.test/x#y \nftp://a.test/\n"
    )
    assert found == ["http://a.test/x"]
    assert [number for number, _ in wrong] == [5]
