"""Section, tags, summary, picture and address, from every vocabulary that pages use."""

from __future__ import annotations

import json

import pytest

from archive.extract import extract
from archive.model import Extract

PROSE = "<p>The weir above the mill held through the night, and the water fell by a hand's breadth, said the miller.</p>"


def read(head: str, body: str = "") -> Extract:
    page = f"<html lang='en'><head><title>The weir</title>{head}</head><body><article><h1>The weir</h1>{PROSE}{body}</article></body></html>"
    return extract(page.encode(), url="https://courier.example/weir")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:section" content="Mills">',
        '<meta name="DCTERMS.subject" content="Mills">',
        '<meta name="parsely-section" content="Mills">',
        """<meta name="parsely-page" content='{"section": "Mills", "tags": ["x"]}'>""",
        '<meta itemprop="articleSection" content="Mills">',
        '<script type="application/ld+json">{"@type": "Article", "articleSection": ["Mills", "Rivers"]}</script>',
    ],
)
def test_the_section(head: str) -> None:
    assert read(head).section == "Mills"


@pytest.mark.parametrize(
    "body",
    ['<a itemprop="articleSection" href="/m">Mills</a>', '<div typeof="Article"><a property="schema:articleSection">Mills</a></div>',
     '<a rel="category" href="/m">Mills</a>'],
)  # fmt: skip
def test_the_section_that_a_reader_sees(body: str) -> None:
    assert read("", body).section == "Mills"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:tag" content="mills"><meta property="article:tag" content="rivers">',
        '<meta name="keywords" content="mills, rivers">',
        '<meta name="sailthru.tags" content="mills,rivers">',
        """<meta name="parsely-page" content='{"tags": ["mills", "rivers"]}'>""",
        '<script type="application/ld+json">{"@type": "Article", "keywords": ["mills", "rivers"]}</script>',
    ],
)
def test_the_tags(head: str) -> None:
    found = read(head)
    assert found.tags == ("mills", "rivers")
    assert [one.value for one in found.evidence if one.field == "tags" and one.chosen] == ["mills", "rivers"]


def test_tags_of_microformats() -> None:
    entry = (
        '<div class="h-entry"><a class="p-category">mills</a><p class="p-summary">The weir held.</p></div>'
    )
    found = read("", entry)
    assert (found.tags, found.description) == (("mills",), "The weir held.")


@pytest.mark.parametrize(
    "content", ["{", "[1]", '{"title": {"a": 1}}', json.dumps({"tags": [1, None, ["x"]]})]
)
def test_parsely_that_is_broken_says_nothing(content: str) -> None:
    found = read(f"<meta name='parsely-page' content='{content}'>")
    assert (found.title, found.tags) == ("The weir", ())


def test_what_each_says_stays_in_the_evidence() -> None:
    found = read(
        '<meta property="og:description" content="Short."><meta name="description" content="Longer.">'
    )
    said = [(one.value, one.where, one.chosen) for one in found.evidence if one.field == "description"]
    assert said == [("Short.", "meta og:description", True), ("Longer.", "meta description", False)]
