"""When a host may be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.politeness import STRAINED_PAUSE, Politeness, retry_after

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
    ("seconds", "asked", "pause"),
    [
        (0.1, {}, 1.0),
        (0.5, {}, 2.5),
        (60.0, {}, 30.0),
        (0.5, {"min_delay": 4.0}, 4.0),
        (2.0, {"min_delay": 4.0}, 10.0),
        (9.0, {"min_delay": 45.0}, 45.0),
        (60.0, {"min_delay": 0.0}, 0.0),
        (60.0, {"crawl_delay": 200.0}, 200.0),
        (60.0, {"retry_after": 900.0}, 900.0),
        (60.0, {"crawl_delay": 2.0}, 30.0),
    ],
)
def test_a_slow_server_is_left_alone_for_longer(
    seconds: float, asked: dict[str, float], pause: float
) -> None:
    politeness = Politeness(1.0, max_delay=30.0, factor=5.0)
    politeness.started(HOST, 10.0)
    politeness.finished(HOST, 100.0, seconds=seconds, **asked)
    assert politeness.ready_at(HOST) == 100.0 + pause


def test_no_pause_of_our_own_means_none_whatever_happens() -> None:
    politeness = Politeness(0.0)
    for strained in (False, True, True, True):
        politeness.started(HOST, 10.0)
        politeness.finished(HOST, 10.0, seconds=10.0, strained=strained)
        assert politeness.ready_at(HOST) == 10.0
    politeness.finished(HOST, 10.0, crawl_delay=3.0)
    assert politeness.ready_at(HOST) == 13.0


def pauses(politeness: Politeness, *answers: dict[str, float]) -> list[float]:
    """How long the host rests after each of these answers."""
    now, rests = 0.0, list[float]()
    for answer in answers:
        politeness.started(HOST, now)
        politeness.finished(HOST, now, **answer)
        rests.append(politeness.ready_at(HOST) - now)
        now = politeness.ready_at(HOST)
    return rests


def test_a_strained_host_rests_twice_as_long_each_time_and_recovers() -> None:
    ill, well = {"strained": True}, {"strained": False}
    assert pauses(Politeness(2.0), ill, ill, ill, well, well, well, well) == [4, 8, 16, 8, 4, 2, 2]
    assert pauses(Politeness(2.0), *[ill] * 20)[-1] == STRAINED_PAUSE
    assert pauses(Politeness(400.0), ill) == [400]


def test_where_the_host_says_how_long_nothing_is_doubled() -> None:
    told = {"strained": True, "retry_after": 7.0}
    assert pauses(Politeness(2.0), told, told, {}) == [7, 7, 2]


def test_a_host_is_one_with_and_without_tls_but_not_on_two_ports() -> None:
    politeness = Politeness(2.0)
    politeness.started("https://a.com", 10.0)
    assert politeness.ready_at("http://a.com") == float("inf")
    assert politeness.ready_at("http://a.com:8080") == 0.0


def test_hosts_at_one_address_are_one_where_that_is_wanted() -> None:
    one_each, one_address = Politeness(2.0), Politeness(2.0, per_address=True)
    for politeness in (one_each, one_address):
        politeness.learned("https://a.com", "192.0.2.1")
        politeness.learned("https://b.com", "192.0.2.1")
        politeness.learned("https://c.com", "192.0.2.2")
        politeness.started("https://a.com", 10.0)
    assert one_each.ready_at("https://b.com") == 0.0
    assert one_address.ready_at("https://b.com") == float("inf")
    assert one_address.ready_at("https://c.com") == 0.0
    one_address.finished("https://a.com", 11.0)
    assert one_address.ready_at("https://b.com") == 13.0


def test_requests_under_way_when_hosts_turn_out_to_be_one_are_all_waited_for() -> None:
    politeness = Politeness(2.0, per_address=True)
    politeness.started("https://a.com", 10.0)
    politeness.started("https://b.com", 11.0)
    for host in ("https://a.com", "https://b.com"):
        politeness.learned(host, "192.0.2.1")
    politeness.finished("https://a.com", 12.0, retry_after=60.0)
    assert politeness.ready_at("https://a.com") == politeness.ready_at("https://b.com") == float("inf")
    politeness.finished("https://b.com", 13.0)
    assert politeness.ready_at("https://a.com") == politeness.ready_at("https://b.com") == 72.0


def test_a_host_takes_its_pause_along_to_another_address() -> None:
    politeness = Politeness(2.0, per_address=True)
    politeness.learned("https://a.com", "192.0.2.1")
    politeness.learned("https://b.com", "192.0.2.1")
    politeness.started("https://a.com", 10.0)
    politeness.learned("https://a.com", "192.0.2.2")
    assert politeness.ready_at("https://b.com") == 0.0
    politeness.finished("https://a.com", 11.0, crawl_delay=100.0)
    politeness.learned("https://a.com", "192.0.2.1")
    assert politeness.ready_at("https://a.com") == politeness.ready_at("https://b.com") == 111.0


def test_a_host_that_is_an_address_is_one_with_those_that_are_there() -> None:
    politeness = Politeness(2.0, per_address=True)
    politeness.learned("http://a.com", "192.0.2.1")
    politeness.started("http://a.com", 10.0)
    politeness.learned("http://192.0.2.1", "192.0.2.1")
    assert politeness.ready_at("http://192.0.2.1") == politeness.ready_at("http://a.com") == float("inf")


def test_hosts_that_have_rested_are_forgotten_and_others_are_not() -> None:
    politeness = Politeness(2.0, per_address=True)
    politeness.started("https://busy.com", 0.0)
    politeness.started(HOST, 0.0)
    politeness.finished(HOST, 0.0, crawl_delay=1e6)
    for n in range(20_000):
        politeness.started(f"https://{n}.com", 10.0 * n)
        politeness.learned(f"https://{n}.com", f"192.0.2.{n}")
        politeness.finished(f"https://{n}.com", 10.0 * n)
    assert len(politeness._servers) < 5000
    assert len(politeness._addresses) < 5000
    assert politeness.ready_at("https://busy.com") == float("inf")
    assert politeness.ready_at(HOST) == 1e6


@dataclass
class Request:
    """What one request looked like to the server: when, and what pause was to follow."""

    start: float
    end: float
    pause: float


SECONDS = st.floats(0.0, 100.0)
STEPS = st.lists(
    st.tuples(st.integers(0, 3), SECONDS, SECONDS, st.none() | SECONDS, st.none() | SECONDS, st.booleans()),
    max_size=60,
)


@given(STEPS, st.booleans(), st.dictionaries(st.integers(0, 3), st.sampled_from(["192.0.2.1", "192.0.2.2"])))
def test_no_pause_is_ever_cut_short_and_no_two_ask_at_once(
    steps: list[tuple[int, float, float, float | None, float | None, bool]],
    per_address: bool,
    addresses: dict[int, str],
) -> None:
    """Each step is a host that is asked as soon as may be, or whose answer ends where it is being asked."""
    politeness = Politeness(1.0, per_address=per_address)
    for number, address in addresses.items():
        politeness.learned(f"https://{number}.com", address)
    log = dict[str, list[Request]]()
    under_way = dict[int, float]()
    now = 0.0
    for number, wait, seconds, crawl_delay, retry, strained in steps:
        host = f"https://{number}.com"
        now += wait
        if number in under_way:
            asked = {"seconds": seconds, "crawl_delay": crawl_delay, "retry_after": retry}
            politeness.finished(host, now, strained=strained, **asked)
            pause = max(1.0, min(5.0 * seconds, 30.0), crawl_delay or 0.0, retry or 0.0)
            place = addresses.get(number, host) if per_address else host
            log.setdefault(place, []).append(Request(under_way.pop(number), now, pause))
            assert now + pause <= politeness.ready_at(host) <= now + max(pause, STRAINED_PAUSE)
        elif politeness.ready_at(host) < float("inf"):
            now = max(now, politeness.ready_at(host))
            politeness.started(host, now)
            under_way[number] = now
    for requests in log.values():
        requests.sort(key=lambda request: request.start)
        assert all(later.start >= earlier.end + earlier.pause for earlier, later in pairwise(requests))


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
