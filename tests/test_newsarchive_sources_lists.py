"""Lists of sources as files: what is written can be read, what others write is read, what is wrong is told with its
line and costs nothing else."""

from __future__ import annotations

import csv
import io
import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Rules, Source
from archive.urls import fetch_form, identity
from newsarchive.sourcelist import FORMATS, ListError, ListFormat, format_of, read_list, write_list
from newsarchive.sources import SourceList
from newsarchive.sources.words import check_collection, check_name, check_patterns

TODAY = date(2026, 11, 24)
AT = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
EMPTY = Source(1, "P", "https://p.test/", "page", HOUR / 2, None, False, AT, AT)


def read(text: str | bytes, name: str = "") -> SourceList:
    return read_list(text.encode() if isinstance(text, str) else text, name, today=TODAY)


def said(found: SourceList) -> list[tuple[str, dict[str, Any]]]:
    """Address and settings of each entry, the rules among them."""
    return [(entry.url, dict(entry.said.over())) for entry in found.entries]


def told(found: SourceList) -> list[tuple[int, str]]:
    return [(problem.line, problem.sentence) for problem in found.problems]


# -- what is written can be read ---------------------------------------------------------------------


def passes(check: Any) -> Any:
    def is_fine(text: str) -> bool:
        try:
            return bool(check(text) == text)
        except ValueError:
            return False

    return is_fine


odd = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\"\\;,&<>#[]"), min_size=1, max_size=12)
names = odd.filter(passes(check_name))
collections = st.lists(odd.filter(passes(check_collection)), unique=True, max_size=3).map(tuple)
patterns = st.lists(odd.filter(passes(lambda one: "".join(check_patterns([one])))), unique=True, max_size=3)
selectors = st.sampled_from(["", "h1", "h1 > a[href='x;\"y\"']", ".\\31 a", "[a='=']", "*", "p:not(.x, #y)"])
rules = st.builds(Rules, selectors, selectors, selectors, selectors, patterns.map(tuple), patterns.map(tuple))
ages = st.lists(st.integers(10, 365 * 24 * 60), unique=True, max_size=4).map(
    lambda minutes: tuple(timedelta(minutes=one) for one in sorted(minutes))
)
sources = st.builds(
    lambda path, adaptive, seconds, **rest: replace(
        EMPTY,
        url=fetch_form(f"https://p.test/{path}"),
        adaptive=adaptive,
        interval=HOUR / 2 if adaptive else timedelta(seconds=seconds),
        **rest,
    ),
    path=st.text(string.ascii_letters + string.digits + "/?=,;'%", max_size=8),
    adaptive=st.booleans(),
    seconds=st.integers(60, 30 * 86400),
    name=names,
    min_delay=st.none() | st.floats(0.001, 3600) | st.just(0.0),
    paused=st.booleans(),
    backfill_since=st.none() | st.dates(date(1600, 1, 1), TODAY),
    collections=collections,
    revisit_ages=ages,
    rules=rules,
)


def restored(found: SourceList) -> list[Source]:
    """The sources as a new archive would have them."""
    assert found.problems == found.notes == ()
    return [replace(EMPTY, url=entry.url, **entry.said.over()) for entry in found.entries]


@given(st.lists(sources, max_size=3))
@pytest.mark.parametrize("form", ["toml", "csv"])
def test_toml_and_csv_carry_everything(form: ListFormat, some: list[Source]) -> None:
    text = write_list(some, form)
    again = restored(read(text, f"list.{form}"))
    assert again == some
    assert write_list(again, form) == text


@given(st.lists(sources, max_size=4, unique_by=lambda one: identity(one.url)))
def test_opml_carries_names_addresses_and_collections(some: list[Source]) -> None:
    found = read(write_list(some, "opml"), "list.opml")
    assert found.problems == found.notes == ()
    again = {url: (its["name"], set(its["collections"])) for url, its in said(found)}
    assert again == {one.url: (one.name, set(one.collections)) for one in some}


