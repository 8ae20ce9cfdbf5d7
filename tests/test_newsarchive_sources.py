"""What a person says of a source: intervals, names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sources import LONGEST, SHORTEST, check_name, describe_interval, name_for, parse_interval


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        (" 15 M ", timedelta(minutes=15)),
        ("1m", SHORTEST),
        ("30d", LONGEST),
    ],
)
def test_intervals_are_a_number_and_a_unit(text: str, interval: timedelta) -> None:
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text", ["", "30", "m", "1w", "1.5h", "-30m", "half an hour", "٣٠m", "30m\n5", "12345678m"]
)
def test_what_is_no_interval_is_said_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write for example 30m, 2h or 1d"):
        parse_interval(text)


@pytest.mark.parametrize("text", ["0m", "59s", "31d", "721h"])
def test_intervals_have_bounds(text: str) -> None:
    with pytest.raises(ValueError, match="not from 1m to 30d"):
        parse_interval(text)


@given(st.integers(60, 30 * 86400).map(lambda seconds: timedelta(seconds=seconds)))
def test_an_interval_that_is_told_can_be_typed(interval: timedelta) -> None:
    assert parse_interval(describe_interval(interval)) == interval


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(90, "90s"), (1800, "30m"), (3600, "1h"), (5400, "90m"), (86400, "1d"), (90000, "25h")],
)
def test_an_interval_is_told_in_the_largest_unit_that_fits(seconds: int, told: str) -> None:
    assert describe_interval(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("url", "taken", "name"),
    [
        ("https://www.paper.example/", (), "paper.example"),
        ("https://paper.example/politics/uk", (), "paper.example"),
        ("http://127.0.0.1:8000/feed", (), "127.0.0.1:8000"),
        ("https://paper.example/politics/uk/", ("paper.example",), "paper.example politics uk"),
        ("https://paper.example/", ("paper.example",), "paper.example 2"),
        ("https://paper.example/a", ("paper.example", "paper.example a"), "paper.example 2"),
    ],
)
def test_a_source_is_called_after_its_host(url: str, taken: tuple[str, ...], name: str) -> None:
    assert name_for(url, taken) == name


@given(st.sampled_from(["https://paper.example/", "https://www.paper.example/a/b"]), st.integers(0, 15))
def test_a_name_is_always_free(url: str, sources: int) -> None:
    taken: set[str] = set()
    for _ in range(sources):
        taken.add(name_for(url, taken))
    assert len(taken) == sources
    assert name_for(url, taken) not in taken


def test_a_name_is_kept_as_it_was_given_but_for_blanks_around_it() -> None:
    assert check_name("Le\u00a0Monde") == "Le\u00a0Monde"
    assert check_name("  Süddeutsche  (Politik) ") == "Süddeutsche  (Politik)"


@pytest.mark.parametrize("text", ["", " ", "a\tb", "a\nb", "\x1b[1m", "\udc80"])
def test_a_name_that_no_list_can_show_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the name"):
        check_name(text)
