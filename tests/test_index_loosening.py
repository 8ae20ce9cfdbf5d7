"""What is offered instead of a query that finds nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loosening import loosened
from index.query import parse

TODAY = date(2026, 11, 23)


def offers(text: str) -> tuple[str, ...]:
    return loosened(parse(text, today=TODAY).tree)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("", ()),
        ("vote", ()),
        ("vote*", ()),
        ("-vote", ()),
        ("vote OR poll", ()),
        ("is:gone since:2w", ()),
        ("vote author:field", ()),
        ("vote poll", ("vote OR poll",)),
        ("Vote poll -war", ("(Vote OR poll) -war",)),
        ("vote poll author:field 2025-04..", ("(vote OR poll) author:field since:2025-04-01",)),
        ('"city council"', ("city council", "city OR council")),
        ('author:"city council"', ("author:city author:council",)),
        ("exact:votes", ("votes",)),
        ("city-wide vote", ('"city-wide" OR vote',)),
        ("vote near/5 poll", ("vote poll", "vote OR poll")),
        ("para(vote (poll OR count))", ("vote (poll OR count)", "vote OR poll OR count")),
        ("atleast3(vote) first9(poll)", ("vote poll", "vote OR poll")),
        (
            "vote poll count is:gone",
            (
                "poll count is:gone",
                "vote count is:gone",
                "vote poll is:gone",
                "(vote OR poll OR count) is:gone",
            ),
        ),
        ("a1 b1 c1 d1 e1 f1", ("a1 OR b1 OR c1 OR d1 OR e1 OR f1",)),
        ('("city council" mayor)^2 vote', ("(city council mayor)^2 vote",)),
    ],
)
def test_a_strict_query_is_loosened_step_by_step(text: str, instead: tuple[str, ...]) -> None:
    assert offers(text) == instead


WORDS = st.sampled_from(
    [
        "vote",
        "poll",
        '"city council"',
        "exact:mayor",
        "title:budget",
        "near/3",
        "OR",
        "-",
        "(",
        ")",
        "para(",
        "since:2w",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_what_is_offered_is_read_without_remark(text: str) -> None:
    for offer in offers(text):
        assert parse(offer, today=TODAY).notes == ()
        assert offer != text
