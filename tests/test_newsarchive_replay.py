"""Archived pages as they were: what is shown at which address, and the way to it by a date (RFC 7089)."""

from __future__ import annotations

import gzip
import re
import runpy
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from archive.model import Capture
from newsarchive.config import Config, ServeConfig
from newsarchive.replay.addresses import Origins, WrongAddress, archived_url, asked_for, spellings

replay_archive = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("replay_archive.py"))))
NOON, STAMP, SITE = replay_archive.NOON, replay_archive.STAMP, replay_archive.SITE
PAGE = SITE + "news/1"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Any]:
    """An archive to keep answers in."""
    with closing(replay_archive.Archive(Config(tmp_path))) as archive:
        yield archive


@pytest.fixture
def three(archive: Any) -> tuple[Capture, Capture, Capture]:
    """One page at noon, confirmed an hour later, changed after two."""
    first = archive.keep(PAGE, "<title>One</title><p>First</p>")
    again = archive.keep(PAGE, b"", at=NOON + HOUR, status=304, revisit_of=first)
    changed = archive.keep(PAGE, "<title>Two</title><p>Second</p>", at=NOON + 2 * HOUR)
    return first, again, changed


def links(client: FlaskClient, url: str, **headers: str) -> dict[str, str]:
    """The Link header by relation."""
    header = client.get(url, headers=headers).headers["Link"]
    return {rel: place for place, rel in re.findall(r'<([^>]+)>; rel="([^"]+)"', header)}


# -- the page ----------------------------------------------------------------------------------------


def test_a_page_is_shown_from_its_record_in_a_sandbox(archive: Any) -> None:
    archive.keep(
        PAGE, "<p>Grüße", headers=(("set-cookie", "a=b"), ("refresh", "0"), ("link", "</x>; rel=preload"))
    )
    shown = archive.client().get(f"/web/{STAMP}/{PAGE}")
    assert shown.status_code == 200
    assert "<p>Grüße</p>" in shown.text
    assert shown.content_type == "text/html; charset=utf-8"
    policy = shown.headers["Content-Security-Policy"].split("; ")
    assert policy[0].split() == ["sandbox", "allow-top-navigation-by-user-activation"]
    assert "default-src 'none'" in policy
    assert not any("script" in rule for rule in policy)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Memento-Datetime"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert not {"Set-Cookie", "Refresh"} & set(shown.headers.keys())
    assert "preload" not in shown.headers["Link"]


def test_a_browser_gets_the_page_below_a_bar_that_the_page_cannot_reach(archive: Any, three: Any) -> None:
    client, article = archive.client(), archive.article(three[0])
    shown = client.get(f"/web/20261123130000/{PAGE}", headers=BROWSER)
    assert shown.headers["Content-Security-Policy"].startswith(
        "sandbox allow-top-navigation-by-user-activation "
    )
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "Accept" in shown.headers["Vary"]
    assert "23 November 2026, 13:00 UTC" in shown.text
    assert "2 of 3" in shown.text
    assert f'href="/web/{STAMP}/{PAGE}" rel="prev"' in shown.text
    assert f'href="/web/20261123140000/{PAGE}" rel="next"' in shown.text
    assert f'href="http://localhost:8080/article/{article}' in shown.text
    assert "<p>First</p>" not in shown.text
    frame = re.findall(r'<iframe src="([^"]+)"', shown.text)[0]
    framed = client.get(frame)
    assert "<p>First</p>" in framed.text
    assert framed.headers["Content-Security-Policy"].startswith(
        "sandbox allow-top-navigation-by-user-activation;"
    )


def test_a_page_that_was_confirmed_is_the_one_that_it_confirms(archive: Any, three: Any) -> None:
    assert "<p>First</p>" in archive.client().get(f"/web/20261123130000/{PAGE}").text


def test_a_page_that_was_the_same_again_is_shown_from_the_first(archive: Any) -> None:
    first = archive.keep(PAGE, "<p>Same")
    archive.keep(PAGE, "<p>Same", at=NOON + HOUR, revisit_of=first)
    assert "<p>Same</p>" in archive.client().get(f"/web/20261123130000if_/{PAGE}").text


