"""Searches that take long take turns; quick ones wait for nobody."""

from __future__ import annotations

import runpy
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.engine import Engine, open_engine
from index.model import SearchRequest
from index.whoosh_engine import turns
from index.whoosh_engine.evaluation import STOPPED
from index.whoosh_engine.turns import ALWAYS, Turn, Turns

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASK = SearchRequest('"rain rain" OR "rain ends" OR rai*')


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "index")
    engine.apply([tools.article(n, "rain", "rain rain ends") for n in range(1, 4)], checkpoint=1)
    yield engine
    engine.close()


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """All searches of this test take long, and one of them goes on at a time; one may wait."""
    places = Turns(1, waiting=1)
    monkeypatch.setattr(turns, "TURNS", places)
    monkeypatch.setattr(turns, "QUICK", -1.0)
    return places


def test_so_many_places_are_taken_and_given_back() -> None:
    places = Turns(2, waiting=0)
    assert places.take(0)
    assert places.take(0)
    assert not places.take(60)  # without room it waits for nothing
    places.give_back()
    assert places.take(0)


def test_who_waits_goes_on_when_a_place_is_given_back() -> None:
    places = Turns(1, waiting=1)
    assert places.take(0)
    assert not places.take(0.01)
    got: list[bool] = []
    waiting = threading.Thread(target=lambda: got.append(places.take(60)))
    waiting.start()
    places.give_back()
    waiting.join()
    assert got == [True]


def test_a_quick_search_needs_no_place() -> None:
    with Turn(Turns(1, waiting=0)) as turn:
        assert turn.goes_on(time.monotonic())
    assert time.monotonic() < ALWAYS.asks_at


def test_time_in_which_others_had_the_processor_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Turns(1, waiting=0)
    assert places.take(0)
    now, spent = 0.0, 7.0
    monkeypatch.setattr(turns.time, "monotonic", lambda: now)
    monkeypatch.setattr(turns.time, "thread_time", lambda: spent)
    with Turn(places) as turn:
        now = 60.0
        assert turn.goes_on(99.0)
        now, spent = 90.0, 7.0 + turns.QUICK / 2
        assert turn.goes_on(99.0)
        assert turn.asks_at == pytest.approx(90.0 + turns.QUICK / 2)
        now, spent = 91.0, 7.0 + turns.QUICK * 2
        assert not turn.goes_on(91.0)


def test_a_search_that_takes_long_is_stopped_where_there_is_no_place_for_it(
    engine: Engine, one_place: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.search(ASK, now=NOW).complete
    assert one_place.take(0)
    monkeypatch.setattr("index.whoosh_engine.answer.TIME_LIMIT", 0.05)
    late = engine.search(ASK, now=NOW)
    assert not late.complete
    assert STOPPED in late.notes
    one_place.give_back()
    assert engine.search(ASK, now=NOW).complete


def test_a_place_is_given_back_whatever_becomes_of_a_search(
    engine: Engine, one_place: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("index.whoosh_engine.answer.page_of_hits", fail)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            engine.search(ASK, now=NOW)
    assert one_place.take(0)


def test_whatever_searches_takes_a_turn(
    engine: Engine, one_place: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[float] = []
    monkeypatch.setattr(one_place, "take", lambda seconds: bool(taken.append(seconds)))
    assert not engine.search(ASK, now=NOW).complete
    engine.mentions(ASK, now=NOW)
    engine.significant(ASK, now=NOW)
    engine.facet_values(ASK, "author", now=NOW)
    assert len(taken) >= 4


def test_many_threads_are_answered_one_after_the_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TURNS", Turns(1, waiting=20))
    monkeypatch.setattr(turns, "QUICK", -1.0)
    totals: list[int] = []
    threads = [
        threading.Thread(target=lambda: totals.append(engine.search(ASK, now=NOW).total)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [3] * 8
