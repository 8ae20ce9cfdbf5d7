"""Other archives taken over: what becomes of their records, and of the articles in them."""

from __future__ import annotations

import json
import operator
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest

from archive import care, warc
from archive.foreign import find_files, with_digest
from archive.importing import Copying, ImportReport, Wanted
from archive.keeping import Keeper
from archive.model import Article, Capture
from archive.parsing import Parsers
from archive.store import Store, Transaction
from archive.warc import WarcWriter
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig

DAY = datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)


def page(title: str, text: str = "", *, published: str = "2019-05-01") -> bytes:
    """A page with an article."""
    words = text or f"{title}: the council met on Monday evening and spoke about it at length. " * 4
    data = {"@type": "NewsArticle", "headline": title, "datePublished": published}
    return (
        f'<html lang="en"><head><title>{title}</title><script type="application/ld+json">{json.dumps(data)}</script>'
        f"</head><body><article><h1>{title}</h1><p>{words}</p><p>{words[::-1]}</p></article></body></html>"
    ).encode()


def http(
    body: bytes, *, status: str = "200 OK", media: str = "text/html; charset=utf-8", head: str = ""
) -> bytes:
    """A response as a server sends it."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{head}\r\n".encode() + body


class File:
    """A WARC file of another program, record by record."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.write_bytes(b"")
        self._count = 0

    def add(self, url: str, block: bytes, at: datetime = DAY, **fields: str) -> str:
        """A record, a response unless it is said otherwise; returns its id."""
        self._count += 1
        named = {
            "WARC-Type": "response",
            "WARC-Record-ID": f"<urn:test:{self.path.name}:{self._count}>",
            "WARC-Target-URI": url,
            "WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "Content-Type": "application/http; msgtype=response",
            "Content-Length": str(len(block)),
        } | {name.replace("_", "-"): value for name, value in fields.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
        packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        record = b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
        with self.path.open("ab") as file:
            file.write(packer.compress(record) + packer.flush())
        return named["WARC-Record-ID"]


class Home:
    """An archive, and what is in it."""

    def __init__(self, path: Path) -> None:
        self.config = Config(path, crawl=CrawlConfig(parsers=1))

    def take(self, *paths: Path, **options: Any) -> ImportReport:
        """Import these files."""
        return jobs.import_warc(self.config, paths, **options)

    def articles(self) -> list[Article]:
        """All articles, in the order of their ids."""
        with Store(self.config.database_url) as store:
            return list(store.articles_after(0))

    def titles(self) -> list[str]:
        """Their titles."""
        return [article.latest.title for article in self.articles()]

    def captures(self) -> list[Capture]:
        """All captures, in the order of the WARC files."""
        with Store(self.config.database_url) as store:
            return [capture for name in store.warc_ends() for capture in store.captures_in(name)]

    def record(self, capture: Capture) -> warc.Record:
        """The record of a capture."""
        return warc.read_record(self.config.warc_dir, capture.place)

    def records(self) -> list[warc.Record]:
        """All records of the WARC files."""
        directory = self.config.warc_dir
        return [record for name in warc.files(directory) for record in warc.walk(directory, name)]

    def is_sound(self) -> bool:
        """Whether WARC files and database agree."""
        with Store(self.config.database_url) as store:
            return list(care.check(store, self.config.warc_dir)) == []


class Shared:
    """Readers of pages that are not ended with an import."""

    def __init__(self, parsers: Parsers) -> None:
        self._parsers = parsers

    def __enter__(self) -> Parsers:
        return self._parsers

    def __exit__(self, *_: object) -> None:
        """They go on."""


@pytest.fixture(autouse=True)
def _readers(parsers: Parsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.jobs.importing.Parsers", lambda _: Shared(parsers))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "other.warc.gz")


def counted(report: ImportReport, *names: str) -> tuple[int, ...]:
    """The counts of these names."""
    return tuple(report.as_dict()[name] for name in names)


def test_an_article_is_read_and_its_record_kept_byte_for_byte(home: Home, file: File) -> None:
    body = page("The pier is painted")
    chunked = http(
        b"%x;odd=yes\r\n" % len(body) + body + b"\r\n0\r\n\r\n", head="Transfer-Encoding: chunked\r\n"
    )
    file.add("http://paper.test/news/pier-is-painted", chunked, WARC_IP_Address="192.0.2.7", X_Odd="left out")
    report = home.take(file.path)
    assert counted(report, "records", "captures", "new", "failed") == (1, 1, 1, 0)
    (article,) = home.articles()
    assert (article.latest.title, article.url) == (
        "The pier is painted",
        "http://paper.test/news/pier-is-painted",
    )
    assert article.latest.captured_at == article.first_seen == article.last_seen == DAY
    (capture,) = home.captures()
    record = home.record(capture)
    assert record.block == chunked
    assert record.date == DAY
    assert record.field("WARC-IP-Address") == "192.0.2.7"
    assert not record.field("X-Odd")
    assert home.is_sound()


def test_a_record_names_the_file_that_it_came_from(home: Home, file: File) -> None:
    file.add("", b"software: Heritrix\r\n", WARC_Type="warcinfo", Content_Type="application/warc-fields")
    file.add("http://paper.test/news/pier-is-painted", http(page("The pier")))
    home.take(file.path)
    capture = home.record(home.captures()[0])
    (told,) = [record for record in home.records() if record.block.startswith(b'{"event": "import"')]
    assert capture.field("Imported-From") == told.record_id
    assert capture.field("Imported-Place").startswith("byte ")
    said = json.loads(told.block)
    assert said["file"] == "other.warc.gz"
    assert said["bytes"] == file.path.stat().st_size
    assert said["digest"].startswith("sha256:")
    assert "Heritrix" in said["warcinfo"]


def test_a_source_is_made_that_nobody_crawls(home: Home, file: File) -> None:
    file.add("https://www.paper.test/news/pier-is-painted", http(page("The pier")))
    file.add("https://blog.paper.test/news/wall-is-mended", http(page("The wall")))
    file.add("https://gazette.test/news/ferry-is-late", http(page("The ferry")))
    home.take(file.path)
    with Store(home.config.database_url) as store:
        sources = store.sources()
    assert [(s.name, s.paused, s.collections) for s in sources] == [
        ("gazette.test", True, ("imported",)),
        ("paper.test", True, ("imported",)),
    ]


def test_articles_go_to_the_source_of_their_site_or_to_a_named_one(home: Home, file: File) -> None:
    with Store(home.config.database_url) as store, store.transaction() as tx:
        for name, url in (("The Paper", "http://www.paper.test/"), ("Else", "http://else.test/")):
            tx.add_source(name=name, url=url, interval=jobs.importing.DEFAULT_INTERVAL, now=DAY)
    file.add("https://paper.test/news/pier-is-painted", http(page("The pier")))
    home.take(file.path)
    assert [article.source for article in home.articles()] == ["The Paper"]
    other = File(file.path.with_name("second.warc.gz"))
    other.add("https://paper.test/news/wall-is-mended", http(page("The wall")))
    home.take(other.path, source="Else")
    assert [article.source for article in home.articles()] == ["The Paper", "Else"]


def test_the_same_file_again_changes_nothing(home: Home, file: File) -> None:
    file.add("http://paper.test/news/pier-is-painted", http(page("The pier")))
    file.add("http://paper.test/news/wall-is-mended", http(page("The wall")))
    home.take(file.path)
    before = [record.record_id for record in home.records()]
    assert home.take(file.path).as_dict() == ImportReport().as_dict()
    again = file.path.with_name("again.warc.gz")
    again.write_bytes(file.path.read_bytes() + b"\n")  # another file, of the same records
    assert counted(home.take(again), "records", "captures", "known", "new") == (2, 0, 2, 0)
    assert [r.record_id for r in home.records() if r.kind == "response"] == [
        i for i in before if "urn:test" in i
    ]


def test_a_payload_that_its_address_had_becomes_a_revisit(home: Home, file: File) -> None:
    url, block = "http://paper.test/news/pier-is-painted", http(page("The pier"))
    first = file.add(url, block)
    file.add(url, block, DAY.replace(day=6))
    report = home.take(file.path)
    assert counted(report, "captures", "new", "unchanged") == (2, 1, 1)
    (article,) = home.articles()
    assert (article.first_seen, article.last_seen) == (DAY, DAY.replace(day=6))
    original, repeated = home.captures()
    assert (original.kind, repeated.kind) == ("response", "revisit")
    record = home.record(repeated)
    assert record.field("WARC-Refers-To") == first == original.record_id
    assert repeated.payload_digest == original.payload_digest
    assert record.payload == b""
    assert home.is_sound()


def test_a_page_that_broke_off_is_kept_and_makes_no_article(home: Home, file: File) -> None:
    url = "http://paper.test/news/pier-is-painted"
    file.add(url, http(page("The pier"))[:-200], WARC_Truncated="disconnect")
    report = home.take(file.path)
    assert counted(report, "captures", "new", "failed") == (1, 0, 1)
    assert report.causes == {"truncated": 1}


@pytest.mark.parametrize("by", ["id", "date", "digest", "304", "wget"])
def test_a_revisit_finds_what_it_refers_to(home: Home, file: File, by: str) -> None:
    url, body = "http://paper.test/news/pier-is-painted", page("The pier")
    first = file.add(url, http(body))
    sha1 = "sha1:" + __import__("base64").b32encode(__import__("hashlib").sha1(body).digest()).decode()
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    fields = {
        "id": {"WARC_Refers_To": first, "WARC_Profile": profile},
        "date": {
            "WARC_Refers_To_Target_URI": url,
            "WARC_Refers_To_Date": "2019-05-04T03:02:01Z",
            "WARC_Profile": profile,
        },
        "digest": {"WARC_Payload_Digest": sha1, "WARC_Profile": profile},
        "wget": {
            "WARC_Refers_To": first,
            "WARC_Profile": profile,
            "WARC_Truncated": "length",
            "WARC_Block_Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",  # of nothing
        },
        "304": {"WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified"},
    }[by]
    block = http(b"", status="304 Not Modified") if by == "304" else http(b"")
    file.add(url, block, DAY.replace(day=7), WARC_Type="revisit", **fields)
    report = home.take(file.path)
    assert counted(report, "captures", "new", "unchanged", "failed") == (2, 1, 1, 0)
    original, repeated = home.captures()
    assert repeated.payload_digest == original.payload_digest
    assert home.articles()[0].last_seen == DAY.replace(day=7)


def test_versions_follow_the_order_of_capture_whatever_file_they_are_in(home: Home, tmp_path: Path) -> None:
    url = "http://paper.test/news/pier-is-painted"
    newer, older = File(tmp_path / "a.warc.gz"), File(tmp_path / "b.warc.gz")
    newer.add(url, http(page("The pier is blue")), DAY.replace(day=9))
    newer.add(url, http(page("The pier is green")), DAY.replace(day=6))
    older.add(url, http(page("The pier is grey")), DAY.replace(day=5))
    report = home.take(newer.path, older.path)
    assert counted(report, "new", "revised") == (1, 2)
    with Store(home.config.database_url) as store:
        versions = store.revisions(1)
    assert [v.title for v in versions] == ["The pier is grey", "The pier is green", "The pier is blue"]
    assert [v.captured_at.day for v in versions] == [5, 6, 9]


def test_an_older_capture_never_becomes_the_latest(home: Home, tmp_path: Path) -> None:
    url = "http://paper.test/news/pier-is-painted"
    now, before = File(tmp_path / "now.warc.gz"), File(tmp_path / "before.warc.gz")
    now.add(url, http(page("The pier is blue")), DAY.replace(day=9))
    before.add(url, http(page("The pier is grey")), DAY)
    before.add(url, http(b"gone", status="404 Not Found"), DAY.replace(day=8))
    home.take(now.path)
    report = home.take(before.path)
    assert counted(report, "captures", "new", "revised", "unchanged", "gone") == (2, 0, 0, 1, 0)
    (article,) = home.articles()
    assert (article.latest.title, article.latest.number) == ("The pier is blue", 1)
    assert (article.first_seen, article.last_seen) == (DAY, DAY.replace(day=9))
    assert article.gone_at is None


def test_an_article_is_gone_where_that_was_seen_last(home: Home, file: File) -> None:
    url = "http://paper.test/news/pier-is-painted"
    file.add(url, http(page("The pier")))
    file.add(url, http(b"gone", status="410 Gone"), DAY.replace(day=8))
    assert counted(home.take(file.path), "new", "gone") == (1, 1)
    assert home.articles()[0].gone_at == DAY.replace(day=8)


def test_what_is_no_article_is_kept_as_a_capture(home: Home, file: File) -> None:
    teasers = "".join(f"<li><a href=/news/{n}>A headline of some words {n}</a></li>" for n in range(40))
    file.add("http://paper.test/", http(f"<html><body><ul>{teasers}</ul></body></html>".encode()))
    file.add("http://paper.test/feed", http(b"<rss/>", media="application/rss+xml"))
    file.add("http://paper.test/a.png", http(b"\x89PNG", media="image/png"))
    file.add(
        "http://paper.test/news/moved", http(b"", status="301 Moved Permanently", head="Location: /x\r\n")
    )
    file.add(
        "dns:paper.test",
        b"20190504030201\npaper.test. IN A 192.0.2.1\n",
        WARC_Type="resource",
        Content_Type="text/dns",
    )
    file.add("urn:text:http://paper.test/", b"text", WARC_Type="resource", Content_Type="text/plain")
    report = home.take(file.path)
    assert counted(report, "captures", "new", "pages", "failed") == (6, 0, 1, 0)
    assert len(home.captures()) == 6
    assert home.is_sound()


def test_articles_only_leaves_out_what_is_no_page(home: Home, file: File) -> None:
    url = "http://paper.test/news/pier-is-painted"
    response = file.add(url, http(page("The pier")))
    file.add(
        url, b"GET / HTTP/1.1\r\n\r\n", WARC_Type="request", WARC_Concurrent_To=response,
        Content_Type="application/http; msgtype=request",
    )  # fmt: skip
    file.add("http://paper.test/a.png", http(b"\x89PNG", media="image/png"))
    assert counted(home.take(file.path, articles_only=True), "captures", "new") == (1, 1)
    assert {record.kind for record in home.records()} == {"warcinfo", "metadata", "response"}
    # What was left out can be had later.
    assert counted(home.take(file.path), "captures", "known") == (1, 1)
    assert [r.kind for r in home.records() if r.kind == "request"] == []


def test_requests_and_descriptions_go_with_their_response(home: Home, file: File) -> None:
    url = "http://paper.test/news/pier-is-painted"
    ask = {"WARC_Type": "request", "Content_Type": "application/http; msgtype=request"}
    file.add(url, b"GET /1 HTTP/1.1\r\n\r\n", WARC_Concurrent_To="<urn:test:other.warc.gz:2>", **ask)
    response = file.add(url, http(page("The pier")))
    file.add(
        url, b"fetchTimeMs: 12\r\n", WARC_Type="metadata", WARC_Refers_To=response,
        Content_Type="application/warc-fields",
    )  # fmt: skip
    home.take(file.path)
    kinds = [record.kind for record in home.records() if record.field("Imported-From")]
    assert kinds == ["request", "response", "metadata"]
    again = file.path.with_name("again.warc.gz")
    again.write_bytes(file.path.read_bytes() + b"\n")
    home.take(again)
    assert [record.kind for record in home.records() if record.field("Imported-From")] == kinds


@pytest.mark.parametrize("coding", ["br", "gzip", "deflate", "claimed only", "gzip, br"])
def test_pages_are_read_in_the_codings_of_browsers(home: Home, file: File, coding: str) -> None:
    body, said = page("The pier"), coding.replace("claimed only", "gzip")
    gzipped = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = {
        "br": brotli.compress(body),
        "gzip": gzipped.compress(body) + gzipped.flush(),
        "deflate": zlib.compress(body),
        "claimed only": body,
    }
    packed["gzip, br"] = brotli.compress(packed["gzip"])
    file.add("http://paper.test/news/pier", http(packed[coding], head=f"Content-Encoding: {said}\r\n"))
    assert counted(home.take(file.path), "new", "failed") == (1, 0)
    assert home.titles() == ["The pier"]


def hostile_records() -> Iterable[tuple[str, dict[str, Any]]]:
    """A code, and a record that is refused with it."""
    good = http(page("Something else"))
    yield "date", {"WARC_Date": "yesterday"}
    yield "date", {"WARC_Date": ""}
    yield "date", {"WARC_Date": "9999-01-01T00:00:00Z"}
    yield "date", {"WARC_Date": "1066-10-14T00:00:00Z"}
    yield "url", {"WARC_Target_URI": ""}
    yield "url", {"WARC_Target_URI": "http://paper.test/\x1b[2J"}
    yield "url", {"WARC_Target_URI": "http://paper.test/" + "a" * 9000}
    yield "not-http", {"block": b"\x16\x03\x01 this is TLS"}
    yield "digest", {"WARC_Block_Digest": "sha1:" + "A" * 32}
    yield "kind", {"WARC_Type": "surprise"}
    yield "kind", {"WARC_Type": ""}
    yield "length", {"Content_Length": str(len(good) + 5)}


@pytest.mark.parametrize(("code", "odd"), list(hostile_records()))
def test_hostile_import_a_record_that_cannot_be_kept_is_told_and_the_rest_goes_on(
    home: Home, file: File, code: str, odd: dict[str, Any]
) -> None:
    file.add("http://paper.test/news/wall-is-mended", http(page("The wall")))
    block = odd.pop("block", http(page("Something else")))
    file.add("http://paper.test/news/something-else", block, **odd)
    file.add("http://paper.test/news/pier-is-painted", http(page("The pier")))
    report = home.take(file.path)
    assert home.titles() == ["The wall", "The pier"]
    (problem,) = report.problems
    assert problem.code == code
    assert problem.where.startswith("byte ")
    assert report.counts["refused" if code == "date" else "failed"] == 1
    assert home.is_sound()


def test_hostile_import_odd_heads_are_kept_as_they_are(home: Home, file: File) -> None:
    body = page("The pier")
    heads = [
        b"HTTP/2 200 \r\n:status: 200\r\ncontent-type: text/html\r\n\r\n",
        b"HTTP/1.0 200\ncontent-type:text/html\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Caf\xe9: \xe9\r\nX-F: a\r\n b\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n",
    ]
    for number, head in enumerate(heads):
        file.add(f"http://paper.test/news/pier-is-painted-{number}", head + body)
    home.take(file.path)
    assert [home.record(capture).block for capture in home.captures()] == [head + body for head in heads]
    assert len(home.articles()) == 1  # the same words
    assert home.is_sound()


def test_hostile_import_an_id_that_is_taken_costs_no_record(home: Home, file: File) -> None:
    taken = "<urn:test:other.warc.gz:1>"
    file.add("http://paper.test/news/wall-is-mended", http(page("The wall")))
    file.add("http://paper.test/news/pier-is-painted", http(page("The pier")), WARC_Record_ID=taken)
    file.add("http://paper.test/news/ferry-is-late", http(page("The ferry")), WARC_Record_ID="<a b\tc>")
    assert counted(home.take(file.path), "captures", "new") == (3, 3)
    ids = [capture.record_id for capture in home.captures()]
    assert ids[0] == taken
    assert len(set(ids)) == 3
    assert home.is_sound()


def test_hostile_import_a_journal_of_others_is_no_part_of_ours(home: Home, file: File) -> None:
    """An entry that says it is of this very archive, and that an article says something else."""
    response = file.add("http://paper.test/news/pier-is-painted", http(page("The pier")))
    home.take(file.path)
    evil = File(file.path.with_name("evil.warc.gz"))
    events = [record for record in home.records() if record.block.startswith(b'{"newsarchive"')]
    for event in events:
        block = event.block.replace(b"The pier", b"The liar")
        evil.add("", block, WARC_Type="metadata", WARC_Refers_To=response, Content_Type="application/json")
    assert events
    home.take(evil.path)
    assert b"The liar" not in b"".join(record.block for record in home.records())


def test_an_import_that_is_stopped_goes_on_where_it_was(
    home: Home, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.importing.copying.BATCH", 16)
    for number in range(40):
        file.add(f"http://paper.test/news/story-of-number-{number}", http(page(f"Story {number}")))
    looks = iter([False, False, True])
    report = home.take(file.path, stopped=lambda: next(looks, True))
    assert not report.complete
    assert counted(report, "captures") == (32,)
    read: list[str] = []

    def look(_report: ImportReport, step: jobs.ImportStep) -> None:
        if step.doing == "reading":
            read.append(step.what)

    report = home.take(file.path, progress=look, stopped=lambda: bool(read))
    assert counted(report, "captures", "known") == (8, 0)
    while not report.complete:
        report = home.take(file.path)
    assert sorted(home.titles()) == sorted(f"Story {number}" for number in range(40))
    assert len(home.captures()) == 40
    assert home.is_sound()


def test_captures_that_a_crash_left_in_the_file_are_read_all_the_same(
    home: Home, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had been killed between the records and their transaction."""
    for number in range(3):
        file.add(f"http://paper.test/news/story-of-number-{number}", http(page(f"Story {number}")))

    def crash(*_: Any) -> None:
        raise SystemExit

    with Store(home.config.database_url) as store, monkeypatch.context() as patch:
        keeper = Keeper(store, WarcWriter(home.config.warc_dir, software="test"), clock=jobs.now)
        work = Copying(keeper, home.config.warc_dir, Wanted(), ImportReport(), jobs.now())
        patch.setattr(Transaction, "to_be_read", crash)
        with pytest.raises(SystemExit):
            work.copy(with_digest(find_files([file.path])[0]), lambda _: None, lambda: False)
    report = home.take(file.path)
    assert counted(report, "captures", "known", "new") == (0, 3, 3)
    assert len(home.captures()) == 3
    assert home.is_sound()


def test_what_broke_its_reader_is_kept_and_found_by_its_title(
    home: Home, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add("http://paper.test/news/deep-is-the-sea", http(page("Deep is the sea")))
    with Parsers(1, reader=operator.neg) as broken:  # no page can be negated
        monkeypatch.setattr("newsarchive.jobs.importing.Parsers", lambda _: Shared(broken))
        report = home.take(file.path)
    assert (counted(report, "captures", "failed"), report.causes) == ((1, 1), {"parse-error": 1})
    (article,) = home.articles()
    assert (article.latest.title, article.latest.unread) == ("Deep is the sea", "parse-error")
