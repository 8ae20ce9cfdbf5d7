"""The title of a page that could not be read is had without reading it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import quick_title
from archive.extract.quick import LONGEST


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<html><head><title>The weir holds</title>", "The weir holds"),
        ("<title>\n  The weir \u00a0 holds\n</title>", "The weir holds"),
        ("<TITLE data-x=1>The weir &amp; the mill</TITLE>", "The weir & the mill"),
        ('<title>The weir | Courier</title><meta property="og:title" content="The weir">', "The weir"),
        ("<meta content='&quot;It held&quot;' property='og:title'>", '"It held"'),
        ('<meta property="og:title" content=""><title>The weir</title>', "The weir"),
        ("<title></title>", ""),
        ("<title>never closed", ""),
        ("<titles>Dr</titles>", ""),
        ("no markup", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_title_stands_in_the_first_lines(html: str, title: str) -> None:
    assert quick_title(html.encode()) == title


def test_it_is_short_whatever_the_page_says() -> None:
    assert quick_title(b"<title>" + b"weir " * 500 + b"</title>") == ("weir " * 100).strip()
    assert len(quick_title(b"<title>" + b"weir," * 500 + b"</title>")) == LONGEST


def test_a_title_far_below_is_not_looked_for() -> None:
    assert quick_title(b"<p>" * 100_000 + b"<title>The weir</title>") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_it_is_decoded_as_a_page_is(encoding: str) -> None:
    assert quick_title("<title>Grüße</title>".encode(encoding)) == "Grüße"


def test_the_header_or_the_page_name_the_encoding() -> None:
    body = "<title>Утром</title>".encode("windows-1251")
    assert quick_title(body, "text/html; charset=windows-1251") == "Утром"
    assert quick_title(b"<meta charset=windows-1251>" + body) == "Утром"


def test_a_character_that_the_window_cuts_is_no_damage() -> None:
    body = b"<title>" + "Grüße".encode() + b"</title>"
    assert quick_title(body + b"." * (128 * 1024 - len(body) - 1) + "ü".encode()) == "Grüße"


@given(st.binary(max_size=300), st.text(max_size=30))
def test_it_never_raises_and_gives_one_line_that_can_be_stored(body: bytes, header: str) -> None:
    for start in (b"<title>", b"<meta property=og:title content='", b"\xff\xfe<"):
        title = quick_title(start + body + b"</title>'>", header)
        title.encode("utf-8")
        assert title == " ".join(title.split())
