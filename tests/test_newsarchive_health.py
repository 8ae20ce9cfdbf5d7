"""What is told of a source: its state, what it does against its habit, since when, and what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.crawl.report import CrawlReport
from archive.model import Arrival, Failure, Source, SourceHealth
from newsarchive.console import print_report
from newsarchive.health import Health, as_dict, assess, by_attention, events, pace, tally
from newsarchive.views.sparkline import HEIGHT, days_of, sparkline

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOURCE = Source(
    id=7,
    name="The Paper",
    url="https://paper.test/",
    kind="page",
    interval=timedelta(minutes=30),
    min_delay=None,
    paused=False,
    added_at=NOW - 90 * DAY,
    due_at=NOW + HOUR,
    last_crawl_at=NOW,
    last_success_at=NOW,
)


def arrivals(*moments: datetime) -> tuple[Arrival, ...]:
    return tuple(Arrival(moment, moment) for moment in sorted(moments))


def daily(until: datetime, per_day: int = 5, days: int = 28) -> tuple[Arrival, ...]:
    """So many articles on each of the days that end at `until`, the last of them then."""
    step = DAY / per_day
    return arrivals(*(until - number * step for number in range(days * per_day)))


def paper(found: tuple[Arrival, ...] = (), **changed: object) -> SourceHealth:
    item = SourceHealth(SOURCE, len(found), 0, (), (SOURCE.url, "https://paper.test/feed"), arrivals=found)
    settings = {key: changed.pop(key) for key in list(changed) if hasattr(SOURCE, key)}
    return replace(item, source=replace(SOURCE, **settings), **changed)  # type: ignore[arg-type]


def failure(at: datetime, url: str = SOURCE.url, cause: str = "http-503") -> Failure:
    return Failure(SOURCE.id, SOURCE.name, url, at, cause, "The server answered 503.")


WELL = paper(daily(NOW))
SILENT = paper(daily(NOW - 6 * DAY))
FLOODING = paper(arrivals(*(a.first_seen for a in daily(NOW)), *(NOW - n * HOUR / 100 for n in range(80))))
FAILING = paper(daily(NOW), last_error="https://paper.test/: The server answered 503.")
PAUSED = paper(daily(NOW - 6 * DAY), paused=True)
WAITING = paper(last_crawl_at=None, last_success_at=None)


@pytest.mark.parametrize(
    ("item", "marks"),
    [
        (WELL, ("well",)),
        (SILENT, ("silent",)),
        (FLOODING, ("flooding",)),
        (FAILING, ("failing",)),
        (replace(SILENT, source=FAILING.source), ("failing", "silent")),
        (PAUSED, ("paused",)),
        (WAITING, ("waiting",)),
    ],
)
def test_a_source_has_one_mark_or_two(item: SourceHealth, marks: tuple[str, ...]) -> None:
    health = assess(item, NOW)
    assert health.marks == marks
    assert health.condition == marks[0]
    assert bool(health.why) == (marks[0] in ("failing", "silent", "flooding"))


def test_it_is_said_in_a_sentence_what_is_wrong() -> None:
    assert assess(SILENT, NOW).why == "Nothing new since 17 November 2026, 12:00 UTC; usually 5 a day."
    assert assess(FLOODING, NOW).why == "85 articles in 24 hours; usually 8 a day."
    assert assess(FAILING, NOW).why == "https://paper.test/: The server answered 503."


def test_while_nobody_looks_nothing_is_silent() -> None:
    left_alone = paper(daily(NOW - 6 * DAY), last_crawl_at=NOW - 6 * DAY, last_success_at=NOW - 6 * DAY)
    health = assess(left_alone, NOW)
    assert health.condition == "well"
    assert health.days[-6:] == (0,) * 6
    assert health.habit.days[-1] == 5


def test_old_articles_that_are_found_now_do_not_end_a_silence() -> None:
    late = Arrival(NOW - HOUR, NOW - 400 * DAY)
    health = assess(paper((*SILENT.arrivals, late)), NOW)
    assert health.condition == "silent"
    assert health.since == NOW - 6 * DAY


def test_those_in_trouble_come_first_the_newest_trouble_of_a_kind_on_top() -> None:
    named = [
        ("z", SILENT),
        ("y", WELL),
        ("x", PAUSED),
        ("w", FLOODING),
        ("v", WAITING),
        ("u", replace(SILENT, arrivals=daily(NOW - 8 * DAY))),
        ("t", FAILING),
        ("B", WELL),
    ]
    items = [replace(item, source=replace(item.source, name=name)) for name, item in named]
    ordered = by_attention(assess(item, NOW) for item in items)
    assert "".join(health.item.source.name for health in ordered) == "tzuwvByx"
    assert tally(ordered) == {"silent": 2, "flooding": 1, "failing": 1}
    assert tally([]) == {"silent": 0, "flooding": 0, "failing": 0}


def test_the_form_for_scripts_keeps_its_keys() -> None:
    item = replace(SILENT, causes=(("http-404", 3), ("time-out", 1)), refused=2, unread=4)
    told = as_dict(assess(item, NOW))
    assert told == {
        "id": 7,
        "name": "The Paper",
        "state": "active",
        "flag": "silent",
        "since": "2026-11-17T12:00:00+00:00",
        "why": "Nothing new since 17 November 2026, 12:00 UTC; usually 5 a day.",
        "last_success": "2026-11-23T12:00:00+00:00",
        "next_visit": "2026-11-23T13:00:00+00:00",
        "per_day": 5.0,
        "today": 0,
        "failures": {"http-404": 3, "time-out": 1},
        "refused": 2,
        "unread": 4,
    }
    assert as_dict(assess(PAUSED, NOW))["next_visit"] is None
    assert as_dict(assess(WAITING, NOW))["last_success"] is None


@pytest.mark.parametrize(
    ("per_day", "said"),
    [(0, "nothing"), (1234.4, "1,234 a day"), (0.9, "1 a day"), (3 / 7, "3 a week"), (1 / 28, "1 a month"),
     (0.001, "less than 1 a month")],
)  # fmt: skip
def test_a_pace_is_said_in_the_unit_that_fits(per_day: float, said: str) -> None:
    assert pace(per_day) == said


# -- events ------------------------------------------------------------------------------------------


def test_a_silence_is_one_event_however_long_it_lasts() -> None:
    found = [events(SILENT, NOW + hours * HOUR) for hours in range(0, 96, 7)]
    assert all(len(one) == 1 and one[0].what == "silent" for one in found)
    assert len({(one[0].since, one[0].at) for one in found}) == 1
    assert found[0][0].since == NOW - 6 * DAY < found[0][0].at <= NOW
    noticed = [paper(SILENT.arrivals, last_success_at=found[0][0].at - ago) for ago in (DAY, 0 * DAY)]
    assert [assess(item, NOW).condition for item in noticed] == ["well", "silent"]


def test_a_flood_is_one_event_while_it_lasts() -> None:
    found = [
        events(paper(FLOODING.arrivals, last_success_at=NOW + hours * HOUR), NOW + hours * HOUR)
        for hours in range(20)
    ]
    assert {(one.what, one.since) for (one,) in found} == {("flooding", found[0][0].since)}
    assert NOW - HOUR <= found[0][0].since <= NOW


def test_an_outage_is_one_event_and_its_end_another() -> None:
    begun = NOW - 2 * DAY
    failing = paper(daily(NOW), last_success_at=begun, last_error="The server answered 503.")
    (down,) = events(failing, NOW)
    assert (down.what, down.since, down.sentence) == ("failing", begun, "The server answered 503.")
    assert events(failing, NOW + 5 * HOUR) == [down]
    other = failure(NOW - HOUR, url="https://paper.test/an-article")
    again = replace(WELL, last_failures=(other, failure(NOW - 3 * HOUR), failure(NOW - 9 * HOUR)))
    (up,) = events(again, NOW)
    assert (up.what, up.since) == ("well", NOW - 3 * HOUR)
    assert "The server answered 503." in up.sentence
    assert events(again, NOW + DAY / 2) == [up]
    assert events(replace(again, last_failures=(other,)), NOW) == []
    assert events(replace(again, last_failures=(failure(NOW - 40 * DAY),)), NOW) == []


def test_a_source_that_never_answered_fails_since_it_was_added() -> None:
    (event,) = events(paper(last_success_at=None, last_error="There is no such name."), NOW)
    assert event.since == SOURCE.added_at


def test_the_end_of_a_silence_is_an_event() -> None:
    back = NOW - 2 * DAY
    item = paper(arrivals(*(a.first_seen for a in daily(NOW - 9 * DAY, days=19)), back, NOW - DAY, NOW))
    (event,) = events(item, NOW)
    assert (event.what, event.since) == ("well", back)
    assert "none since 14 November 2026, 12:00 UTC" in event.sentence
    late = Arrival(NOW - 5 * DAY, NOW - 400 * DAY)
    mixed = sorted((*item.arrivals, late), key=lambda arrival: arrival.first_seen)
    assert [e.sentence for e in events(replace(item, arrivals=tuple(mixed)), NOW)] == [event.sentence]


@pytest.mark.parametrize("item", [WELL, PAUSED, WAITING])
def test_where_nothing_happened_there_is_no_event(item: SourceHealth) -> None:
    assert events(item, NOW) == []


@given(
    hours=st.lists(st.integers(0, 28 * 24), max_size=120),
    old=st.lists(st.integers(0, 28 * 24), max_size=5),
    failed=st.booleans(),
    success=st.none() | st.integers(0, 60 * 24).map(lambda ago: NOW - ago * HOUR),
)
def test_whatever_a_source_did_is_told(
    hours: list[int], old: list[int], failed: bool, success: datetime | None
) -> None:
    found = [Arrival(NOW - ago * HOUR, None) for ago in hours]
    found += [Arrival(NOW - ago * HOUR, NOW - 400 * DAY) for ago in old]
    found.sort(key=lambda arrival: arrival.first_seen)
    item = paper(tuple(found), last_success_at=success, last_error="Why." if failed else None)
    health = assess(item, NOW)
    assert (health.since is None) == (health.condition not in ("failing", "silent", "flooding"))
    told = events(item, NOW)
    assert len({(event.what, event.since) for event in told}) == len(told)
    assert all(event.at <= NOW or event.what == "failing" for event in told)
    picture = sparkline(health, NOW)
    assert (picture.bars + picture.today).count("M") == sum(1 for n in health.days if n)
    drawn = days_of(health, NOW)
    assert [day.count for day in drawn] == list(health.days)
    assert all(day.y >= 0 and day.y + day.height == pytest.approx(HEIGHT) for day in drawn)


# -- the picture -------------------------------------------------------------------------------------


def pictured(*days: int, added: datetime = SOURCE.added_at) -> tuple[Health, str]:
    moments = [NOW - ago * DAY - HOUR for ago, n in enumerate(reversed(days)) for _ in range(n)]
    health = assess(paper(arrivals(*moments), added_at=added), NOW)
    return health, sparkline(health, NOW).label


def test_the_picture_is_said_in_words() -> None:
    assert pictured()[1] == "no article in 28 days"
    assert pictured(1)[1] == "0 to 1 article a day in 28 days"
    assert pictured(3, 0)[1] == "0 to 3 articles a day in 28 days, none on the last"
    assert pictured(*[4] * 25, 0, 0, 0)[1] == "0 to 4 articles a day in 28 days, none in the last 3"


def test_days_before_it_was_a_source_are_shaded_not_empty() -> None:
    health, _ = pictured(2, 2, 2, added=NOW - 3 * DAY)
    assert sparkline(health, NOW).unknown == 24 * 4
    assert sparkline(pictured(2, 2, 2)[0], NOW).unknown == 0


def test_one_article_can_be_seen_beside_a_thousand() -> None:
    health, _ = pictured(1, 1000)
    assert days_of(health, NOW)[-2].height >= 1


# -- the end of a crawl ------------------------------------------------------------------------------


def crawled() -> CrawlReport:
    report = CrawlReport(left_out=Counter({"trap": 12}))
    for name, outcomes in {
        "Echo": ["new", "new", "pages", "refused", "failed", "failed"],
        "Gazette": ["unchanged", "pages"],
        "Herald": ["unchanged", "pages"],
        "Lantern\x1b[2J": ["revised", "pages"],
    }.items():
        for outcome in outcomes:
            report.count(name, outcome)  # type: ignore[arg-type]
    causes = ("robots", "http-503", "http-503")
    report.failures += [replace(failure(NOW, cause=cause), source="Echo") for cause in causes]
    return report


def test_a_crawl_of_several_sources_ends_with_a_row_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(crawled())
    printed = capsys.readouterr()
    first, *table = printed.out.splitlines()
    assert first == "2 new, 1 revised, 2 unchanged, 0 gone, 1 refused, 2 failed, 4 pages"
    assert [line.split() for line in table] == [
        ["source", "new", "revised", "unchanged", "gone", "refused", "failed", "pages", "why"],
        ["Echo", "2", "0", "0", "0", "1", "2", "1", "2", "http-503,", "1", "robots"],
        ["Lantern\\x1b[2J", "0", "1", "0", "0", "0", "0", "1"],
        ["2", "others", "0", "0", "2", "0", "0", "0", "2"],
    ]
    assert "http-503 2" in " ".join(printed.err.split())
    assert "Addresses not followed: 12 trap." in printed.err


def test_a_crawl_of_one_source_needs_no_row_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    report = CrawlReport()
    report.count("Echo", "new")
    print_report(report)
    printed = capsys.readouterr()
    assert printed.out == "1 new, 0 revised, 0 unchanged, 0 gone, 0 refused, 0 failed, 0 pages\n"
    assert printed.err == ""
