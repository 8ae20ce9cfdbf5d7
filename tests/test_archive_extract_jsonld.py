"""JSON-LD as sites really write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import jsonld

URL = "https://courier.example/weir"


def headlines(*scripts: str) -> list[str]:
    return [jsonld.first(node, "headline") for node in jsonld.read(scripts) if "headline" in node]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "The weir"}',
        '[{"@type": "NewsArticle", "headline": "The weir"}]',
        '{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "headline": "The weir"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "The weir"}}',
        '<!-- {"@type": "NewsArticle", "headline": "The weir"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "The weir"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "The weir",}',
        '{"@type": "NewsArticle", "headline": "The weir"};',
        '{"@type": "WebSite"}\n{"@type": "NewsArticle", "headline": "The weir"}',
        '{"@type": "NewsArticle"\n"headline": "The weir"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;The weir&quot;}",
        '{"@type": "NewsArticle", "headline": "The weir", "articleBody": "cut off here',
    ],
)
def test_an_article_is_found(script: str) -> None:
    assert headlines(script) == ["The weir"]


def test_line_breaks_and_markup_in_strings_are_read_as_text() -> None:
    assert headlines('{"headline": "The <b>weir</b>\n&amp; the mill"}') == ["The weir & the mill"]


def test_the_node_with_the_address_of_the_page_is_its_article() -> None:
    other = '{"@type": "NewsArticle", "headline": "Another", "url": "https://courier.example/other"}'
    own = '{"@type": "NewsArticle", "headline": "The weir", "mainEntityOfPage": {"@id": "https://courier.example/weir/"}}'
    nodes = jsonld.read([other, own])
    assert jsonld.article(nodes, URL + "?utm_source=x", "Another")["headline"] == "The weir"


def test_else_the_one_whose_headline_is_nearest_to_the_title() -> None:
    nodes = jsonld.read(
        ['[{"@type": "NewsArticle", "headline": "Other news"}, {"@type": "Article", "headline": "The weir"}]']
    )
    assert jsonld.article(nodes, URL, "The weir")["headline"] == "The weir"


def test_pages_without_an_article_have_none() -> None:
    assert jsonld.article(jsonld.read(['{"@type": "Organization", "name": "Vale Courier"}']), URL, "") == {}


def test_the_fullest_node_of_an_id_describes_it() -> None:
    nodes = jsonld.read(['{"@graph": [{"@id": "#a", "name": "Ruth Calder"}, {"@id": "#a"}]}'])
    assert jsonld.by_id(nodes)["#a"]["name"] == "Ruth Calder"


def test_depth_is_no_danger() -> None:
    assert jsonld.read(['{"mainEntity":' * 100_000, "[" * 100_000]) == []


@given(st.text(max_size=300) | st.text(alphabet='{}[]",:@type \n\\u0', max_size=300))
def test_any_script_gives_nodes_or_none(script: str) -> None:
    nodes = jsonld.read([script])
    jsonld.by_id(nodes)
    assert isinstance(jsonld.article(nodes, URL, "t"), dict)