@given(st.lists(sources, max_size=3))
def test_no_cell_is_a_formula(some: list[Source]) -> None:
    for row in csv.reader(io.StringIO(write_list(some, "csv"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(["", *FORMATS]))
def test_whatever_a_list_holds_it_is_read_or_refused(data: bytes, form: str) -> None:
    for head in (b"", b"name,url\n", b"[[source]]\n", b"<opml><body>", b'url\n"'):
        try:
            found = read_list(head + data, f"a.{form}", today=TODAY)
        except ListError:
            continue
        assert all(1 <= entry.line <= len(data) + 3 for entry in found.entries)


def test_a_feed_is_written_as_one_and_a_page_as_a_page() -> None:
    text = write_list([replace(EMPTY, kind="feed"), replace(EMPTY, url="https://q.test/")], "opml")
    assert '<outline text="P" title="P" type="rss" xmlUrl="https://p.test/"/>' in text
    assert '<outline text="P" title="P" type="link" htmlUrl="https://q.test/"/>' in text


def test_what_goes_without_saying_is_not_written_to_toml() -> None:
    text = write_list([EMPTY], "toml")
    assert text.splitlines()[1:] == ["", "[[source]]", 'name = "P"', 'url = "https://p.test/"']


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.opml", "opml"),
        ("a.XML", "opml"),
        ("b/a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.toml", "toml"),
        ("a", None),
    ],
)
def test_a_format_is_told_by_an_ending(name: str, form: ListFormat | None) -> None:
    assert format_of(name) == form


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_told_by_content_too(form: ListFormat) -> None:
    text = write_list([EMPTY], form)
    for name in ("", "list.txt"):
        assert [url for url, _ in said(read(text, name))] == [EMPTY.url]
    assert read(write_list([EMPTY], "opml"), f"list.{form}").entries


# -- OPML --------------------------------------------------------------------------------------------


def outline(body: str) -> str:
    return f"<?xml version='1.0'?>\n<opml version='1.0'><head><title>T</title></head><body>\n{body}\n</body></opml>"


def test_folders_are_collections_and_the_feed_comes_before_the_page() -> None:
    found = read(
        outline("""<outline text="World">
          <outline text="Asia"><outline title="One" text="1" xmlUrl="https://a.test/f" htmlUrl="https://a.test/"/></outline>
          <outline text="Two" htmlUrl=" https://b.test/ "/>
        </outline>
        <outline text="Local"><outline text="One again" xmlUrl="https://a.test/f"/></outline>
        <outline xmlUrl="https://c.test/"/>""")
    )
    assert said(found) == [
        ("https://a.test/f", {"name": "One", "collections": ("World", "Asia", "Local")}),
        ("https://b.test/", {"name": "Two", "collections": ("World",)}),
        ("https://c.test/", {"collections": ()}),
    ]
    assert found.problems == ()


def test_a_bad_outline_is_told_with_its_line_and_the_others_are_read() -> None:
    found = read(
        outline("""<outline text="A & B" xmlUrl="https://a.test/?a=1&b=2"/>
<outline text="no address" type="rss"/>
<outline text="other" xmlUrl="gopher://b.test/"/>
<outline text=broken xmlUrl="https://c.test/"/>
<outline text="Last" xmlUrl="https://d.test/"/>""")
    )
    assert [(entry.line, entry.url) for entry in found.entries] == [
        (3, "https://a.test/?a=1&b=2"),
        (7, "https://d.test/"),
    ]
    assert found.entries[0].said.settings["name"] == "A & B"
    assert sorted(line for line, _ in told(found)) == [4, 5, 6]
    assert "has no xmlUrl" in told(found)[0][1]
    assert "not an http or https address" in told(found)[1][1]


def test_a_line_that_cannot_be_decoded_is_told() -> None:
    data = outline(
        '<outline text="Zürich" xmlUrl="https://a.test/"/>\n<outline xmlUrl="https://b.test/"/>'
    ).encode("latin-1")
    found = read(data, "a.opml")
    assert [url for url, _ in said(found)] == ["https://b.test/"]
    assert [line for line, _ in told(found)] == [3]
    declared = data.replace(b"'1.0'?", b"'1.0' encoding='iso-8859-1'?")
    assert said(read(declared))[0][1]["name"] == "Zürich"


