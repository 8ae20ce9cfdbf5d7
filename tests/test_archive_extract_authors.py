"""Names and nothing but names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.names import split
from archive.model import Link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Field", ["John Field"]),
        ("By John Field", ["John Field"]),
        ("BY ANN OKAFOR AND LI WEI", ["ANN OKAFOR", "LI WEI"]),
        ("By Tomas Reyes, Ann Okafor and Li Wei", ["Tomas Reyes", "Ann Okafor", "Li Wei"]),
        ("Von Grete Sommerfeld und Jörg Ahrens", ["Grete Sommerfeld", "Jörg Ahrens"]),
        ("Par Odile Charrier et Marc Vasseur", ["Odile Charrier", "Marc Vasseur"]),
        ("Por Begoña Núñez y Iker Sanz", ["Begoña Núñez", "Iker Sanz"]),
        ("Di Carla Rossi e Ugo Neri", ["Carla Rossi", "Ugo Neri"]),
        ("Written by: Ruth Calder", ["Ruth Calder"]),
        ("Ruth Calder, Staff Writer", ["Ruth Calder"]),
        ("Ruth Calder (Photo: Wilf Tranter)", ["Ruth Calder"]),
        ("Calder, Ruth", ["Ruth Calder"]),
        ("Sam Ellis Jr.", ["Sam Ellis Jr."]),
        ("Robert De Wit", ["Robert De Wit"]),
        ("山田太郎", ["山田太郎"]),
    ],
)
def test_names_of_a_byline(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "12 Hours Ago", "Comments Off", "3 Comments", "April 1, 2025", "March", "5 min read", "https://social.example/paper",
     "ruth@paper.example", "admin", "Published", "View all posts", "@paper", "Share"],
)  # fmt: skip
def test_what_stands_in_bylines_and_is_no_name(text: str) -> None:
    assert split(text) == []


@given(st.text(max_size=200))
def test_any_text_gives_short_single_line_names(text: str) -> None:
    assert all(2 < len(name) <= 60 and "\n" not in name for name in split(text))


def authors(head: str, body: str = "", hint: Link | None = None) -> tuple[str, ...]:
    html = f"<html><head><title>The weir - Vale Courier</title>{head}</head><body><h1>The weir</h1>{body}<p>It held.</p></body>"
    return extract(html.encode(), url="https://courier.example/weir", hint=hint).authors


def json_ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"The weir","author":{author}}}</script>'


def test_a_person_in_the_byline_outranks_an_organisation_in_the_metadata() -> None:
    assert authors(json_ld('{"@type":"Organization","name":"River Agency"}'), "<p>By Ruth Calder</p>") == (
        "Ruth Calder",
    )


def test_an_organisation_is_named_where_no_person_is() -> None:
    assert authors(json_ld('{"@type":"Organization","name":"River Agency"}')) == ("River Agency",)


def test_persons_are_named_by_parts_too() -> None:
    assert authors(json_ld('[{"givenName":"Ruth","familyName":"Calder"},{"name":"Li Wei"}]')) == (
        "Ruth Calder",
        "Li Wei",
    )


def test_an_address_is_no_author_and_the_next_source_is_asked() -> None:
    meta = '<meta property="article:author" content="https://social.example/calder">'
    assert authors(meta, '<p class="byline"><a rel="author" href="/a/7">Ruth Calder</a></p>') == (
        "Ruth Calder",
    )


def test_each_author_is_named_once() -> None:
    assert authors(
        '<meta name="author" content="Ruth Calder"><meta name="author" content="RUTH CALDER">'
    ) == ("Ruth Calder",)


def test_an_author_of_another_story_is_not_the_author() -> None:
    related = '<div class="related"><p><a rel="author" href="/a/9">Wilf Tranter</a></p></div>'
    assert authors("", related) == ()


def test_a_label_before_the_name() -> None:
    assert authors("", "<dl><dt>Author</dt><dd>Ruth Calder</dd></dl>") == ("Ruth Calder",)


def test_the_day_before_the_name() -> None:
    assert authors("", "<p>posted on 2023-12-19 by Ruth Calder</p>") == ("Ruth Calder",)


def test_the_feed_counts_where_the_page_is_silent() -> None:
    hint = Link("https://courier.example/weir", authors=("Li Wei",))
    assert authors("", hint=hint) == ("Li Wei",)
    assert authors("", "<p>By Ruth Calder</p>", hint) == ("Ruth Calder",)


@pytest.mark.parametrize(
    "byline",
    [
        "By Hanna Olsen newsroom@paper.test",
        "By Hanna Olsen <hanna.olsen@paper.test>",
        "Hanna Olsen, hanna@news.paper.test",
        "By Hanna Olsen (hanna@paper.test)",
    ],
)
def test_a_mail_address_beside_a_name_costs_no_author(byline: str) -> None:
    assert split(byline) == ["Hanna Olsen"]


def test_a_mail_address_alone_is_no_author() -> None:
    assert split("newsroom@paper.test") == []
