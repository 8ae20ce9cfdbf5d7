"""The whole of a page: status, language, the rest of the metadata, and that nothing makes it raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import extract
from archive.model import Extract, Link

URL = "https://courier.example/weir"
PROSE = (
    "<p>"
    + "The weir held through the winter, although the river rose twice above the old mark. " * 3
    + "</p>"
)
SOUP = ["<html>", "<head>", "<title>", "</title>", "<body>", "<p>", "</p>", "<div class='post-content'>", "</div>", "<h1>", "</h1>",
        '<script type="application/ld+json">', "</script>", '{"@type":"Article","author":', "[", "]", "{", "}", '"', "<time datetime=",
        "2025-04-01", ">", "By A B", "<meta name='author' content='", "'>", "&#xD800;", "&amp", "\x00", "<!--", "<![CDATA[", "é"]  # fmt: skip


def read(html: str, url: str = URL, hint: Link | None = None) -> Extract:
    return extract(html.encode(), url=url, hint=hint)


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"no markup at all", b"\x89PNG\r\n\x1a\n\x00\x00", b"<html></html>"]
)
def test_what_cannot_be_read_is_empty(body: bytes) -> None:
    assert extract(body, url=URL).status == "empty"


def test_two_short_paragraphs_are_an_article() -> None:
    sentence = "The weir held through the winter, although the river rose twice above the old mark."
    assert (
        read(f"<html><body><h1>The weir</h1><p>{sentence}</p><p>{sentence}.</p></body></html>").status
        == "article"
    )


def test_a_page_that_says_it_is_an_article_is_one() -> None:
    assert (
        read('<meta property="og:type" content="article"><h1>A picture of the weir</h1>').status == "article"
    )


def test_a_home_page_is_an_index() -> None:
    assert read(f"<h1>Vale Courier</h1>{PROSE}{PROSE}", url="https://courier.example/").status == "index"


def test_an_article_about_pages_not_found_is_no_error() -> None:
    prose = "".join(f"<p>{n} {PROSE[3:]}" for n in range(4))
    assert (
        read(f"<title>Page not found: a history</title><h1>Page not found: a history</h1>{prose}").status
        == "article"
    )


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="en-US">', "en"),
        ('<html xml:lang="de_DE">', "de"),
        ('<meta property="og:locale" content="pt_BR">', "pt"),
        ('<meta http-equiv="content-language" content="fr, en">', "fr"),
        ('<html lang="">' + PROSE, "en"),
        (
            "<p>Das Wehr hat den Winter überstanden, und der Fluss ist nicht mehr über die alte Marke gestiegen.</p>",
            "de",
        ),
        ("<p>港の古い灯台は、きのうの夜ふたたび光りました。</p>", "ja"),
        ("<p>1234 5678</p>", ""),
    ],
)
def test_the_language_is_declared_or_read_from_the_words(html: str, language: str) -> None:
    assert read(html + "<h1>1</h1>").language == language


def test_addresses_are_absolute_http_or_nothing() -> None:
    head = '<link rel="canonical" href="/weir"><meta property="og:image" content="//img.example/weir.jpg">'
    found = read(head)
    assert (found.canonical_url, found.image) == (
        "https://courier.example/weir",
        "https://img.example/weir.jpg",
    )
    bad = read(
        '<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="data:image/png;base64,AA">'
    )
    assert (bad.canonical_url, bad.image) == ("", "")


def test_the_feed_names_what_the_page_does_not() -> None:
    assert read(PROSE, hint=Link(URL, title="The weir holds")).title == "The weir holds"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SOUP), max_size=60).map("".join))
def test_broken_markup_never_raises(html: str) -> None:
    found = extract(html.encode("utf-8", "replace"), url=URL)
    for field in (found.title, found.text, found.description, *found.authors, *found.tags):
        field.encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500), st.text(max_size=40), st.text(max_size=40))
def test_any_bytes_any_url_any_header_never_raise(body: bytes, url: str, header: str) -> None:
    extract(b"<p>" + body, url="https://" + url, content_type=header)


def test_deep_nesting_is_read_or_empty() -> None:
    assert read("<div>" * 20_000 + PROSE).status in {"article", "empty"}
