"""Hostile lists of sources: each is read or refused at once, with one sentence, and nothing is fetched for it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.model import Source
from newsarchive.sourcelist import MAX_BYTES, ListError, read_list, write_list
from newsarchive.sources import SourceList

AT = datetime(2026, 5, 4, tzinfo=UTC)
SOURCE = Source(1, "P", "https://p.test/", "page", timedelta(hours=1), None, False, AT, AT)
OUTLINE = b'<opml version="2.0"><body><outline text="%s" xmlUrl="https://a.test/"/></body></opml>'


def read(data: bytes, name: str = "list.opml") -> SourceList:
    return read_list(data, name, today=date(2026, 11, 24))


def filled(unit: bytes, head: bytes = b"") -> bytes:
    """As much of it as a list may have."""
    return head + unit * ((MAX_BYTES - len(head)) // len(unit))


def test_hostile_35_laughs_are_not_expanded() -> None:
    laughs = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    with pytest.raises(ListError, match="it declares entities"):
        read(b'<!DOCTYPE opml [<!ENTITY a "lol">' + laughs + b"]>" + OUTLINE % b"&m;")


def test_hostile_35_one_long_entity_is_not_expanded_many_times() -> None:
    with pytest.raises(ListError, match="it declares entities"):
        read(b'<!DOCTYPE opml [<!ENTITY a "' + b"x" * 90_000 + b'">]>' + OUTLINE % (b"&a;" * 10_000))


@pytest.mark.parametrize("where", ["file://{}", "http://127.0.0.1:9/x"])
def test_hostile_35_no_entity_reads_a_file_or_an_address(where: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    address = where.format(tmp_path / "secret").encode()
    with pytest.raises(ListError, match="it declares entities") as refused:
        read(b'<!DOCTYPE opml [<!ENTITY a SYSTEM "' + address + b'">]>' + OUTLINE % b"&a;")
    assert "secret" not in str(refused.value)
    found = read(b'<!DOCTYPE opml SYSTEM "' + address + b'">' + OUTLINE % b"A")
    assert found.entries[0].said.settings["name"] == "A"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<opml><body>" + b'<outline text="a">' * 100_000, "Excessive depth"),
        (b"<opml><body><outline " + b"a='' " * 100_000, "more than 100,000 characters"),
        (filled(b"<outline/>", b"<opml><body>"), "more than 100,000 elements"),
        (filled(b"&", b"<opml><body>"), "more than 100,000 characters"),
        (filled(b"<!---->", b"<opml><body>"), "it is not OPML"),
        (filled(b"<"), "it is not OPML"),
        (b"<opml>" + b'<outline xmlUrl="no"/>' * 20_002, "more than 20,000 entries"),
    ],
)
def test_hostile_36_what_is_deep_wide_or_endless_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ListError, match=why):
        read(data)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"a" * (MAX_BYTES + 1), "a.csv", "it is larger than 5 MB"),
        (filled(b"a\n", b"url\n"), "a.csv", "more than 400,000 lines"),
        (filled(b"a" * 30 + b"\n", b"url\n"), "a.csv", "more than 20,000 entries"),
        (filled(b"a,", b"url,"), "a.csv", "longer than 20,000 characters"),
        (filled(b"\x00"), "a.csv", "control character"),
        (filled(b"\xff"), "a.csv", "not UTF-8"),
        (filled(b"sep=;\n"), "a.csv", "more than 400,000 lines"),
        (filled(b"\x00"), "a.toml", "control character"),
        (filled(b"[[source]]\n"), "a.toml", "more than 400,000 lines"),
        (filled(b"[[source]]#" + b"x" * 100 + b"\n"), "a.toml", "more than 20,000 entries"),
    ],
)
def test_hostile_36_lists_have_bounds(data: bytes, name: str, why: str) -> None:
    with pytest.raises(ListError, match=why):
        read(data, name)


@pytest.mark.parametrize(
    "table",
    [
        b"".join(b"a." * n + b"b = 1\n" for n in range(1, 2000)),
        b"".join(b"[source.a%d]\n" % n for n in range(100_000)),
        b"name = " + b"[\n" * 9_000,
        b"name = " + b"{a=" * 6_000,
        b"x = " + b"9" * 19_000,
    ],
    ids=["dotted", "tables", "nested", "inline", "digits"],
)
def test_hostile_36_a_table_that_would_take_long_costs_itself_only(table: bytes) -> None:
    found = read(b"[[source]]\n" + table + b"\n[[source]]\nurl = 'https://a.test/'\n", "a.toml")
    assert [entry.url for entry in found.entries] == ["https://a.test/"]
    assert len(found.problems) == 1


def test_hostile_36_quotation_marks_that_are_never_closed_cost_their_lines_only() -> None:
    found = read(b"url,name\n" + b'https://a.test/,"x\n' * 1_001 + b"https://z.test/,Z\n", "a.csv")
    assert [entry.url for entry in found.entries] == ["https://z.test/"]
    assert [problem.line for problem in found.problems] == list(range(2, 1_003))


def test_hostile_38_a_name_is_text_and_no_script_is_an_address() -> None:
    found = read(
        b'<opml><body><outline text="&lt;script&gt;" xmlUrl="https://a.test/"/>'
        b'<outline text="J" xmlUrl="javascript:alert(1)"/><outline text="F" xmlUrl="file:///etc/passwd"/></body></opml>'
    )
    assert [entry.said.settings["name"] for entry in found.entries] == ["<script>"]
    no_scheme, file = (problem.sentence for problem in found.problems)
    assert "write it with https://" in no_scheme
    assert "not an http or https address" in file


def test_hostile_38_no_name_moves_a_terminal() -> None:
    found = read(b"url,name\nhttps://a.test/,\xe2\x80\xaeevil\nhttps://b.test/,\x1b[2J\n", "a.csv")
    assert found.entries == ()
    assert [problem.line for problem in found.problems] == [2, 3]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_hostile_66_a_cell_that_a_spreadsheet_would_run_is_prefixed(sign: str) -> None:
    evil = replace(SOURCE, name=f"{sign}cmd|' /C calc'!A0", collections=(f"{sign}x",))
    text = write_list([evil], "csv")
    (_, row) = csv.reader(io.StringIO(text, newline=""))
    assert f"'{sign}cmd|' /C calc'!A0" in row
    assert f"'{sign}x" in row
    (entry,) = read(text.encode(), "a.csv").entries
    assert (entry.said.settings["name"], entry.said.settings["collections"]) == (evil.name, evil.collections)


def test_hostile_66_no_cell_ends_early_where_semicolons_divide() -> None:
    text = write_list([replace(SOURCE, name="a;=cmd")], "csv")
    assert '"a;=cmd"' in text
