"""Names and nothing but names."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import authors as who
from archive.extract import extract
from archive.extract.byline import front
from archive.extract.names import split
from archive.extract.page import parse
from archive.extract.text import key
from archive.model import Credit, Link


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
    assert all(2 <= len(name) <= 60 and "\n" not in name for name in split(text))


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


def credited(head: str, body: str = "") -> list[tuple[str, str, str]]:
    html = f"<html><head><title>The weir - Vale Courier</title>{head}</head><body><h1>The weir</h1>{body}</body></html>"
    found = extract(html.encode(), url="https://courier.example/weir").credits
    return [(one.name, one.kind, one.role) for one in found]


PROSE = (
    "<p>The weir held through the night, although the water stood a hand below its crown until the morning.</p>"
    * 3
)


def test_a_byline_that_names_more_than_the_metadata_is_believed() -> None:
    byline = "<p class='byline'>By Ruth Calder and Li Wei</p>"
    assert authors(json_ld('"Ruth Calder"'), byline) == ("Ruth Calder", "Li Wei")


def test_a_link_beside_a_name_without_one_costs_no_author() -> None:
    byline = "<p class='byline'>By <a href='/author/7'>Ruth Calder</a> and Li Wei</p>"
    assert authors("", byline) == ("Ruth Calder", "Li Wei")


def test_roles_are_told_apart() -> None:
    byline = "<p>By Ruth Calder, photos by Li Wei</p><p>Translated by Ana Reyes</p>"
    assert credited("", byline) == [
        ("Ruth Calder", "person", "author"),
        ("Li Wei", "person", "photo"),
        ("Ana Reyes", "person", "translator"),
    ]


def test_editors_and_translators_of_the_metadata_are_no_authors() -> None:
    data = (
        '{"@type":"NewsArticle","headline":"The weir","author":{"@id":"#a"},"editor":{"name":"Li Wei"},'
        '"translator":"Ana Reyes"},{"@id":"#a","@type":"Person","name":"Ruth Calder"}'
    )
    assert credited(f'<script type="application/ld+json">[{data}]</script>') == [
        ("Ruth Calder", "person", "author"),
        ("Li Wei", "person", "editor"),
        ("Ana Reyes", "person", "translator"),
    ]


def test_an_agency_beside_a_person_is_credited_as_one() -> None:
    assert credited("", "<p>Von Grete Sommerfeld und dpa</p>") == [
        ("Grete Sommerfeld", "person", "author"),
        ("dpa", "organisation", "agency"),
    ]


def test_an_agency_alone_is_the_author_rather_than_the_site() -> None:
    publisher = json_ld('{"@type":"Organization","name":"Vale Courier"}')
    assert authors(publisher, "<p>AFP, MANILA</p>" + PROSE) == ("AFP",)


def test_a_person_who_only_bears_the_name_of_the_site_is_none() -> None:
    staff = json_ld('{"@type":"Person","name":"Vale Courier Staff"}')
    assert credited(staff) == [("Vale Courier Staff", "organisation", "author")]


def test_people_in_the_news_are_no_authors() -> None:
    text = f"<p>EXCLUSIVE</p>{PROSE}<p>It was seen by <a href='/people/tom-hale'>Tom Hale</a>.</p>"
    assert authors(json_ld('{"@type":"Person","name":"Courier Staff"}'), text) == ("Courier Staff",)


def test_authors_of_the_next_stories_are_no_authors() -> None:
    teasers = "".join(
        f"<div><p class='kicker'>2023 in review</p><p>The long story of the lock and what it cost {n}</p>"
        f"<p class='author'>By Tom Hale{n}</p></div>"
        for n in "abc"
    )
    byline = "<p class='author'>By Ruth Calder</p>"
    assert authors(json_ld('{"@type":"Organization","name":"Vale Courier"}'), byline + teasers) == (
        "Ruth Calder",
    )


def test_reviewers_and_fact_checkers_are_no_authors() -> None:
    byline = (
        "<div class='author-line'>By <a href='/author/7'>Ruth Calder</a></div>"
        "<div class='author-line'>Medically reviewed by <a href='/author/8'>Li Wei, MD</a></div>"
    )
    assert authors("", byline) == ("Ruth Calder",)


@pytest.mark.parametrize(
    "ending",
    ["<p>(Ruth Calder)</p>", "<p>It will be mended in May. (Ruth Calder)</p>", "<p><b>Text:</b> Ruth Calder</p>",
     "<p><em>(Reporting by Ruth Calder; editing by Li Wei)</em></p>", "<p>Autorin: Ruth Calder</p>"],
)  # fmt: skip
def test_who_signs_after_the_text(ending: str) -> None:
    assert authors("", f"<div class='text'>{PROSE}{ending}</div>") == ("Ruth Calder",)


def test_a_line_break_ends_a_line() -> None:
    text = (
        f"<div class='text'>{PROSE}<p>(to be continued)<br>Text: Ruth Calder<br>Tags: river, weir</p></div>"
    )
    assert authors("", text) == ("Ruth Calder",)


def test_initials_are_an_author_where_nobody_else_is() -> None:
    assert authors(json_ld('"mh"')) == ("mh",)
    assert authors(json_ld('"mh"'), "<p>By Ruth Calder</p>") == ("Ruth Calder",)


def test_who_entered_an_article_is_not_who_wrote_it() -> None:
    card = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Tom Hale">'
    assert authors(card) == ("Tom Hale",)
    assert authors(card, "<p>By Ruth Calder</p>") == ("Ruth Calder",)


@pytest.mark.parametrize(
    "byline",
    ["<p>11.12.2023 - Ruth Calder</p>", "<p>Ruth Calder</p><p>December 11, 2023</p>",
     "<p>Ruth Calder | Senior Writer | December 11, 2023</p>"],
)  # fmt: skip
def test_a_name_beside_the_day(byline: str) -> None:
    assert authors("", byline + PROSE) == ("Ruth Calder",)


@pytest.mark.parametrize(
    "line",
    ["<p><a href='/world'>Latin America</a></p>", "<h3>Tom Hale</h3>", "<p>The River</p>", "<p>Sport</p>"],
)
def test_what_stands_beside_the_day_and_is_no_author(line: str) -> None:
    assert authors("", f"{line}<p>December 11, 2023</p>{PROSE}") == ()


def test_the_name_at_the_head_of_a_box_about_the_author() -> None:
    box = (
        "<div class='author-box'><h4>Ruth Calder</h4><p>Ruth Calder has walked the river for this paper since 2011 "
        "and lives above a lock with two cats and a boat that does not float.</p></div>"
    )
    assert authors("", PROSE + box) == ("Ruth Calder",)


def test_every_candidate_is_told_with_its_place_and_the_winner_is_marked() -> None:
    head = json_ld('{"@type":"Organization","name":"River Agency"}')
    html = (
        f"<html><head><title>The weir</title>{head}</head>"
        f"<body><h1>The weir</h1><p>By Ruth Calder</p>{PROSE}</body></html>"
    )
    seen = [
        one
        for one in extract(html.encode(), url="https://courier.example/weir").evidence
        if one.field == "authors"
    ]
    assert [(one.value, one.where, one.chosen) for one in seen] == [
        ("River Agency", "JSON-LD author (organisation)", False),
        ("Ruth Calder", "the byline", True),
    ]


NAMES = st.lists(
    st.sampled_from(["Ruth", "Calder", "Li", "Wei", "dpa", "de", "王小明", "O'Hara", "MD", "Smith-Jones"]),
    max_size=4,
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["By ", "Von ", "Photo: ", "", "2024-05-01 ", "作者：", "Reviewed by "]),
        NAMES.map(" ".join),
        st.sampled_from(["", ", staff writer", " and ", " (mh)", ", Berlin", " | Sport", " for the Times"]),
    ).map("".join),
    max_size=4,
)


def read(html: str) -> tuple[Credit, ...]:
    page = parse(html, "https://courier.example/weir")
    return who.authors(page, front(page, "The weir")).value


@settings(max_examples=50)
@given(LINES, LINES, NAMES.map(" ".join))
def test_authors_stand_on_the_page_or_in_its_metadata(
    byline: list[str], ending: list[str], stated: str
) -> None:
    head = "".join(f"<p class='author'>{line}</p>" for line in byline)
    tail = "".join(f"<p>{line}</p>" for line in ending)
    html = (
        f"<html><head><title>The weir</title><meta name='author' content=\"{stated}\"></head>"
        f"<body><h1>The weir</h1>{head}{PROSE}{tail}</body></html>"
    )
    words = set(key(html).split())
    assert all(set(key(credit.name).split()) <= words for credit in read(html))


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='author'>" + "By by " * 10_000 + "</p>",
        "<p class='author'>By " + "A, " * 30_000 + "</p>",
        "<p>By " + "(" * 30_000 + "</p>",
        "<div class='author'>" * 250 + "<span class='author'>Ruth Calder</span>" * 10_000,
        "<div itemprop='author'>" + "<a href='/author/7'>Ruth Calder</a>" * 10_000 + "</div>",
        "<div class='author'><b>x</b>" * 10_000,
        "<meta name='author' content='Ruth Calder'>" * 10_000,
        "<p>" + "photo by text by von " * 5_000 + "</p>",
    ],
)
def test_hostile_44_bylines_without_end_are_read_in_a_moment(markup: str) -> None:
    begun = process_time()
    found = read(f"<html><head><title>The weir</title></head><body><h1>The weir</h1>{markup}{PROSE}")
    assert process_time() - begun < 10
    assert len(found) <= 40


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"author":{"id":7,"name":"Ruth Calder"}}', ("Ruth Calder",)),
        ('{"authors":[{"name":"Ruth Calder"}],"more":[{"author":"Ruth Calder"}]}', ("Ruth Calder",)),
        (r'"{\"author\":\"Ruth Calder\"}"', ("Ruth Calder",)),
        ('{"author":"Ruth Calder","related":[{"author":"Tom Hale"}]}', ()),
    ],
)
def test_what_the_page_tells_its_scripts_counts_last_and_only_if_it_is_one(
    data: str, expected: tuple[str, ...]
) -> None:
    script = f"<script>window.state = {data};</script>"
    assert authors(script) == expected
    assert authors(script, "<p>By Li Wei</p>") == ("Li Wei",)