def test_a_part_that_was_kept_without_its_exchange_is_a_page_too(archive: Any) -> None:
    page = archive.keep(PAGE, "<p>x")
    archive.resource(SITE + "a.txt", b"plain", "text/plain", page=page)
    shown = archive.client().get(f"/web/{STAMP}/{SITE}a.txt")
    assert (shown.text, shown.content_type) == ("plain", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("text/html; charset=windows-1251", "<p>Привет".encode("cp1251")),
        ("text/html", '<meta charset="shift_jis"><p>日本'.encode("shift_jis")),
        ("text/html; charset=no-such-thing", "<p>Ünknown".encode()),
        ("text/html; charset=utf-7", b"<p>+ADw-script+AD4-"),
    ],
)
def test_whatever_the_page_was_written_in_it_is_shown_in_utf_8(
    archive: Any, declared: str, body: bytes
) -> None:
    archive.keep(PAGE, body, declared)
    shown = archive.client().get(f"/web/{STAMP}/{PAGE}")
    assert any(word in shown.text for word in ("Привет", "日本", "Ünknown", "+ADw-script+AD4-"))
    assert "<script" not in shown.text


def test_the_bytes_are_a_download_that_nothing_takes_for_a_page(archive: Any) -> None:
    body = b"\xff\xfe<script>alert(1)</script>\x00"
    archive.keep(PAGE, body, "text/html; charset=x")
    got = archive.client().get(f"/web/{STAMP}id_/{PAGE}")
    assert got.data == body
    assert got.content_type == "application/octet-stream"
    assert got.headers["Content-Disposition"] == f"attachment; filename={STAMP}-1"
    assert got.headers["X-Archive-Orig-Content-Type"] == "text/html; charset=x"
    assert got.headers["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("media", "body", "served", "holds"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n", "text/html; charset=utf-8", '<img src="/part/'),
        ("image/svg+xml", b"<svg onload=x()/>", "text/html; charset=utf-8", '<img src="/part/'),
        ("text/plain", b"<script>x</script>", "text/plain; charset=utf-8", "<script>x</script>"),
        ("application/xml", b"<?xml-stylesheet href='x.xsl'?><a/>", "text/plain; charset=utf-8", "<a/>"),
        ("application/rss+xml", b"<rss/>", "text/plain; charset=utf-8", "<rss/>"),
        ("text/javascript", b"alert(1)", "text/plain; charset=utf-8", "alert(1)"),
        ("application/pdf", b"%PDF-1.7", "text/html; charset=utf-8", "8 bytes, application/pdf"),
        ("application/x-shockwave-flash", b"FWS", "text/html; charset=utf-8", "download it"),
        ('a/b"><script>', b"x", "text/html; charset=utf-8", "download it"),
        ("", b"<!DOCTYPE html><p>unsaid", "text/html; charset=utf-8", "<p>unsaid</p>"),
        ("", b"<p>unsaid", "text/html; charset=utf-8", "a type that was not said"),
        ("application/xhtml+xml", b"<html><p>x</p></html>", "text/html; charset=utf-8", "<p>x</p>"),
    ],
)
def test_what_is_no_page_is_shown_as_what_it_is_and_never_runs(
    archive: Any, media: str, body: bytes, served: str, holds: str
) -> None:
    archive.keep(PAGE, body, media)
    shown = archive.client().get(f"/web/{STAMP}/{PAGE}")
    assert shown.content_type == served
    assert holds in shown.text
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    if not served.startswith("text/plain"):
        assert "<script" not in shown.text


def test_a_page_that_broke_off_says_so(archive: Any) -> None:
    archive.keep(PAGE, "<p>Half a sen", truncated="length")
    client = archive.client()
    assert "its end is missing" in client.get(f"/web/{STAMP}/{PAGE}", headers=BROWSER).text
    assert "Half a sen" in client.get(f"/web/{STAMP}/{PAGE}").text