def test_opml_that_ends_too_early_is_read_as_far_as_it_goes() -> None:
    found = read(outline('<outline text="a" xmlUrl="https://a.test/"/>').split("\n</body>")[0])
    assert [url for url, _ in said(found)] == ["https://a.test/"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_opml_may_have_a_mark_of_its_encoding(encoding: str) -> None:
    text = outline('<outline text="Zürich ☃" xmlUrl="https://a.test/"/>')
    assert said(read(text.encode(encoding), "a.opml"))[0][1]["name"] == "Zürich ☃"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<rss><channel/></rss>", "it is not OPML but 'rss'; a feed is added by its address"),
        ("<html>", "it is not OPML but 'html'"),
        ("<", "it is not OPML"),
        ("name,url", "begins with <"),
        ("", "begins with <"),
        ("<opml>\x00</opml>", "it is no text"),
    ],
)
def test_what_is_no_opml_is_refused(text: str, why: str) -> None:
    with pytest.raises(ListError, match=why):
        read(text, "a.opml")


# -- CSV ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_stand_in_any_order_divided_by_what_a_spreadsheet_likes(
    delimiter: str, end: str, encoding: str
) -> None:
    rows = [["Every", "Feed URL", "TITLE"], ["2h", "https://a.test/", "Zürich"], ["", "https://b.test/", ""]]
    text = end.join(delimiter.join(row) for row in rows)
    assert said(read(text.encode(encoding), "a.csv")) == [
        ("https://a.test/", {"adaptive": False, "interval": 2 * HOUR, "name": "Zürich"}),
        ("https://b.test/", {"adaptive": True}),
    ]


def test_all_columns_of_a_table() -> None:
    found = read(
        "url,name,every,delay,paused,collections,revisit,backfill,rules.title,rules.include\n"
        'https://a.test/,A,1d,0.5,YES,"x; y z",1h 6h,2015..,h1,/a/* */b\n'.replace("1h 6h", '"1h,6h"')
    )
    ((_, its),) = said(found)
    assert its == {
        "name": "A",
        "adaptive": False,
        "interval": timedelta(days=1),
        "min_delay": 0.5,
        "paused": True,
        "collections": ("x", "y z"),
        "revisit_ages": (HOUR, 6 * HOUR),
        "backfill_since": date(2015, 1, 1),
        "rules": Rules(title="h1", include=("/a/*", "*/b")),
    }


def test_a_bad_row_is_told_with_its_line_and_the_others_are_read() -> None:
    found = read(
        b"\xef\xbb\xbfurl,name,every,paused,rules.title\n"
        b"https://a.test/,A,,,\n"  # 2
        b",No address,,,\n"  # 3
        b"paper,B,,,\n"  # 4
        b"https://c.test/,C,often,,\n"  # 5
        b"https://d.test/,D,,perhaps,\n"  # 6
        b"https://e.test/,E,,,h1[\n"  # 7
        b"https://f.test/,Z\xfcrich,,,\n"  # 8
        b"https://g.test/,a\x00b,,,\n"  # 9
        b'https://h.test/,"not closed,,,\n'  # 10
        b'https://i.test/,"two\nlines",,,\n'  # 11, 12
        b"https://j.test/,J,,,,,more\n"  # 13
        b'https://k.test/,"K"x,,,\n'  # 14
        b"\n , ,\n"
        b"https://z.test/,'=Z\n"  # 17
    )
    assert [(entry.line, entry.url) for entry in found.entries] == [
        (2, "https://a.test/"),
        (17, "https://z.test/"),
    ]
    assert found.entries[1].said.settings["name"] == "=Z"
    assert told(found) == [
        (3, "there is no url"),
        (4, "'paper' is no whole address; write it with https:// before it"),
        (5, "'often' is not an interval; write for example 30m, 2h or 1d"),
        (6, "'perhaps' is neither yes nor no"),
        (7, "'h1[' is not a CSS selector: Malformed attribute selector at position 2."),
        (8, "this line is not UTF-8"),
        (9, "this line has a control character"),
        (10, "a quotation mark stands where none may, or is not closed"),
        (11, "the name 'two\\nlines' has a control character"),
        (13, "there are 7 cells for 5 columns"),
        (14, "a quotation mark stands where none may, or is not closed"),
    ]


def test_columns_that_are_not_known_are_left_out_and_told() -> None:
    found = read("name,notes,url,title,\nA,x,https://a.test/,B,\n")
    assert said(found) == [("https://a.test/", {"name": "A"})]
    assert [(note.line, note.sentence) for note in found.notes] == [
        (1, "the column 'notes' is not known and left out"),
        (1, "the column 'title' is not known and left out"),
    ]


