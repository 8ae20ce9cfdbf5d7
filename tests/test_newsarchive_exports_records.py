"""Exports of WARC records: byte for byte what was kept, of the articles that were asked for and of no other."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import runpy
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import warc
from archive.keeping import Keeper
from archive.model import Capture, RecordPlace, Response
from archive.parsing import Parsers
from archive.store import Store
from archive.urls import surt
from archive.warc import WarcWriter
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.exports import FORMATS, cdxj, records, wacz

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))

Newsarchive = Callable[..., Any]


@dataclass(frozen=True)
class Kept:
    """An archive of a small site that was crawled twice, and its articles by the last word of their paths."""

    config: Config
    ids: dict[str, int]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, parsers: Parsers) -> Kept:
    """Of four articles one was edited, one confirmed by a 304, one sent again as it was, and one has gone."""
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("crawled"), crawl=crawl)
    tag = {"ETag": '"one"'}
    with tools.serving({}) as site, Store(config.database_url) as store:
        paths = [f"/2026/{name}-of-the-town" for name in ("edited", "confirmed", "repeated", "gone")]
        pages = {path: tools.article(f"The {path[6:]}", f"{tools.PARAGRAPH} {path}.") for path in paths}
        site.pages |= pages | {"/": tools.page(*paths)}
        site.pages[paths[1]] = (200, tag, pages[paths[1]])
        crawler = tools.Crawler(config, store, parsers)
        crawler.add(f"{site.url}/")
        crawler()
        site.pages[paths[0]] = tools.article("The edited-of-the-town", f"{tools.PARAGRAPH} Corrected.")
        site.pages[paths[1]] = (304, tag, "")
        del site.pages[paths[3]]
        crawler.clock.ahead = timedelta(hours=2)
        crawler()
        ids = {path[6:].split("-")[0]: number for path, number in crawler.articles().items()}
    assert ids.keys() == {"edited", "confirmed", "repeated", "gone"}
    return Kept(config, ids)


@pytest.fixture
def config(crawled: Kept, tmp_path: Path) -> Config:
    """That archive, of one's own."""
    config = replace(crawled.config, home=tmp_path / "home")
    shutil.copytree(crawled.config.home, config.home)
    return config


def members_of(data: bytes) -> list[bytes]:
    """The gzip members, one behind the other."""
    found = []
    while data:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        inflater.decompress(data)
        assert inflater.eof
        found.append(data[: len(data) - len(inflater.unused_data)])
        data = inflater.unused_data
    return found


def fields(member: bytes) -> dict[str, str]:
    head = gzip.decompress(member).partition(b"\r\n\r\n")[0].decode()
    return dict(line.split(": ", 1) for line in head.split("\r\n")[1:])


def kinds(found: list[bytes]) -> list[str]:
    return [fields(member)["WARC-Type"] for member in found]


def in_archive(config: Config) -> list[bytes]:
    """All records of the archive but the warcinfo."""
    found: list[bytes] = []
    for name in warc.files(config.warc_dir):
        found += members_of(warc.path_of(config.warc_dir, name).read_bytes())[1:]
    return found


def exported(newsarchive: Newsarchive, tmp_path: Path, form: str, *words: str) -> bytes:
    ran = newsarchive("export", form, *words, "-o", tmp_path / "exported")
    assert (ran.code, ran.err) == (0, "")
    return (tmp_path / "exported").read_bytes()


# -- WARC --------------------------------------------------------------------------------------------


