"""What a person says of a source: intervals, names, pauses, rules; and which sources a person means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UnknownSource
from archive.model import Rules, Source
from archive.store import Store
from newsarchive.sources import (
    DEFAULT_INTERVAL,
    KEYS,
    LISTS,
    LONGEST,
    SHORTEST,
    Word,
    add_source,
    check_name,
    choose,
    describe_interval,
    name_for,
    parse_interval,
    read_settings,
)
from newsarchive.sources import words as w


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


# -- settings ----------------------------------------------------------------------------------------

TODAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5s", 5),
        ("5", 5),
        ("0", 0),
        (" 0.25 S ", 0.25),
        ("1m", 60),
        ("1h", 3600),
        ("3600s", 3600),
        ("1.5m", 90),
    ],
)
def test_a_pause_is_a_number_of_seconds_or_has_a_unit(text: str, seconds: float) -> None:
    assert w.parse_delay(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "1e9", "nan", "inf", "5 d", ".5s", "5.s", "٥s", "5s\n6"])
def test_what_is_no_pause_is_said_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write for example 5s"):
        w.parse_delay(text)


def test_a_pause_has_a_bound() -> None:
    for text in ("3601", "61m", "2h", "9999999"):
        with pytest.raises(ValueError, match="longer than 1h"):
            w.parse_delay(text)


@given(st.floats(0, 3600, allow_subnormal=False).filter(lambda seconds: seconds == 0 or seconds > 1e-4))
def test_a_pause_that_is_told_can_be_typed(seconds: float) -> None:
    assert w.parse_delay(w.describe_delay(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "day"),
    [("2015..", date(2015, 1, 1)), ("2015-03..", date(2015, 3, 1)), (" 2015-03-31.. ", date(2015, 3, 31))],
)
def test_the_begin_of_a_time_is_a_year_a_month_or_a_day(text: str, day: date) -> None:
    assert w.parse_since(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2015", r"write for example 2015\.\."),
        ("..2015", "write for example"),
        ("2015-3..", "write for example"),
        ("2015..2016", "write for example"),
        ("", "write for example"),
        ("2015-13..", "a day that there is not"),
        ("2015-02-29..", "a day that there is not"),
        ("0000..", "a day that there is not"),
        ("2026-11-25..", "in the future"),
    ],
)
def test_what_is_no_begin_of_a_time(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        w.parse_since(text, TODAY)


@given(st.dates(max_value=TODAY))
def test_a_day_that_is_told_can_be_typed(day: date) -> None:
    assert w.parse_since(w.describe_since(day), TODAY) == day


@pytest.mark.parametrize("letter", ["\x00", "\x9b", "\u202e", "\u2066", "\u2028", "\ufffe", "\udcff"])
def test_no_name_has_a_letter_that_a_terminal_or_a_file_cannot_bear(letter: str) -> None:
    for check in (check_name, w.check_collection, w.check_rule):
        with pytest.raises(ValueError, match="has a control character"):
            check(f"a{letter}b")


def test_names_are_not_longer_than_a_list_can_show() -> None:
    assert check_name("n" * 200)
    with pytest.raises(ValueError, match="longer than 200 characters"):
        check_name("n" * 201)


def test_collections_are_named_once_and_have_no_semicolon() -> None:
    assert w.check_collections([" b ", "a", "", "b"]) == ("b", "a")
    with pytest.raises(ValueError, match="has a semicolon"):
        w.check_collections(["a;b"])
    with pytest.raises(ValueError, match="21 collections are more than 20"):
        w.check_collections(map(str, range(21)))


def test_patterns_are_named_once_and_have_no_blank() -> None:
    assert w.check_patterns([" /a/* ", "*/b", "", "/a/*"]) == ("/a/*", "*/b")
    for pattern in ("/a b", "/a\u00a0b", "/a\x00"):
        with pytest.raises(ValueError, match="has a blank or a control character"):
            w.check_patterns([pattern])
    with pytest.raises(ValueError, match="longer than 2000"):
        w.check_patterns(["a" * 2001])


@pytest.mark.parametrize("selector", ["h1", "h1.x > a[href^='/a']", ".by:not(.x)", "time[datetime]", ""])
def test_a_selector_is_taken(selector: str) -> None:
    assert w.check_rule(f" {selector} ") == selector


@pytest.mark.parametrize("selector", ["h1[", "h1:unheard-of", ">", "h1 {", "a" * 1001])
def test_what_is_no_selector_is_refused_with_one_sentence(selector: str) -> None:
    with pytest.raises(ValueError, match="elector") as refused:
        w.check_rule(selector)
    assert "\n" not in str(refused.value)


def test_ages_come_one_by_one_or_in_one_text() -> None:
    for word in (("6h", " 1H ", "", "6h"), ("6h,1h",)):
        assert read_settings({"revisit": word}, today=TODAY).settings == {"revisit_ages": (HOUR, 6 * HOUR)}
    with pytest.raises(ValueError, match="'often' is not an age"):
        read_settings({"revisit": ("1h", "often")}, today=TODAY)


def test_what_is_not_said_is_not_set() -> None:
    said = read_settings({"every": "2h", "rules.title": "h1"}, today=TODAY)
    assert said.settings == {"interval": 2 * HOUR, "adaptive": False}
    kept = Rules(title="h2", byline=".by", include=("/a",))
    assert said.over(kept) == {**said.settings, "rules": replace(kept, title="h1")}


def test_empty_words_ask_for_the_default() -> None:
    lists: dict[str, Word] = {
        key: () if key in LISTS else "" for key in KEYS if key not in ("name", "url", "paused")
    }
    said = read_settings(lists, today=TODAY)
    before = source(
        adaptive=False,
        min_delay=5.0,
        collections=("a",),
        revisit_ages=(HOUR,),
        backfill_since=TODAY,
        rules=Rules("a", "b", "c", "d", ("e",), ("f",)),
    )
    assert replace(before, **said.over(before.rules)) == source(adaptive=True)


def source(**said: Any) -> Source:
    """A source with nothing said of it but that."""
    at = datetime(2026, 5, 4, tzinfo=UTC)
    plain = {
        "id": 1,
        "name": "P",
        "url": "https://p.test/",
        "kind": "page",
        "min_delay": None,
        "paused": False,
    }
    return Source(
        **{**plain, "interval": 30 * 60 * timedelta(seconds=1), "added_at": at, "due_at": at, **said}
    )


# -- names and collections ---------------------------------------------------------------------------


def test_sources_are_chosen_by_name_by_number_and_by_collection_each_once(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        for number, sets in enumerate([("a",), ("a", "b"), ()], 1):
            url = f"https://p{number}.test/"
            tx.add_source(name=f"P{number}", url=url, interval=HOUR, now=at, collections=sets)

    def chosen(*names: str, collections: tuple[str, ...] = ()) -> list[str]:
        return [source.name for source in choose(store, names, collections)]

    assert chosen("P3", "1") == ["P3", "P1"]
    assert chosen(collections=("a",)) == ["P1", "P2"]
    assert chosen("2", "P2", collections=("b", "a")) == ["P2", "P1"]
    with pytest.raises(UnknownSource, match='no collection "A"; there are: a, b'):
        chosen(collections=("A",))
    with pytest.raises(UnknownSource, match='no source "P4"'):
        chosen("P1", "P4")


def test_a_source_is_called_after_its_host_though_a_removed_one_has_the_name(
    store: Store, at: datetime
) -> None:
    with store.transaction() as tx:
        number, name = add_source(store, tx, "https://paper.test/a", now=at)
        tx.remove_source(number, at)
    with store.transaction() as tx:
        assert add_source(store, tx, "https://paper.test/b", now=at) == (2, "paper.test b")
    with store.transaction() as tx:
        assert add_source(store, tx, "https://paper.test/a", now=at)[0] == 1
    assert name == "paper.test"


def test_a_source_is_adaptive_unless_an_interval_was_said(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        add_source(store, tx, "https://a.test/", now=at)
    with store.transaction() as tx:
        add_source(store, tx, "https://b.test/", read_settings({"every": "30m"}, today=TODAY), now=at)
    assert [(s.name, s.interval, s.adaptive) for s in store.sources()] == [
        ("a.test", DEFAULT_INTERVAL, True),
        ("b.test", DEFAULT_INTERVAL, False),
    ]