def test_a_line_that_tells_the_delimiter_is_obeyed() -> None:
    assert said(read("sep=;\nurl;name\nhttps://a.test/;A, B\n")) == [("https://a.test/", {"name": "A, B"})]


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_a_table_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(ListError, match="it is empty"):
        read(text, "a.csv")


def test_a_table_without_addresses_says_what_a_first_line_is() -> None:
    with pytest.raises(
        ListError, match='no column "url"; its first line names the columns, for example: name,url'
    ):
        read("https://a.test/\nhttps://b.test/\n")


# -- TOML --------------------------------------------------------------------------------------------


def test_toml_is_read_as_people_write_it() -> None:
    found = read(
        """
        # a remark
        [[ source ]]   # another
        url = 'https://a.test/'
        delay = 2
        paused = false
        collections = "one"
        backfill = 2015-03-01
        revisit = "1h"
        [source.rules]
        title = "h1"
        include = [
          "/a/*",
        ]
        [["source"]]
        url = "https://b.test/"
        """
    )
    assert said(found) == [
        (
            "https://a.test/",
            {
                "min_delay": 2.0,
                "paused": False,
                "collections": ("one",),
                "backfill_since": date(2015, 3, 1),
                "revisit_ages": (HOUR,),
                "rules": Rules(title="h1", include=("/a/*",)),
            },
        ),
        ("https://b.test/", {}),
    ]


@pytest.mark.parametrize(
    ("table", "line", "why"),
    [
        ("name = 'A'", 4, "there is no url"),
        ("url = 'https://b.test/'\nevry = '2h'", 4, "there is no setting 'evry'; did you mean every?"),
        ("url = 'https://b.test/'\nrules.titel = 'h1'", 4, "did you mean rules.title?"),
        ("url = 'https://b.test/'\nrules = 'h1'", 4, "there is no setting 'rules'"),
        ("url = 'https://b.test/'\ncolour = 1", 4, "there are: name, url"),
        ("url = 7", 4, "url is not a text"),
        ("url = 'https://b.test/'\nevery = 30", 4, "every is not a text"),
        ("url = 'https://b.test/'\ndelay = true", 4, "delay is not a text"),
        ("url = 'https://b.test/'\npaused = 'yes'", 4, "paused is not true or false"),
        ("url = 'https://b.test/'\ncollections = [1]", 4, "collections is not a list of texts"),
        ("url = 'https://b.test/'\nname = ''", 4, "the name is empty"),
        ("url = 'https://b.test/'\nbackfill = 2015-01-01T00:00:00", 4, "backfill is not a text"),
        ("url = 'https://b.test/\nname = 'B'", 5, "this is not TOML"),
        ("url = 'https://b.test/'\nname = \x07", 6, "this line has a control character"),
        ("url = 'https://b.test/'\n[other]\na = 1", 4, "nothing else stands in the list"),
        ("url = 'https://b.test/'\ndelay = " + "9" * 5000, 6, "this is not TOML"),
        ("name = " + "[" * 5000, 4, "nested too deeply"),
        ("name = '" + "n" * 20_000, 5, "longer than 20,000 characters"),
    ],
)
def test_a_bad_table_is_told_with_its_line_and_the_others_are_read(table: str, line: int, why: str) -> None:
    found = read(
        f"[[source]]\nurl = 'https://a.test/'\n\n[[source]]\n{table}\n[[source]]\nurl = 'https://z.test/'\n"
    )
    assert [url for url, _ in said(found)] == ["https://a.test/", "https://z.test/"]
    ((at, sentence),) = told(found)
    assert at == line
    assert why in sentence


def test_a_byte_that_is_not_utf8_is_told_with_its_line() -> None:
    found = read(
        b"[[source]]\nname = 'Z\xfcrich'\nurl = 'https://a.test/'\n[[source]]\nurl = 'https://b.test/'\n"
    )
    assert (told(found), len(found.entries)) == ([(2, "this line is not UTF-8")], 1)


def test_a_file_that_is_no_toml_at_all_is_refused() -> None:
    with pytest.raises(ListError, match="it is no list of sources"):
        read("name,url\n", "a.toml")
    with pytest.raises(ListError, match=r"begins with a line \[\[source\]\]"):
        read("source = 1\n", "a.toml")
    assert read("# nothing yet\n", "a.toml") == SourceList()