def test_records_are_those_of_the_archive_byte_for_byte_and_in_their_order(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    info, *found = members_of(exported(newsarchive, tmp_path, "warc"))
    assert fields(info)["WARC-Type"] == "warcinfo"
    assert b"4 articles of a news archive: all articles" in gzip.decompress(info)
    of_articles = [
        member
        for member in in_archive(config)
        if "-of-the-town" in fields(member).get("WARC-Target-URI", "")
        or fields(member)["WARC-Type"] == "metadata"
    ]
    told = [member for member in of_articles if member in found]
    assert found == told
    assert kinds(found).count("response") == 6  # four, an edit, and that one has gone
    assert kinds(found).count("revisit") == 2
    assert kinds(found).count("request") == 8


def test_an_export_is_the_same_each_time(newsarchive: Newsarchive, config: Config, tmp_path: Path) -> None:
    for form in ("warc", "wacz"):
        first, again = (exported(newsarchive, tmp_path, form, "town") for _ in range(2))
        assert first == again


def test_only_what_was_searched_for_is_exported_with_all_its_versions(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    _, *found = members_of(exported(newsarchive, tmp_path, "warc", "Corrected"))
    addresses = {fields(member)["WARC-Target-URI"] for member in found if "WARC-Target-URI" in fields(member)}
    (address,) = addresses
    assert address.endswith("/2026/edited-of-the-town")
    assert kinds(found).count("response") == 2
    responses = {
        fields(member)["WARC-Record-ID"] for member in found if fields(member)["WARC-Type"] == "response"
    }
    for member in found:
        if fields(member)["WARC-Type"] != "response":
            about = fields(member).get("WARC-Concurrent-To") or fields(member)["WARC-Refers-To"]
            assert about in responses


def test_what_a_page_is_drawn_with_comes_along(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    picture = "http://pictures.example/pier.png"
    with Store(config.database_url) as store:
        (article,) = (found for found in store.articles_after(0) if "edited" in found.url)
        keeper = Keeper(store, WarcWriter(config.warc_dir, software="test"), clock=jobs.now)
        with keeper.transaction() as tx:
            kept = [
                tx.add_capture(keeper.warc.append_resource(url, b"PNG", "image/png", jobs.now()))
                for url in (picture, "http://pictures.example/other.png")
            ]
            page = [article.latest.capture_id]
            tx.want_requisites(page, article.source_id, [picture], jobs.now())
            tx.requisite_kept(page, picture, kept[0])
    for words, count in ((["Corrected"], 1), (["title:gone"], 0)):
        _, *found = members_of(exported(newsarchive, tmp_path, "warc", *words))
        drawn = [
            fields(member)["WARC-Target-URI"] for member in found if fields(member)["WARC-Type"] == "resource"
        ]
        assert drawn == [picture] * count


def test_what_a_304_said_and_what_it_confirms_are_there(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    _, *found = members_of(exported(newsarchive, tmp_path, "warc", "title:confirmed"))
    (revisit,) = (member for member in found if fields(member)["WARC-Type"] == "revisit")
    heads = [
        member
        for member in found
        if fields(member)["Content-Type"].startswith("application/http; msgtype=res")
    ]
    assert any(b"304 Not Modified" in gzip.decompress(member) for member in heads)
    ids = {fields(member)["WARC-Record-ID"] for member in found}
    assert fields(revisit)["WARC-Refers-To"] in ids


def test_the_answer_that_an_article_has_gone_is_there(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    _, *found = members_of(exported(newsarchive, tmp_path, "warc", "title:gone"))
    assert [b"HTTP/1.0 404" in gzip.decompress(m) for m in found if fields(m)["WARC-Type"] == "response"] == [
        False,
        True,
    ]


def test_what_a_revisit_refers_to_comes_along_from_other_articles(config: Config) -> None:
    """As in archives of others, where one payload is kept once whatever its address."""
    said = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    response = Response(
        "http://other.example/a", 200, (), b"", b"GET / HTTP/1.1\r\n\r\n", said + b"page", "192.0.2.1",
        datetime(2026, 5, 1, tzinfo=UTC), 0.1,
    )  # fmt: skip
    writer = WarcWriter(config.warc_dir, software="test")
    with Store(config.database_url) as store:
        first = writer.append(response)
        with store.transaction() as tx:
            first = replace(first, id=tx.add_capture(first))
        second = writer.append(replace(response, url="http://other.example/b"), revisit_of=first)
        with store.transaction() as tx:
            again = tx.add_capture(second)
        chosen = records.Chosen()
        chosen.add(again, second.captured_at, second.record_id)
        found = list(records.members(store, config.warc_dir, chosen, "two"))
        assert [capture.record_id for _, capture in found if capture] == [second.record_id, first.record_id]
        assert kinds([member for member, _ in found]) == [
            "warcinfo",
            "request",
            "revisit",
            "request",
            "response",
        ]


def test_a_record_that_is_damaged_is_left_out_and_told(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    with Store(config.database_url) as store:
        (article,) = (found for found in store.articles_after(0) if "edited" in found.url)
        first = store.revisions(article.id)[0]
        capture = store.capture(first.capture_id)
    assert capture is not None
    with warc.path_of(config.warc_dir, capture.place.file).open("r+b") as file:
        file.seek(capture.place.offset + 40)
        byte = file.read(1)[0]
        file.seek(-1, io.SEEK_CUR)
        file.write(bytes([byte ^ 0x10]))
    ran = newsarchive("export", "warc", "-o", tmp_path / "exported")
    assert ran.code == 1
    assert (
        f"{capture.place.file} at byte {capture.place.offset:,}: the record {capture.record_id} cannot be read"
        in ran.err
    )
    found = members_of((tmp_path / "exported").read_bytes())
    assert capture.record_id not in {fields(member)["WARC-Record-ID"] for member in found}
    assert kinds(found).count("response") == 5


def test_a_file_that_is_not_there_is_told_and_ends_nothing(
    newsarchive: Newsarchive, config: Config, tmp_path: Path
) -> None:
    for name in warc.files(config.warc_dir):
        warc.path_of(config.warc_dir, name).unlink()
    ran = newsarchive("export", "wacz", "-o", tmp_path / "exported")
    assert ran.code == 1
    assert ran.err.count("cannot be read and is left out") == 8
    with zipfile.ZipFile(tmp_path / "exported") as package:
        assert len(members_of(package.read("archive/data.warc.gz"))) == 1


@pytest.mark.parametrize("known_to_the_index", [True, False])
def test_what_was_removed_by_request_leaves_no_more(
    newsarchive: Newsarchive,
    config: Config,
    crawled: Kept,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    known_to_the_index: bool,
) -> None:
    jobs.keep_current(config)
    number = crawled.ids["edited"]
    if known_to_the_index:
        assert newsarchive("remove", number, "--reason", "by request", "--yes").code == 0
    else:
        monkeypatch.setattr(Store, "removals", lambda _self: [SimpleNamespace(article_id=number)])
    for form in FORMATS:
        data = exported(newsarchive, tmp_path, form)
        text = b"".join(map(gzip.decompress, members_of(data))) if form == "warc" else data
        if form == "wacz":
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                found = members_of(package.read("archive/data.warc.gz"))
                text = b"".join([*map(gzip.decompress, found), package.read("pages/pages.jsonl")])
        assert b"confirmed-of-the-town" in text
        assert b"edited-of-the-town" not in text


def test_a_file_of_records_is_nothing_for_a_terminal(
    newsarchive: Newsarchive, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.commands.export._on_terminal", lambda: True)
    ran = newsarchive("export", "warc")
    assert (ran.code, ran.out) == (2, "")
    assert "name one with -o FILE" in ran.err


# -- WACZ --------------------------------------------------------------------------------------------


@pytest.fixture
def package(newsarchive: Newsarchive, config: Config, tmp_path: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(io.BytesIO(exported(newsarchive, tmp_path, "wacz"))) as opened:
        yield opened


def test_a_package_has_the_files_of_the_format_and_says_what_they_are(package: zipfile.ZipFile) -> None:
    stored = {info.filename: info.compress_type == zipfile.ZIP_STORED for info in package.infolist()}
    assert stored == {
        "archive/data.warc.gz": True,
        "indexes/index.cdx.gz": True,
        "indexes/index.idx": False,
        "pages/pages.jsonl": False,
        "datapackage.json": False,
        "datapackage-digest.json": False,
    }
    contents = json.loads(package.read("datapackage.json"))
    assert (contents["profile"], contents["wacz_version"]) == ("data-package", "1.1.1")
    assert contents["title"] == "4 articles of a news archive: all articles"
    for resource in contents["resources"]:
        data = package.read(resource["path"])
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    digest = json.loads(package.read("datapackage-digest.json"))
    sha256 = hashlib.sha256(package.read("datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{sha256}"}


def test_its_records_are_those_of_the_warc_file(
    package: zipfile.ZipFile, newsarchive: Newsarchive, tmp_path: Path
) -> None:
    assert package.read("archive/data.warc.gz") == exported(newsarchive, tmp_path, "warc")


def test_the_headers_of_its_files_are_alike_at_both_places(package: zipfile.ZipFile) -> None:
    """ReplayWeb.page believes the directory of the ZIP file that there is nothing more in the header before a file."""
    for info in package.infolist():
        assert package.fp is not None
        package.fp.seek(info.header_offset)
        flags, extra = struct.unpack("<6xH20xH", package.fp.read(30))
        assert (flags & 8, extra, info.extra) == (0, 0, b"")


def test_large_files_are_followed_by_others(
    newsarchive: Newsarchive, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = members_of(exported(newsarchive, tmp_path, "warc"))
    monkeypatch.setattr(wacz, "LARGEST", 3000)
    with zipfile.ZipFile(io.BytesIO(exported(newsarchive, tmp_path, "wacz"))) as package:
        names = package.namelist()
        archives = [name for name in names if name.startswith("archive/")]
        assert archives[:2] == ["archive/data.warc.gz", "archive/data-2.warc.gz"]
        assert [name for name in names if name.startswith("pages/")][:2] == [
            "pages/pages.jsonl",
            "pages/pages-2.jsonl",
        ]
        files = {name.removeprefix("archive/"): members_of(package.read(name)) for name in archives}
        assert all(sum(map(len, found)) <= 3000 for found in files.values())
        assert all(found[0] == whole[0] for found in files.values())
        assert [member for found in files.values() for member in found[1:]] == whole[1:]
        for line in gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines():
            told = json.loads(line.split(" ", 2)[2])
            data = package.read(f"archive/{told['filename']}")
            record = data[int(told["offset"]) : int(told["offset"]) + int(told["length"])]
            assert fields(record)["WARC-Target-URI"] == told["url"]
        pages = b"".join(package.read(name) for name in names if name.startswith("pages/"))
        assert pages.count(b'"ts"') == 5


def test_every_line_of_its_index_leads_to_its_record(package: zipfile.ZipFile) -> None:
    data = package.read("archive/data.warc.gz")
    lines = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 8
    for line in lines:
        key, time, said = line.split(" ", 2)
        told = json.loads(said)
        offset, length = int(told["offset"]), int(told["length"])
        record = fields(data[offset : offset + length])
        assert told["url"] == record["WARC-Target-URI"]
        assert key == surt(told["url"])
        assert time == record["WARC-Date"][:19].translate(dict.fromkeys(map(ord, "-T:")))
        assert told["digest"] == record["WARC-Payload-Digest"]
        assert (told["mime"] == "warc/revisit") == (record["WARC-Type"] == "revisit")


def test_its_pages_are_all_versions_with_their_text(package: zipfile.ZipFile, config: Config) -> None:
    first, *pages = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    assert first == {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
    with Store(config.database_url) as store:
        versions = [
            (revision.title, revision.text)
            for article in store.articles_after(0)
            for revision in store.revisions(article.id)
        ]
    assert sorted((page["title"], page["text"]) for page in pages) == sorted(versions)
    assert len({page["id"] for page in pages}) == len(pages) == 5
    captured = {
        (json.loads(line.split(" ", 2)[2])["url"], line.split(" ", 2)[1])
        for line in gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
    }
    for page in pages:
        at = datetime.fromisoformat(page["ts"])
        assert (page["url"], f"{at:%Y%m%d%H%M%S}") in captured


def test_what_was_kept_without_an_exchange_is_a_page_of_nothing(config: Config) -> None:
    place = RecordPlace("a.warc.gz", 0, 1)
    kept = Capture(
        1,
        "urn:x:1",
        datetime(2026, 5, 1, tzinfo=UTC),
        200,
        "application/json",
        "",
        place,
        "<urn:1>",
        "resource",
    )
    said = 'urn:x:1 20260501000000 {"url": "urn:x:1", "mime": "application/json", "length": "7", "offset": "5", "filename": "f"}\n'
    assert cdxj.line(kept, "f", 5, 7) == said


# -- its index ---------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]))))
@settings(max_examples=50)
def test_lines_are_sorted_in_parts_as_they_are_at_once(texts: list[str]) -> None:
    lines = [f"{text}\n" for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdxj, "_SORTED_AT_ONCE", 3)
        with cdxj.SortedLines() as sorted_lines:
            for line in lines:
                sorted_lines.add(line)
            assert list(sorted_lines) == sorted(lines)


def test_blocks_are_found_by_their_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdxj, "_LINES_OF_A_BLOCK", 2)
    lines = [f'org,example)/{n} 2026050100000{n} {{"url": "x"}}\n' for n in range(5)]
    packed, entries = zip(*cdxj.blocks(iter(lines), "index.cdx.gz"), strict=True)
    meta, *listed = "".join(entries).splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    data = b"".join(packed)
    for number, line in enumerate(listed):
        key, said = line.split(" {", 1)
        place = json.loads("{" + said)
        block = data[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        assert gzip.decompress(block).decode() == "".join(lines[2 * number : 2 * number + 2])
        assert lines[2 * number].startswith(f"{key} ")
    assert list(cdxj.blocks(iter(()), "index.cdx.gz")) == []
