"""When a host may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.politeness import Politeness, retry_after

NOW = datetime(2025, 4, 1, 12, 0, tzinfo=UTC)
HOST = "https://a.com"


def test_a_host_never_asked_may_be_asked_at_once() -> None:
    assert Politeness(2.0).ready_at(HOST) == 0.0


def test_there_is_one_visitor_a_host() -> None:
    politeness = Politeness(2.0)
    politeness.started(HOST, 10.0)
    assert politeness.ready_at(HOST) == float("inf")
    assert politeness.ready_at("https://b.com") == 0.0
    with pytest.raises(ValueError, match="not be asked yet"):
        politeness.started(HOST, 11.0)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ({}, 2.0),
        ({"min_delay": 0.0}, 0.0),
        ({"min_delay": 5.0}, 5.0),
        ({"crawl_delay": 30.0}, 30.0),
        ({"crawl_delay": 1.0}, 2.0),
        ({"crawl_delay": 30.0, "retry_after": 90.0, "min_delay": 0.0}, 90.0),
    ],
)
def test_the_longest_pause_counts_from_the_end_of_the_response(asked: dict[str, float], pause: float) -> None:
    politeness = Politeness(2.0)
    politeness.started(HOST, 10.0)
    politeness.finished(HOST, 17.0, **asked)
    assert politeness.ready_at(HOST) == 17.0 + pause


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("99999999", 86400.0),
        ("9" * 5000, 86400.0),
        ("Tue, 01 Apr 2025 12:01:00 GMT", 60.0),
        ("Tue, 01 Apr 2025 11:00:00 GMT", 0.0),
        ("Tue, 01 Apr 2125 12:01:00 GMT", 86400.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_is_bounded_for_any_text(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0.0 <= seconds <= timedelta(hours=24).total_seconds()
