"""The query language: what is read, what is said about it, and that nothing ever fails."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import querytree as tree
from index.model import MISSING, Filter, SearchRequest
from index.query import MAX_CLAUSES, parse
from index.wording import understood

TODAY = date(2026, 11, 23)


def read(text: str) -> str:
    """What was understood of a text."""
    return understood(parse(text, today=TODAY).tree, SearchRequest(text))


def notes(text: str) -> tuple[str, ...]:
    """What was ignored of a text."""
    return parse(text, today=TODAY).notes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "all articles"),
        ("election council", "articles with “election” and “council” in title or text"),
        ("election AND council", "articles with “election” and “council” in title or text"),
        ("election OR council", "articles with (“election” or “council”) in title or text"),
        ('"city council"', "articles with “city council” in title or text"),
        ("“city council”", "articles with “city council” in title or text"),
        ('"council vote"~3', "articles with “council vote” with up to 3 words in between in title or text"),
        ("election -war", "articles with “election” in title or text, but not with “war” in title or text"),
        (
            "election NOT war",
            "articles with “election” in title or text, but not with “war” in title or text",
        ),
        ("elect*", "articles with “elect*” in title or text"),
        ("electoin~2", "articles with words like “electoin” in title or text"),
        ("election^2 vote", "articles with “election” (counting 2 times) and “vote” in title or text"),
        ("author:field", "articles by author “field”"),
        ('author:"john field" tag:budget', "articles by author “john field”, tagged “budget”"),
        ("author:(field OR lake)", "articles by author (“field” or “lake”)"),
        ("author:[a TO f]", "articles by author words in [a TO f]"),
        ("title:budget", "articles with “budget” in the title"),
        ("url:example.com", "articles with “example.com” in the address"),
        ("https://example.com/a?b=1", "articles at https://example.com/a?b=1"),
        ("lang:de", "articles in German"),
        ("lang:German", "articles in German"),
        ("is:undated", "articles without a date"),
        ("date:2025", "articles published 2025-01-01 to 2025-12-31"),
        ("date:2025-04-01..2025-05-15", "articles published 2025-04-01 to 2025-05-15"),
        ("date:[2025-01 TO 2025-03]", "articles published 2025-01-01 to 2025-03-31"),
        ('date:"last month"', "articles published 2026-10-01 to 2026-10-31"),
        ("since:2w", "articles published since 2026-11-09"),
        ("until:yesterday", "articles published until 2026-11-22"),
        (
            "(author:field OR date:2025) budget",
            "articles with “budget” in title or text, either by author “field” or published 2025-01-01 to 2025-12-31",
        ),
    ],
)
def test_a_query_is_read_without_remark(text: str, sentence: str) -> None:
    assert read(text) == sentence
    assert notes(text) == ()


@pytest.mark.parametrize(
    ("text", "sentence", "note"),
    [
        ('"city council', "articles with “city council” in title or text", "quotation mark was not closed"),
        ("(vote council", "articles with “vote” and “council” in title or text", "bracket was not closed"),
        ("vote)", "articles with “vote” in title or text", "closing bracket without"),
        ("vote AND", "articles with “vote” in title or text", "“AND” stands between"),
        ("OR vote", "articles with “vote” in title or text", "“OR” stands between"),
        ("vote NOT", "articles with “vote” in title or text", "“NOT” stands before"),
        ("foo:bar", "articles with “foo:bar” in title or text", "no field “foo:”"),
        ('foo:"bar"', "articles with “bar” in title or text", "no field “foo:”"),
        ("author: vote", "articles with “vote” in title or text", "“author:” has nothing after it"),
        ("vote date:2026-99-99", "articles with “vote” in title or text", "there is no such day"),
        ("vote^nan", "articles with “vote” in title or text", "“^nan” is no weight"),
        ("vote^-1", "articles with “vote” in title or text", "“^-1” is no weight"),
        ("vote~9", "articles with words like “vote” in title or text", "read as ~2"),
        ("vote~x", "articles with words like “vote” in title or text", "“~x” is no distance"),
        ("*vote", "articles with “vote” in title or text", "without its * and ?"),
        ("v*", "articles with “v” in title or text", "without its * and ?"),
        ("vote ***", "articles with “vote” in title or text", "no letter or digit"),
        ("vote\0 count", "articles with “vote” and “count” in title or text", "Control characters"),
        ("is:new", "all articles", "known are only is:undated, is:gone, is:edited, is:copy, is:original"),
        ("edits:many", "all articles", "“edits:many” was ignored: it is not a number of edits."),
        ("edits:..", "all articles", "it is not a number of edits"),
        ("edits:>1+", "all articles", "it is not a number of edits"),
        ("edits:<0", "all articles", "no article can be edited so often"),
        ("edits:5..2", "all articles", "no article can be edited so often"),
        ("edits:" + "9" * 400, "all articles", "it is not a number of edits"),
        ("changed:tomorrow", "all articles", "“changed:tomorrow” was ignored: it is not a date."),
        ("story:ferry", "all articles", "it is not the number of an article"),
        ("story:²", "all articles", "it is not the number of an article"),
        ("lang:[a TO b]", "all articles", "has no ranges"),
        ("author:[a b]", "all articles", "no range of the form"),
    ],
)
def test_a_broken_query_is_read_leniently_and_says_so(text: str, sentence: str, note: str) -> None:
    assert read(text) == sentence
    assert any(note in one for one in notes(text)), notes(text)


def test_a_query_is_bounded_in_length() -> None:
    query = parse("word " * 200_000, today=TODAY)
    assert len(query.text) <= 512
    assert "at most 512 characters" in query.notes[0]


def test_a_query_is_bounded_in_parts() -> None:
    query = parse(" OR ".join("abcdefghijklmnopqrstuvwxyz1234567890"), today=TODAY)
    assert len(list(tree.wanted(query.tree))) == MAX_CLAUSES
    assert any("at most 32 parts" in note for note in query.notes)


def test_a_query_is_bounded_in_depth() -> None:
    assert any("nest at most" in note for note in notes("(" * 400 + "vote"))
    assert read("-" * 400 + "vote") != ""


def test_what_no_boost_can_carry_over_keeps_its_place() -> None:
    query = parse('author:"john field"^2', today=TODAY)
    assert query.tree == tree.Boosted(
        tree.Words(("john", "field"), "john field", "author", exact=True, span=(7, 19)), 2.0
    )


def test_facets_and_days_of_the_page_are_part_of_the_sentence() -> None:
    request = SearchRequest(
        "vote",
        filters=(
            Filter("author", "John Field"),
            Filter("author", MISSING),
            Filter("month", "2025-04"),
            Filter("language", "de", exclude=True),
        ),
        since=date(2025, 4, 2),
    )
    assert understood(parse("vote", today=TODAY).tree, request) == (
        "articles with “vote” in title or text, by author “John Field” or without a byline,"
        " but not in German, published in April 2025, published since 2025-04-02"
    )


pieces = st.lists(
    st.sampled_from(
        ['"', "(", ")", "[", "]", "{", "}", " ", "AND", "OR", "NOT", "-", "+", "~", "^", "*", "?", ":", "a", "election",
         "author:", "date:", "date:2025", "since:", "is:undated", "lang:", "url:", "2025-99", " TO ", "..", "~2", "^nan",
         "\0", "é", "\ud800", "“", "https://"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(pieces | st.text(), st.dates())
@example("a~99999999999999999999", TODAY)
@example("a~²", TODAY)
@example('""', TODAY)
@example('"a"~^', TODAY)
@example("date:" + "9" * 400, TODAY)
def test_any_text_is_understood_somehow(text: str, today: date) -> None:
    query = parse(text, today=today)
    sentence = understood(query.tree, SearchRequest(text))
    assert sentence
    assert all(note.endswith(".") and "\0" not in note for note in query.notes)
