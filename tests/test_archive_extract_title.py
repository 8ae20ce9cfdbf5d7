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


def test_a_quotation_before_the_colon_is_no_kicker() -> None:
    whole = "‘End of the drought’: millers look at the river"
    head = f'<meta property="og:title" content="{whole}"><title>Millers look at the river</title>'
    assert title(head, f"<h1>{whole}</h1>") == whole


def test_the_only_heading_of_a_page_counts_more_than_what_is_written_for_search_engines() -> None:
    head = '<meta property="og:title" content="Weir repair checklist"><title>Weir repair checklist</title>'
    assert title(head, "<h1>What a miller looks at in spring</h1>") == "What a miller looks at in spring"
    assert title(head, "<h1>Vale Courier</h1>") == "Weir repair checklist"
    assert title(head, "<h1>What a miller looks at in spring</h1><h1>And in autumn, too, of course</h1>") == (
        "Weir repair checklist"
    )


@pytest.mark.parametrize(
    ("stated", "whole"),
    [
        ("The miller said ", 'The miller said "never"'),
        ("The weir holds through…", "The weir holds through the winter"),
    ],
)
def test_a_title_that_was_cut_is_completed(stated: str, whole: str) -> None:
    assert title(f'<meta property="og:title" content="{stated}"><title>{whole}</title>', "") == whole


@pytest.mark.parametrize("joint", ["：", "_", "-", "｜", " - "])
def test_the_name_of_the_site_is_cut_without_blanks_too(joint: str) -> None:
    headline, site = "水车小屋上的堰坝整夜坚守", "山谷信使报"
    named = f'<meta property="og:site_name" content="{site}">'
    assert title(f"<title>{headline}{joint}{site}</title>{named}", "<p>。</p>") == headline
    assert title(f"<title>{headline}{joint}{site}机构</title>", f"<h1>{headline}</h1>") == headline


@pytest.mark.parametrize(
    "markup",
    [
        '<p itemprop="headline">The weir holds</p>',
        '<div typeof="schema:NewsArticle"><p property="schema:headline">The weir holds</p></div>',
        '<div class="hentry"><p class="entry-title">The weir holds</p></div>',
    ],
)
def test_microdata_rdfa_and_microformats_name_the_headline(markup: str) -> None:
    assert title("<title>Weir holds!</title>", markup) == "The weir holds"


@pytest.mark.parametrize("name", ["dc.title", "DCTERMS.title", "parsely-title", "sailthru.title"])
def test_other_vocabularies_name_the_headline(name: str) -> None:
    assert title(f'<meta name="{name}" content="The weir holds">', "") == "The weir holds"
