"""The headline: the page's own heading, chosen with the help of its metadata."""

from __future__ import annotations

import pytest

from archive.extract import extract


def title(head: str, body: str, url: str = "https://courier.example/weir") -> str:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url).title


def test_the_heading_nearest_to_the_metadata() -> None:
    head = "<title>The weir holds through the winter | Vale Courier</title>"
    assert (
        title(head, "<h1>Vale Courier</h1><h1>The weir holds, through the winter</h1>")
        == "The weir holds, through the winter"
    )


@pytest.mark.parametrize(
    "document_title",
    ["The weir holds - Vale Courier", "The weir holds | Local | Vale Courier", "Vale Courier: The weir holds", "Vale Courier » The weir holds",
     "The weir holds – courier.example"],
)  # fmt: skip
def test_the_name_of_the_site_is_cut(document_title: str) -> None:
    site = '<meta property="og:site_name" content="Vale Courier">'
    assert title(f"<title>{document_title}</title>{site}", "<p>no heading</p>") == "The weir holds"


def test_a_dash_inside_a_headline_stays() -> None:
    assert (
        title("<title>The weir - and what it holds back</title>", "") == "The weir - and what it holds back"
    )


def test_metadata_where_no_heading_is_like_it() -> None:
    assert title('<meta property="og:title" content="The weir holds">', "<h1>Today</h1>") == "The weir holds"


def test_a_kicker_is_no_part_of_the_headline() -> None:
    head = '<meta property="og:title" content="The weir holds through winter">'
    assert (
        title(head, "<h1><span>Exclusive</span> The weir holds through winter</h1>")
        == "The weir holds through winter"
    )


def test_the_heading_where_the_title_only_names_the_site() -> None:
    head = '<title>Vale Courier</title><meta property="og:site_name" content="Vale Courier">'
    assert title(head, '<h1><img src="logo.png"></h1><h2>The weir holds</h2>') == "The weir holds"


def test_the_title_of_a_drawing_is_not_the_title_of_the_page() -> None:
    assert title("", "<svg><title>Close</title></svg><h1>The weir holds</h1>") == "The weir holds"


def test_a_page_without_any_has_none() -> None:
    assert title("", "<p>Only text.</p>") == ""
