"""The query language: what is read, what is said about it, and that nothing ever fails."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from index import querytree as tree
from index.analysis import folded_words
from index.lexer import MAX_LENGTH
from index.model import MISSING, Filter, SearchRequest
from index.query import MAX_CLAUSES, Query, parse
from index.querytext import query_text
from index.wording import understood

TODAY = date(2026, 11, 23)


def read(text: str) -> str:
    """What was understood of a text."""
    return understood(parse(text, today=TODAY).tree, SearchRequest(text))


def notes(text: str) -> tuple[str, ...]:
    """What was ignored of a text."""
    return parse(text, today=TODAY).notes


def read_near(one: str, other: str, distance: int) -> str:
    """What is understood of two words near each other."""
    return f"articles with (“{one}” near “{other}”, in any order, up to {distance} words in between) in title or text"


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
        (
            "city-wide*",
            "articles with (exactly “city” near “wide*”, in any order, no word in between) in title or text",
        ),
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
        ("election|council", "articles with (“election” or “council”) in title or text"),
        ("+election +council", "articles with “election” and “council” in title or text"),
        ("“elections”", "articles with exactly “elections” in title or text"),
        ("exact:elections", "articles with exactly “elections” in title or text"),
        ("title:exact:vote", "articles with exactly “vote” in the title"),
        (
            "exact:(vote title:count)",
            "articles with exactly “vote” in title or text, with exactly “count” in the title",
        ),
        ("author:OR", "articles by author “OR”"),
        ("選*", "articles with “選*” in title or text"),
        ("選挙*", "articles with “選挙*” in title or text"),
        ("author：field|lake", "articles either by author “field” or with “lake” in title or text"),
        ("\u200eauthor:field\u200f \ufeffvote", "articles by author “field”, with “vote” in title or text"),
        ("（vote｜poll）", "articles with (“vote” or “poll”) in title or text"),
        ("「選挙」", "articles with exactly “選挙” in title or text"),
        (
            "mayor near/5 budget",
            "articles with (“mayor” near “budget”, in any order, up to 5 words in between) in title or text",
        ),
        (
            "mayor W/5 budget NEAR/5 (vote|poll)",
            (
                "articles with (“mayor” near “budget” near (“vote” or “poll”), in any order, up to 5 words in between)"
                " in title or text"
            ),
        ),
        (
            'title:("city council" near/0 mayor)',
            "articles with (“city council” near “mayor”, in any order, no word in between) in the title",
        ),
        (
            "a1 near/2 b1 near/3 c1",
            (
                "articles with (“a1” near “b1”, in any order, up to 2 words in between)"
                " and (“b1” near “c1”, in any order, up to 3 words in between) in title or text"
            ),
        ),
        (
            "(a1 b1) near/2 c1",
            (
                "articles with (“a1” near “c1”, in any order, up to 2 words in between)"
                " and (“b1” near “c1”, in any order, up to 2 words in between) in title or text"
            ),
        ),
        (
            "storm mayor near/5 budget flood",
            (
                "articles with “storm” and (“mayor” near “budget”, in any order, up to 5 words in between)"
                " and “flood” in title or text"
            ),
        ),
        ('"a1 b1"~1', "articles with “a1 b1” with up to 1 word in between in title or text"),
        ("first1(mayor)", "articles with “mayor” in the first word of the text"),
        ('para(mayor "city hall")', "articles with “mayor” and “city hall” in one paragraph"),
        (
            "para((mayor vote) | (council poll))",
            "articles either with “mayor” and “vote” in one paragraph or with “council” and “poll” in one paragraph",
        ),
        ("atleast3(mayor)", "articles with “mayor” at least 3 times in title or text"),
        ("title:atleast2(mayor)", "articles with “mayor” at least 2 times in the title"),
        (
            "AtLeast3(mayor|council vote*)",
            (
                "articles either with “mayor” at least 3 times in title or text"
                " or (with “council” at least 3 times and “vote*” at least 3 times in title or text)"
            ),
        ),
        (
            "first100(mayor vote~1)",
            (
                "articles with “mayor” in the first 100 words of the text,"
                " with words like “vote” in the first 100 words of the text"
            ),
        ),
        (
            "first5(title:mayor)^2",
            "articles with “mayor” in the first 5 words of the title (counting 2 times)",
        ),
        ("wc:>500", "articles of at least 501 words"),
        ("wc:100..300", "articles of 100 to 300 words"),
        ("wc:[100 TO *]", "articles of at least 100 words"),
        ("wc:<=1000", "articles of at most 1,000 words"),
        ("has:image", "articles with a picture"),
        ("-has:image", "articles but not with a picture"),
        ("site:https://www.Example.com:80/news?x", "articles from the site example.com"),
        ("site:(a.com OR b.com)", "articles either from the site a.com or from the site b.com"),
        ("2025-04-01", "articles published on 2025-04-01"),
        ("2025-04-01..2025-05-15", "articles published 2025-04-01 to 2025-05-15"),
        ("2024..", "articles published since 2024-01-01"),
        ("..2024-05", "articles published until 2024-05-31"),
        ("2025", "articles with “2025” in title or text"),
        ("2010-20", "articles with “2010-20” in title or text"),
        ("since:2w until:(today)", "articles published since 2026-11-09, published until 2026-11-23"),
        ("https://example.com/A_(b)?x=(1)", "articles at https://example.com/A_(b)?x=(1)"),
        ("(https://example.com/a)", "articles at https://example.com/a"),
        ("Budget: vote", "articles with “Budget:” and “vote” in title or text"),
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
        ('foo:"bar"', "articles with exactly “bar” in title or text", "no field “foo:”"),
        ("author: vote", "articles with “vote” in title or text", "“author:” has nothing after it"),
        ("vote date:2026-99-99", "articles with “vote” in title or text", "there is no such day"),
        ("vote ^2", "articles with “vote” in title or text", "“^2” belongs to no word"),
        ('vote "x"~2~3', "articles with “vote” and exactly “x” in title or text", "“~2” belongs to no word"),
        ("vote^nan", "articles with “vote” in title or text", "“^nan” is no weight"),
        ("vote^-1", "articles with “vote” in title or text", "“^-1” is no weight"),
        ("vote~9", "articles with words like “vote” in title or text", "“~9” was read as “~2”"),
        ("vote~x", "articles with words like “vote” in title or text", "“~x” is no distance"),
        ("*vote", "articles with “vote” in title or text", "without its * and ?"),
        ("v*", "articles with “v” in title or text", "without its * and ?"),
        (
            "city-w*",
            "articles with (exactly “city” near “w”, in any order, no word in between) in title or text",
            "at least 2 letters",
        ),
        (
            "a-b-c-d-e-f-g-h-wide*",
            "articles with “a-b-c-d-e-f-g-h-wide” in title or text",
            "they stand in single words",
        ),
        ("*-*", "all articles", "no letter or digit"),
        ("選挙結果*", "articles with “選挙結果” in title or text", "they stand in single words"),
        ("vote ***", "articles with “vote” in title or text", "no letter or digit"),
        ("vote\0 count", "articles with “vote” and “count” in title or text", "Control characters"),
        ("is:new", "all articles", "known are only is:undated, is:gone, is:edited, is:copy, is:original"),
        ("edits:many", "all articles", "“edits:many” was ignored: it is not a number of edits."),
        ("edits:..", "all articles", "it is not a number of edits"),
        ("edits:>1+", "all articles", "it is not a number of edits"),
        ("edits:<0", "all articles", "no article has such a number of edits"),
        ("edits:5..2", "all articles", "no article has such a number of edits"),
        ("edits:" + "9" * 400, "all articles", "it is not a number of edits"),
        ("changed:tomorrow", "all articles", "“changed:tomorrow” was ignored: it is not a date."),
        ("story:ferry", "all articles", "it is not the number of an article"),
        ("story:²", "all articles", "it is not the number of an article"),
        ("near/5 vote", "articles with “vote” in title or text", "“near/5” stands between two words"),
        ("vote near/5", "articles with “vote” in title or text", "“near/5” stands between two words"),
        ("vote near/5 near/2 count", read_near("vote", "count", 2), "“near/5” stands between two words"),
        ("vote near/9999 count", read_near("vote", "count", 500), "“near/9999” was read as “near/500”"),
        (
            "vote near/5 -count",
            "articles with “vote” in title or text, but not with “count” in title or text",
            "here it was read as AND",
        ),
        (
            "title:vote near/5 count",
            "articles with “vote” in the title, with “count” in title or text",
            "“near/5” stands between words, phrases and groups of them in one field",
        ),
        ("atleast3()", "all articles", "“atleast3(…)” has nothing in its brackets"),
        (
            "atleast3(vote since:2w)",
            "articles with “vote” at least 3 times in title or text, published since 2026-11-09",
            "“atleast3(…)” is about words, phrases and OR; the rest was read as if it stood outside.",
        ),
        (
            "para(vote title:count)",
            "articles with “count” in the title, with “vote” in one paragraph",
            "“para(…)” is about words, phrases and OR, without a field",
        ),
        (
            "first999999(vote",
            "articles with “vote” in the first 100,000 words of the text",
            "the largest there is",
        ),
        (
            "atleast0(vote)",
            "articles with “vote” at least once in title or text",
            "“atleast1(…)”, the smallest there is",
        ),
        ("2025-04", "articles published 2025-04-01 to 2025-04-30", "“2025-04” was read as a month"),
        ("has:video", "all articles", "known is only has:image"),
        ("site:>x", "all articles", "it is not the name of a site"),
        ("lang:klingon", "all articles", "it is neither the name nor the code of a language"),
        ("wc:long", "all articles", "it is not a number of words"),
        ("lang:[a TO b]", "all articles", "has no ranges"),
        ("author:[a b]", "all articles", "no range of the form"),
    ],
)
def test_a_broken_query_is_read_leniently_and_says_so(text: str, sentence: str, note: str) -> None:
    assert read(text) == sentence
    assert any(note in one for one in notes(text)), notes(text)


@pytest.mark.parametrize(
    "text",
    ["U.S.", "AT&T", "C++", "C#", "#hashtag", "@name", "e-mail", "state-of-the-art", "O’Brien", "don't", "1,000", "3.5",
     "COVID-19", "€100", "50%", "24/7", "Müller's", "选举", "การเลือกตั้ง", "x_y"],
)  # fmt: skip
def test_a_word_reaches_the_analysis_whole(text: str) -> None:
    query = parse(f"author:{text} {text} -({text} OR {text}~1)", today=TODAY)
    assert not query.notes
    looked_for = parse(f'"{text}"', today=TODAY).tree
    assert isinstance(looked_for, tree.Words)
    assert looked_for.words == folded_words(text)
    assert isinstance(query.tree, tree.And)
    plain = query.tree.nodes[1]
    assert isinstance(plain, tree.Words)
    assert (plain.words, plain.shown) == (folded_words(text), text)


def test_a_query_is_bounded_in_length() -> None:
    query = parse("word " * 200_000, today=TODAY)
    assert len(query.text) <= 512
    assert "at most 512 characters" in query.notes[0]


def test_a_query_is_bounded_in_parts() -> None:
    query = parse("|".join(f"{n}x" for n in range(100)), today=TODAY)
    assert len(list(tree.wanted(query.tree))) == MAX_CLAUSES
    assert any("at most 64 parts" in note for note in query.notes)


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


def test_what_near_spreads_over_groups_is_bounded() -> None:
    query = parse("(a b c d e f g h) near/1 " * 8, today=TODAY)
    assert isinstance(query.tree, tree.And)
    assert len(query.tree.nodes) == MAX_CLAUSES
    assert any("read as AND" in note for note in query.notes)


def test_today_is_part_of_what_is_remembered() -> None:
    days = [parse("since:2w", today=today).tree for today in (date(2026, 11, 23), date(2026, 11, 24))]
    assert days == [tree.Days(date(2026, 11, 9), None), tree.Days(date(2026, 11, 10), None)]


pieces = st.lists(
    st.sampled_from(
        ['"', "(", ")", "[", "]", "{", "}", " ", "AND", "OR", "NOT", "-", "+", "~", "^", "*", "?", ":", "a", "election",
         "author:", "date:", "date:2025", "since:", "is:undated", "lang:", "url:", "2025-99", " TO ", "..", "~2", "^nan",
         "\0", "é", "\ud800", "“", "https://", "|", " near/5 ", "para(", "atleast2(", "first9(", "exact:", "site:", "wc:>5",
         "has:image", "2025-04", "2024..", "vote", "選挙"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(pieces | st.text(), st.dates())
@example("a~99999999999999999999", TODAY)
@example("a~²", TODAY)
@example('""', TODAY)
@example('"a"~^', TODAY)
@example("date:" + "9" * 400, TODAY)
@example("title:" * 80 + "a", TODAY)
@example("para(" * 100, TODAY)
@example("(a b c d) near/1 " * 30, TODAY)
def test_any_text_is_understood_somehow(text: str, today: date) -> None:
    query = parse(text, today=today)
    sentence = understood(query.tree, SearchRequest(text))
    assert sentence
    assert all(note.endswith(".") and "\0" not in note for note in query.notes)


def is_word(leaf: tree.Leaf) -> bool:
    """Whether what was folded is a word still: “¼” becomes 1⁄4, and that is two."""
    match leaf:
        case tree.Words():
            return all(folded_words(word) == (word,) for word in leaf.words)
        case tree.Fuzzy():
            return folded_words(leaf.word) == (leaf.word,)
        case tree.Pattern():
            pieces = [piece for piece in re.split(r"[*?]+", leaf.pattern) if piece]
            return all(folded_words(piece) == (piece,) for piece in pieces)
        case _:
            return True


@given(pieces | st.text(max_size=60), st.dates(date(1000, 1, 1)))
@example("OR^2 a", TODAY)
@example("*2024.. a~*~ ?AND? AND~*~", TODAY)
@example("exact:a.b -(x near/2 y)^3", TODAY)
@example("title:exact:(a OR b) near/2 title:c", TODAY)
def test_what_was_understood_can_be_asked_again(text: str, today: date) -> None:
    """A tree as text is read as this tree, without a note."""
    node = parse(text, today=today).tree
    again = query_text(node)
    assume(len(again) <= MAX_LENGTH and all(map(is_word, tree.wanted(node))))
    assert parse(again, today=today) == Query(again, node)


plain = st.lists(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4)
    | st.sampled_from(["AND", "AND", "OR", "x1", "ـ"])
)


@given(st.tuples(plain, st.sampled_from([" ", "  ", "\t", "\u3000"])).map(lambda one: one[1].join(one[0])))
@example(" ".join(f"w{n}" for n in range(MAX_CLAUSES + 1)))
def test_plain_words_are_read_as_the_grammar_reads_them(text: str) -> None:
    assume(len(text) < MAX_LENGTH - 2)
    query, grouped = parse(text, today=TODAY), parse(f"({text})", today=TODAY)
    assert (query.tree, query.notes) == (grouped.tree, grouped.notes)
    assert spans(query) == [(start - 1, end - 1) for start, end in spans(grouped)]


def spans(query: Query) -> list[tuple[int, int]]:
    """Where the parts of a query stand."""
    return [leaf.span for leaf in tree.wanted(query.tree) if isinstance(leaf, tree.Words | tree.Pattern)]


@given(pieces | st.text(max_size=60))
def test_the_sentence_names_each_part(text: str) -> None:
    node = parse(text, today=TODAY).tree
    sentence = understood(node, SearchRequest(text))
    assert all(leaf.shown in sentence for leaf in tree.wanted(node) if isinstance(leaf, tree.TextLeaf))
    assert all(leaf.url in sentence for leaf in tree.wanted(node) if isinstance(leaf, tree.Address))
