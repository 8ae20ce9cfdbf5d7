"""The log of edits, on the command line and as JSON: what was changed after publishing, and what is gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from archive.model import EDIT_KINDS, TOLD
from newsarchive.config import Config
from newsarchive.editform import EditForm, EditFormError, parse

TODAY = date(2026, 11, 23)
Run = Callable[..., Any]
Serve = Callable[[Config], FlaskClient]


@pytest.fixture
def changed(config: Config, make_desk: Callable[..., Any]) -> Iterator[Any]:
    """The archive of `config`: an article with a trivial and a real edit, one corrected and gone, one unchanged."""
    desk = make_desk(config.home)
    desk.ids = {
        "ferry": desk.file(
            "Ferry", "It sails at noon.", "It sails at noon!", "It sails at one, says everybody."
        ),
        "bridge": desk.file("Bridge", "It costs 2 million.", "It costs 3 million."),
        "quiet": desk.file("Quiet", "Nothing changes here."),
    }
    with desk.store.transaction() as tx:
        tx.add_change(desk.ids["bridge"], "gone", datetime(2026, 11, 24, tzinfo=UTC))
    yield desk
    desk.store.close()


def kinds(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(change["id"], change["kind"]) for change in answer["changes"]]


def test_a_script_gets_what_a_reader_learns_something_from(newsarchive: Run, changed: Any) -> None:
    ferry, bridge = changed.ids["ferry"], changed.ids["bridge"]
    ran = newsarchive("changes", "--json")
    assert (ran.code, ran.json["total"]) == (0, 3)
    assert kinds(ran.json) == [(bridge, "gone"), (ferry, "body"), (bridge, "correction")]
    assert ran.json["changes"][2] == {
        "id": bridge, "at": "2026-11-23T14:00:00+00:00", "kind": "correction", "version": 2, "title": "Bridge",
        "title_before": "Bridge", "words_added": 1, "words_removed": 1, "source": "The Paper",
        "url": "http://paper.test/bridge",
    }  # fmt: skip
    assert kinds(newsarchive("changes", "--json", "--kind", "trivial").json) == [(ferry, "trivial")]
    assert newsarchive("changes", "--json", "--kind", "all").json["total"] == 4
    assert kinds(newsarchive("changes", "--json", "--since", "2026-11-24").json) == [(bridge, "gone")]
    assert kinds(newsarchive("changes", "--json", "--until", "2026-11-22").json) == []
    limited = newsarchive("changes", "--json", "--limit", "1", "--source", "The Paper").json
    assert (limited["total"], len(limited["changes"])) == (3, 1)


def test_people_get_a_table(newsarchive: Run, changed: Any) -> None:
    ran = newsarchive("changes", "--limit", "2")
    assert re.search(r"^2026-11-24 00:00 +gone +The Paper +\d+ +Bridge *$", ran.out, re.MULTILINE)
    assert re.search(r"^2026-11-23 15:00 +body +\+3 -1 +The Paper +\d+ +Ferry *$", ran.out, re.MULTILINE)
    assert ran.out.endswith("3 changes, the newest 2 of them listed.\n")
    assert newsarchive("changes", "--kind", "byline").out == "0 changes.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--since never", "“since” is “never”: it is not a date; write a day as"),
        ("--since 2026-05 --until 2026-04", "“until” (2026-04) lies before “since” (2026-05)"),
        ("--kind bodily", "--kind"),
        ("--source Nobody", 'There is no source "Nobody"'),
        ("--limit 0", "--limit"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(
    newsarchive: Run, changed: Any, arguments: str, said: str
) -> None:
    ran = newsarchive("changes", *arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_over_http_it_is_the_same(serve: Serve, newsarchive: Run, changed: Any) -> None:
    client = serve(changed.config)
    answer = client.get("/api/changes").get_json()
    assert {"total": answer["total"], "changes": answer["changes"]} == newsarchive("changes", "--json").json
    assert answer["counts"] == {"body": 1, "correction": 1, "trivial": 1, "gone": 1}
    assert client.get(f"/api/sources/{changed.source}/changes?kind=gone").get_json()["total"] == 1
    assert client.get("/api/changes?source=The+Paper&page=2").get_json()["changes"] == []
    ferry = client.get(f"/api/articles/{changed.ids['ferry']}/changes").get_json()
    assert [change["kind"] for change in ferry["changes"]] == ["body", "trivial", "first"]
    shown = client.get(f"/api/articles/{changed.ids['ferry']}").get_json()
    assert (shown["edits"], shown["edited"]) == (1, "2026-11-23T15:00:00+00:00")
    assert [revision["kind"] for revision in shown["revisions"]] == ["first", "trivial", "body"]
    for url, status in {
        "/api/changes?kind=bodily": 400, "/api/changes?since=never": 400, "/api/changes?page=0": 400,
        "/api/changes?source=Nobody": 404, "/api/sources/99/changes": 404, "/api/articles/99/changes": 404,
    }.items():  # fmt: skip
        refused = client.get(url)
        assert (refused.status_code, "error" in refused.get_json()) == (status, True), url


forms = st.builds(
    EditForm,
    kinds=st.lists(st.sampled_from(EDIT_KINDS), unique=True).map(
        lambda some: tuple(kind for kind in EDIT_KINDS if kind in some)
    ),
    sources=st.lists(st.text("ab &=ä", min_size=1).map(str.strip).filter(bool), max_size=3, unique=True)
    .map(lambda names: tuple(dict.fromkeys(" ".join(name.split()) for name in names))),
    since=st.sampled_from(["", "today", "2026-05"]),
    until=st.sampled_from(["", "2026-11-30"]),
    page=st.integers(1, 1000),
)  # fmt: skip


@given(forms)
def test_a_form_and_its_address_are_one(form: EditForm) -> None:
    assert parse(parse_qsl(form.query_string())) == form


def test_days_are_whole_days_of_utc() -> None:
    choice = EditForm(since="2026-11-01", until="today").choice(TODAY)
    assert (choice.since, choice.until) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert choice.kinds == TOLD
    assert EditForm(until="9999-12-31").choice(TODAY).until is None
    assert EditForm(since="7d").choice(TODAY).since == datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "1" * 30, "1000001"])
def test_what_is_no_page_is_refused(page: str) -> None:
    with pytest.raises(EditFormError, match="no page"):
        parse([("page", page)])


def test_what_a_crawl_found_changed_is_told_and_told_again_after_the_database_was_lost(
    newsarchive: Run, kept: Config, revised: int
) -> None:
    told = newsarchive("changes", "--json").json
    (change,) = [change for change in told["changes"] if change["id"] == revised]
    assert (change["kind"], change["version"]) == ("correction", 2)
    assert change["title_before"] == "Tanner’s Bridge toll to return in spring"
    assert change["title"] == "Council to vote on Tanner’s Bridge toll for visitors"
    assert change["words_added"] > 60
    shown = newsarchive("show", revised, "--json").json
    assert (shown["edits"], shown["earlier_titles"]) == (1, [change["title_before"]])
    for path in kept.home.glob("archive.db*"):
        path.unlink()
    assert newsarchive("recover").code == 0
    assert newsarchive("changes", "--json").json == told
    assert newsarchive("show", revised, "--json").json == shown