def test_a_page_that_cannot_be_decoded_says_so_and_its_bytes_can_be_had(archive: Any) -> None:
    archive.keep(PAGE, b"\x0b\x0c", headers=(("content-encoding", "compress"),))
    client = archive.client()
    assert "encoded the page as compress" in client.get(f"/web/{STAMP}/{PAGE}", headers=BROWSER).text
    assert client.get(f"/web/{STAMP}id_/{PAGE}").data == b"\x0b\x0c"


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_page_is_shown_without_its_coding(
    archive: Any, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    archive.keep(PAGE, pack(b"<p>Unpacked"), headers=(("content-encoding", coding),))
    assert "<p>Unpacked</p>" in archive.client().get(f"/web/{STAMP}/{PAGE}").text


def test_a_page_too_large_is_shown_as_far_as_it_is_read(archive: Any) -> None:
    archive.keep(PAGE, "<p>start" + "<i>x</i>" * 100_000)
    client = archive.client()
    assert "only its beginning is" in client.get(f"/web/{STAMP}/{PAGE}", headers=BROWSER).text
    assert "<p>start" in client.get(f"/web/{STAMP}/{PAGE}").text


def test_a_redirect_leads_to_its_target_at_the_same_time(archive: Any) -> None:
    archive.keep(SITE + "old", status=301, headers=(("location", "/news/1"),))
    got = archive.client().get(f"/web/{STAMP}/{SITE}old")
    assert (got.status_code, got.location) == (302, f"/web/{STAMP}/{PAGE}")
    assert got.headers["Memento-Datetime"]


@pytest.mark.parametrize("location", ["", "javascript:alert(1)", "http://[", SITE + "old"])
def test_a_redirect_that_leads_nowhere_is_shown_as_it_was(archive: Any, location: str) -> None:
    archive.keep(SITE + "old", "<p>Moved", status=302, headers=(("location", location),))
    assert "Moved" in archive.client().get(f"/web/{STAMP}/{SITE}old").text


def test_an_error_that_was_captured_is_shown_where_there_is_nothing_better(archive: Any) -> None:
    archive.keep(PAGE, "<p>Gone", status=410, at=NOON + HOUR)
    client = archive.client()
    assert "<p>Gone</p>" in client.get(f"/web/20261123130000/{PAGE}").text
    archive.keep(PAGE, "<p>There")
    assert client.get(f"/web/2030/{PAGE}").location == f"/web/{STAMP}/{PAGE}"


def test_a_record_that_cannot_be_read_is_told_without_names_of_files(archive: Any) -> None:
    archive.keep(PAGE, "<p>x")
    for file in archive.folder().glob("**/*.warc.gz*"):
        file.write_bytes(b"\x00" * 4000)
    got = archive.client().get(f"/web/{STAMP}/{PAGE}", headers=BROWSER)
    assert got.status_code == 503
    assert "Its record cannot be read" in got.text
    assert ".warc.gz" not in got.text


# -- parts of a page ---------------------------------------------------------------------------------


def test_style_and_pictures_of_a_page_come_from_the_archive(archive: Any) -> None:
    page = archive.keep(PAGE, '<link rel=stylesheet href="/s.css"><img src="/p.png">')
    archive.resource(
        SITE + "s.css", b"a{background:url(p.png)} @import 'http://x.test/y.css';", "text/css", page=page
    )
    archive.resource(SITE + "p.png", b"\x89PNG\r\n\x1a\n", "image/png", page=page)
    client = archive.client()
    shown = client.get(f"/web/{STAMP}/{PAGE}").text
    sheet, picture = re.findall(r'(?:href|src)="(/part/[^"]+)"', shown)
    got = client.get(sheet)
    assert got.content_type == "text/css; charset=utf-8"
    assert re.fullmatch(
        r'a\{background:url\("/part/\S+/http://paper.test/p.png"\)\} @import \'/part/\S+/http://x.test/y.css\';',
        got.text,
    )
    assert client.get(picture).data == b"\x89PNG\r\n\x1a\n"
    assert client.get(picture).headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_part_is_the_one_nearest_to_its_page(archive: Any) -> None:
    page = archive.keep(PAGE, '<img src="/p.png">', at=NOON + 2 * HOUR)
    archive.keep(SITE + "p.png", b"GIF8old", "image/gif", at=NOON)
    archive.keep(SITE + "p.png", b"GIF8new", "image/gif", at=NOON + 3 * HOUR)
    client = archive.client()
    shown = client.get(f"/web/20261123140000if_/{PAGE}").text
    assert f"/{page.id}/" in shown
    assert client.get(re.findall(r'src="([^"]+)"', shown)[0]).data == b"GIF8new"


@pytest.mark.parametrize("media", ["text/html", "text/javascript", "application/json", "application/pdf"])
def test_only_style_pictures_and_the_like_are_parts(archive: Any, media: str) -> None:
    archive.keep(PAGE, '<img src="/x">')
    archive.keep(SITE + "x", b"<script>alert(1)</script>", media)
    client = archive.client()
    place = re.findall(r'src="([^"]+)"', client.get(f"/web/{STAMP}/{PAGE}").text)[0]
    got = client.get(place)
    assert (got.status_code, got.content_type) == (404, "text/plain; charset=utf-8")


def test_nobody_else_can_ask_for_frames_and_parts(archive: Any) -> None:
    page = archive.keep(PAGE, "<p>x")
    archive.keep(SITE + "p.png", b"\x89PNG", "image/png")
    client = archive.client()
    for token in ("x", "0" * 16, "%C3%BC"):
        assert client.get(f"/frame/{token}/{page.id}").status_code == 404
        assert client.get(f"/part/{token}/{page.id}/{SITE}p.png").status_code == 404


# -- the way by a date -------------------------------------------------------------------------------


def test_a_memento_names_its_neighbours(archive: Any, three: Any) -> None:
    base = "http://localhost:8081/web/"
    assert links(archive.client(), f"/web/20261123130000/{PAGE}") == {
        "original": PAGE,
        "timegate": f"{base}{PAGE}",
        "timemap": f"{base}timemap/link/{PAGE}",
        "first prev memento": f"{base}{STAMP}/{PAGE}",
        "memento": f"{base}20261123130000/{PAGE}",
        "next last memento": f"{base}20261123140000/{PAGE}",
    }


def test_the_link_header_to_the_byte(archive: Any) -> None:
    archive.keep(PAGE, "<p>x")
    got = archive.client().get(f"/web/{STAMP}/{PAGE}", headers={"Host": "127.0.0.1:8081"})
    base = "http://127.0.0.1:8081/web/"
    assert got.headers["Link"] == (
        f'<{PAGE}>; rel="original", <{base}{PAGE}>; rel="timegate", '
        f'<{base}timemap/link/{PAGE}>; rel="timemap"; type="application/link-format", '
        f'<{base}{STAMP}/{PAGE}>; rel="first last memento"; datetime="Mon, 23 Nov 2026 12:00:00 GMT"'
    )


@pytest.mark.parametrize(
    ("date", "stamp"),
    [
        ("Mon, 23 Nov 2026 12:20:00 GMT", STAMP),
        ("Mon, 23 Nov 2026 12:40:00 GMT", "20261123130000"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", STAMP),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "20261123140000"),
        ("Mon, 23 Nov 2026 13:40:00 +0100", "20261123130000"),
        ("", "20261123140000"),
    ],
)
def test_the_time_gate_leads_to_the_nearest_capture(archive: Any, three: Any, date: str, stamp: str) -> None:
    got = archive.client().get(f"/web/{PAGE}", headers={"Accept-Datetime": date} if date else {})
    assert (got.status_code, got.location) == (302, f"/web/{stamp}/{PAGE}")
    assert got.headers["Vary"] == "Accept-Datetime"
    assert 'rel="original"' in got.headers["Link"]
    assert "Memento-Datetime" not in got.headers


@pytest.mark.parametrize(
    "date", ["yesterday", "Mon, 99 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 99999 12:00:00 GMT"]
)
def test_a_date_that_is_none_is_said_to_be_none(archive: Any, three: Any, date: str) -> None:
    got = archive.client().get(f"/web/{PAGE}", headers={"Accept-Datetime": date})
    assert got.status_code == 400
    assert "Accept-Datetime holds no date" in got.text


@pytest.mark.parametrize(
    ("stamp", "leads_to"),
    [
        ("2026", STAMP),
        ("2027", "20261123140000"),
        ("202611231250", "20261123130000"),
        ("20261123125959", "20261123130000"),
        ("20261123120001if_", f"{STAMP}if_"),
        ("20261123120001id_", f"{STAMP}id_"),
        ("latest", "20261123140000"),
    ],
)
def test_any_time_leads_to_the_exact_time_of_the_nearest(
    archive: Any, three: Any, stamp: str, leads_to: str
) -> None:
    got = archive.client().get(f"/web/{stamp}/{PAGE}")
    assert (got.status_code, got.location) == (302, f"/web/{leads_to}/{PAGE}")


def test_the_time_map_lists_all_captures(archive: Any, three: Any) -> None:
    got = archive.client().get(f"/web/timemap/link/{PAGE}")
    base = "http://localhost:8081/web/"
    assert got.content_type == "application/link-format"
    assert got.text.split(",\n") == [
        f'<{PAGE}>; rel="original"',
        (
            f'<{base}timemap/link/{PAGE}>; rel="self"; type="application/link-format"'
            '; from="Mon, 23 Nov 2026 12:00:00 GMT"; until="Mon, 23 Nov 2026 14:00:00 GMT"'
        ),
        f'<{base}{PAGE}>; rel="timegate"',
        f'<{base}{STAMP}/{PAGE}>; rel="first memento"; datetime="Mon, 23 Nov 2026 12:00:00 GMT"',
        f'<{base}20261123130000/{PAGE}>; rel="memento"; datetime="Mon, 23 Nov 2026 13:00:00 GMT"',
        f'<{base}20261123140000/{PAGE}>; rel="last memento"; datetime="Mon, 23 Nov 2026 14:00:00 GMT"\n',
    ]


def test_the_time_map_as_json(archive: Any, three: Any) -> None:
    got = archive.client().get(f"/web/timemap/json/{PAGE}").json
    assert got["original_uri"] == PAGE
    assert [memento["datetime"] for memento in got["mementos"]["list"]] == [
        "2026-11-23T12:00:00Z",
        "2026-11-23T13:00:00Z",
        "2026-11-23T14:00:00Z",
    ]
    assert got["mementos"]["first"]["uri"] == f"http://localhost:8081/web/{STAMP}/{PAGE}"


def test_two_captures_in_one_second_are_one_memento(archive: Any) -> None:
    archive.keep(PAGE, "<p>early", at=NOON + timedelta(milliseconds=1))
    archive.keep(PAGE, "<p>late", at=NOON + timedelta(milliseconds=2))
    client = archive.client()
    assert "late" in client.get(f"/web/{STAMP}/{PAGE}").text
    assert client.get(f"/web/timemap/link/{PAGE}").text.count("memento") == 1


def test_all_captures_are_listed_by_day(archive: Any, three: Any) -> None:
    got = archive.client().get(f"/web/*/{PAGE}")
    assert "3 captures" in got.text
    assert got.text.count("23 November 2026</dt>") == 1
    assert got.text.index("14:00:00") < got.text.index("13:00:00") < got.text.index("12:00:00")
    assert "as before" in got.text


def test_what_was_never_captured_says_what_there_is(archive: Any, three: Any) -> None:
    client = archive.client()
    for path in (
        f"/web/2026/{SITE}other",
        f"/web/{SITE}other",
        f"/web/*/{SITE}other",
        f"/web/timemap/link/{SITE}x",
    ):
        got = client.get(path)
        assert got.status_code == 404
        assert f'<a href="/web/*/{PAGE}">' in got.text
    assert "Nothing was captured at http://elsewhere.test/" in client.get("/web/2026/elsewhere.test").text


@pytest.mark.parametrize(
    "asked", ["http://paper.test/news/1/", "https://paper.test/news/1", "www.paper.test/news/1",               "https://www.paper.test:443/news/1/#here"],
)  # fmt: skip
def test_other_spellings_lead_to_the_page(archive: Any, three: Any, asked: str) -> None:
    got = archive.client().get(f"/web/{STAMP}/{asked}")
    assert (got.status_code, got.location) == (302, f"/web/{STAMP}/{PAGE}")


def test_another_address_of_the_article_leads_to_its_page(archive: Any, three: Any) -> None:
    article = archive.article(three[0])
    with archive.store.transaction() as tx:
        tx.add_addresses(article, ["https://short.test/a1"])
    got = archive.client().get("/web/http://short.test/a1")
    assert got.location == f"/web/20261123140000/{PAGE}"


def test_what_was_removed_by_request_is_not_shown_but_said_to_be_removed(archive: Any, three: Any) -> None:
    article = archive.article(three[0])
    with archive.store.transaction() as tx:
        tx.add_addresses(article, ["https://paper.test/news/1"])
        tx.remove_article(article, at=NOON, reason="Asked for by a court", records={})
    client = archive.client()
    for path in (
        f"/web/{STAMP}/{PAGE}",
        f"/web/{STAMP}id_/{PAGE}",
        f"/web/*/{PAGE}",
        f"/web/timemap/link/{PAGE}",
    ):
        got = client.get(path)
        assert got.status_code == 410
        assert "Asked for by a court" in got.text
        assert "First" not in got.text


def test_addresses_with_escapes_and_queries_are_found_as_they_are(archive: Any) -> None:
    url = SITE + "a%2Fb//c?q=%3F&u=http://x/#"[:-1]
    archive.keep(url, "<p>odd")
    assert "odd" in archive.client().get(f"/web/{STAMP}/{url}").text


@pytest.mark.parametrize(
    ("stamp", "says"),
    [
        ("99", "is no time"),
        ("202", "is no time"),
        ("20261301", "is no time"),
        ("20260230120000", "is no time"),
        ("99999999999999999999999999", "is no time"),
        ("00001231", "is no time"),
        ("2026js_", "There is no js_"),
    ],
)
def test_hostile_65_a_time_that_is_none_is_one_sentence(
    archive: Any, three: Any, stamp: str, says: str
) -> None:
    got = archive.client().get(f"/web/{stamp}/{PAGE}")
    assert got.status_code == 400
    assert says in got.text


@pytest.mark.parametrize(
    "path",
    [
        "１２３４/http://paper.test/",
        "javascript:alert(1)",
        "http://u:p@paper.test/",
        "http://[x/",
        "ftp://x/",
    ],
)
def test_hostile_65_an_address_that_is_none_is_one_sentence(archive: Any, path: str) -> None:
    got = archive.client().get(f"/web/{path}")
    assert got.status_code in (400, 404)
    assert "Traceback" not in got.text


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8081"])
def test_hostile_64_only_names_of_this_machine_are_answered(archive: Any, three: Any, host: str) -> None:
    got = archive.client().get(f"/web/{STAMP}/{PAGE}", headers={"Host": host})
    assert got.status_code == 400


def test_a_field_finds_an_address(archive: Any, three: Any) -> None:
    client = archive.client()
    assert 'action="/web"' in client.get("/").text
    assert client.get("/web", query_string={"url": "paper.test/news/1"}).location == f"/web/*/{PAGE}"
    assert client.get("/web").location == "/"


# -- two origins -------------------------------------------------------------------------------------


def test_the_search_page_sends_readers_to_the_other_origin(client: FlaskClient, ids: dict[str, int]) -> None:
    got = client.get(f"/web/{STAMP}/http://paper.test/a%2Fb?c=d", headers={"Accept-Datetime": "x"})
    assert got.status_code == 307
    assert got.location == f"http://localhost:8081/web/{STAMP}/http://paper.test/a%2Fb?c=d"
    assert client.get("/web/").location == "http://localhost:8081/web/"
    was = re.findall(r'href="(/web/[^"]+)"', client.get(f"/article/{ids['ferry']}").text)
    assert client.get(was[0]).location == "http://localhost:8081" + was[0]


def test_behind_a_proxy_both_origins_are_as_they_are_set(tmp_path: Path) -> None:
    serve = ServeConfig(url="https://archive.test/", replay_url="https://pages.archive.test")
    with closing(replay_archive.Archive(replace(Config(tmp_path), serve=serve))) as archive:
        archive.keep(PAGE, "<p>x")
        got = archive.client().get(f"/web/{STAMP}/{PAGE}", headers=BROWSER)
        assert f'<https://pages.archive.test/web/{PAGE}>; rel="timegate"' in got.headers["Link"]
        assert 'href="https://archive.test/"' in got.text


def test_addresses_of_another_machine_keep_its_name() -> None:
    origins = Origins(8080, 8081)
    assert origins.main("::1") == "http://[::1]:8080"
    assert origins.replay("archive.lan", "https") == "https://archive.lan:8081"


# -- addresses ---------------------------------------------------------------------------------------


def test_spellings_begin_with_the_one_that_was_asked_for() -> None:
    assert spellings("http://a.test/x") == (
        "http://a.test/x",
        "https://a.test/x",
        "http://www.a.test/x",
        "https://www.a.test/x",
        "http://a.test/x/",
        "https://a.test/x/",
        "http://www.a.test/x/",
        "https://www.a.test/x/",
    )
    assert spellings("http://127.0.0.1:8187/") == ("http://127.0.0.1:8187/", "https://127.0.0.1:8187/")


def test_an_address_within_an_address_may_be_escaped() -> None:
    assert archived_url("HTTP:/a.test/x") == "http://a.test/x"
    assert archived_url("http%3A%2F%2Fa.test%2Fx%3Fy%3D1") == "http://a.test/x?y=1"
    with pytest.raises(WrongAddress):
        asked_for("")
