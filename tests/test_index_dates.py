"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import day_range, last_day

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-04", "2025-04-01", "2025-04-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-4-1", "2025-04-01", "2025-04-01"),
        ("2025-04-01..2025-05-15", "2025-04-01", "2025-05-15"),
        ("2025-01 TO 2025-03", "2025-01-01", "2025-03-31"),
        ("2025-04..", "2025-04-01", None),
        ("..2025-04", None, "2025-04-30"),
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("last  Week", "2026-11-16", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("2w", "2026-11-09", "2026-11-23"),
        ("9m", "2026-02-23", "2026-11-23"),
        ("last 3 months", "2026-08-23", "2026-11-23"),
        ("2 weeks ago", "2026-11-09", "2026-11-09"),
        ("April 2025", "2025-04-01", "2025-04-30"),
        ("1 apr 2025", "2025-04-01", "2025-04-01"),
        ("April 1, 2025", "2025-04-01", "2025-04-01"),
    ],
)
def test_a_text_names_days(text: str, since: str | None, until: str | None) -> None:
    days = tuple(day.isoformat() if day else None for day in day_range(text, TODAY))
    assert days == (since, until)


def test_until_two_weeks_is_the_day_two_weeks_ago() -> None:
    assert last_day("2w", TODAY) == date(2026, 11, 9)
    assert last_day("2025-04", TODAY) == date(2025, 4, 30)


def test_a_month_back_from_the_31st_is_the_last_of_the_shorter_month() -> None:
    assert day_range("1m", date(2026, 3, 31))[0] == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-99-99", "there is no such day"),
        ("2025-02-29", "there is no such day"),
        ("0000", "there is no such day"),
        ("9999y", "it lies before the calendar begins"),
        ("2025-05..2025-01", "it ends before it begins"),
        ("soon", "it is not a date"),
        ("..", "it is not a date"),
        ("", "it is not a date"),
        ("٢٠٢٥", "it is not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        day_range(text, TODAY)


@given(st.text() | st.from_regex(r"[0-9]{1,4}[-. dwmyto0-9]{0,12}", fullmatch=True), st.dates())
def test_a_range_never_ends_before_it_begins(text: str, today: date) -> None:
    try:
        since, until = day_range(text, today)
    except ValueError:
        return
    assert since is None or until is None or since <= until
