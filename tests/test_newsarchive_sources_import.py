"""A list of sources goes into an archive: what is added, changed, kept and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from archive.model import Rules, Source
from archive.store import Store
from newsarchive.sourcelist import read_list, write_list
from newsarchive.sources import Outcome, import_list

HOUR = timedelta(hours=1)


def imported(
    store: Store, at: datetime, text: str, *, update: bool = False, dry_run: bool = False
) -> Outcome:
    wanted = read_list(text.encode(), "", today=date(2026, 11, 24))
    return import_list(store, wanted, now=at, update=update, dry_run=dry_run)


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.changed, outcome.kept, outcome.failed


def told(outcome: Outcome) -> list[tuple[int, str]]:
    return [(remark.line, remark.sentence) for remark in outcome.remarks]


def names(store: Store) -> dict[str, str]:
    return {source.url: source.name for source in store.sources()}


def test_a_list_is_added_beside_what_is_wrong_in_it(store: Store, at: datetime) -> None:
    outcome = imported(store, at, "name,url\nA,https://a.test/\nB,paper\n,https://www.c.test/x\n")
    assert counts(outcome) == (2, 0, 0, 1)
    assert told(outcome) == [(3, "'paper' is no whole address; write it with https:// before it")]
    assert names(store) == {"https://a.test/": "A", "https://www.c.test/x": "c.test"}
    assert all(source.due_at == at and source.adaptive for source in store.sources())


def test_what_is_there_already_is_told_and_left(store: Store, at: datetime) -> None:
    imported(store, at, "url,name,every\nhttps://a.test/,A,2h\n")
    outcome = imported(store, at, "url,every\nhttp://a.test:80/#top,1d\n")
    assert counts(outcome) == (0, 0, 1, 0)
    assert told(outcome) == [(2, "A (number 1) is there already")]
    assert store.source("A").interval == 2 * HOUR


def test_an_update_changes_what_the_list_says_and_nothing_else(store: Store, at: datetime) -> None:
    imported(
        store,
        at,
        "url,name,every,delay,rules.title,rules.body\nhttps://a.test/,A,2h,5s,h1,.x\nhttps://b.test/,B,,,,\n",
    )
    before = store.source("A")
    outcome = imported(
        store, at, "url,delay,rules.title\nhttps://a.test/,,h2\nhttps://b.test/,,\n", update=True
    )
    assert counts(outcome) == (0, 1, 1, 0)
    assert told(outcome) == []
    assert store.source("A") == replace(before, min_delay=None, rules=Rules(title="h2", body=".x"))


def test_an_update_renames_unless_the_name_is_taken(store: Store, at: datetime) -> None:
    imported(store, at, "url,name\nhttps://a.test/,A\nhttps://b.test/,B\n")
    outcome = imported(store, at, "url,name\nhttps://a.test/,A2\nhttps://b.test/,A2\n", update=True)
    assert counts(outcome) == (0, 1, 0, 1)
    assert told(outcome) == [(3, "There is a source of that name already: A2.")]
    assert names(store) == {"https://a.test/": "A2", "https://b.test/": "B"}


@pytest.mark.parametrize("update", [True, False])
def test_the_same_address_counts_once_in_a_list(store: Store, at: datetime, update: bool) -> None:
    outcome = imported(
        store, at, "url,name\nhttps://a.test/,A\nhttp://a.test/?utm_source=x,B\n", update=update
    )
    assert counts(outcome) == (1, 0, 1, 0)
    assert told(outcome) == [(3, "the same address as in line 2; it is left out")]
    assert names(store) == {"https://a.test/": "A"}


def test_a_name_that_is_taken_gets_a_number(store: Store, at: datetime) -> None:
    imported(store, at, "url,name\nhttps://a.test/,News\nhttps://old.test/,News 3\n")
    with store.transaction() as tx:
        tx.remove_source(2, at)
    outcome = imported(store, at, "url,name\nhttps://b.test/,News\nhttps://c.test/,News\n")
    assert counts(outcome) == (2, 0, 0, 0)
    assert told(outcome) == [
        (2, "the name News is taken; it is called News 2"),
        (3, "the name News is taken; it is called News 4"),
    ]


def test_a_source_that_was_removed_comes_back_as_the_list_has_it(store: Store, at: datetime) -> None:
    imported(store, at, "url,name,every,rules.title\nhttps://a.test/,A,2h,h1\n")
    with store.transaction() as tx:
        tx.remove_source(1, at)
    assert counts(imported(store, at, "url\nhttps://a.test/\n")) == (1, 0, 0, 0)
    (source,) = store.sources()
    assert (source.id, source.name, source.adaptive, source.rules) == (1, "a.test", True, Rules())


@pytest.mark.parametrize("update", [True, False])
def test_a_dry_run_counts_and_tells_the_same_and_does_nothing(
    store: Store, at: datetime, update: bool
) -> None:
    imported(store, at, "url,name,every\nhttps://a.test/,A,2h\nhttps://b.test/,B,2h\n")
    before = store.sources()
    text = "url,name,every\nhttps://a.test/,A,1d\nhttps://c.test/,A,\nhttps://d.test/,,often\nhttps://b.test/,B,2h\n"
    dry = imported(store, at, text, update=update, dry_run=True)
    assert store.sources() == before
    assert dry == imported(store, at, text, update=update)


def test_nothing_is_added_where_the_archive_fails(
    store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = read_list(b"url\nhttps://a.test/\nhttps://b.test/\n", "", today=date(2026, 11, 24))

    def progress(done: int, total: int) -> None:
        assert (done, total) == (1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_list(store, wanted, now=at, progress=progress)
    assert store.sources() == []


def test_a_long_list_goes_in_parts(store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.sources.adding._PART", 2)
    text = "url,name\n" + "".join(f"https://a{n}.test/,News\n" for n in range(5)) + "https://a0.test/,News\n"
    outcome = imported(store, at, text)
    assert counts(outcome) == (5, 0, 1, 0)
    assert told(outcome)[-1] == (7, "the same address as in line 2; it is left out")
    assert sorted(names(store).values()) == ["News", "News 2", "News 3", "News 4", "News 5"]
    wanted = read_list(
        b"url\nhttps://b.test/\nhttps://c.test/\nhttps://d.test/\n", "", today=date(2026, 11, 24)
    )

    def progress(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_list(store, wanted, now=at, progress=progress)
    assert len(store.sources()) == 7


@pytest.mark.parametrize("form", ["toml", "csv"])
def test_an_archive_s_sources_can_be_had_again_from_their_list(
    store: Store, at: datetime, tmp_path, form
) -> None:  # type: ignore[no-untyped-def]
    with store.transaction() as tx:
        tx.add_source(name="Plain", url="https://a.test/", interval=HOUR / 2, now=at, adaptive=True)
        tx.add_source(
            name="=Odd 'name'",
            url="https://b.test/?q=1,2;3",
            interval=timedelta(seconds=90),
            now=at,
            min_delay=0.25,
            paused=True,
            collections=("Local, near", "b"),
            revisit_ages=(HOUR, 6 * HOUR),
            backfill_since=date(2015, 3, 1),
            rules=Rules("h1", ".by", "time", "a[b=';,\"']", ("/a/*",), ("*/v,w/*", "-x")),
        )
    text = write_list(store.sources(), form)
    with Store(f"sqlite:///{tmp_path / 'again.db'}") as again:
        wanted = read_list(text.encode(), f"list.{form}", today=date(2026, 11, 24))
        assert counts(import_list(again, wanted, now=at)) == (2, 0, 0, 0)

        def by_name(one: Store) -> list[Source]:
            return sorted((replace(source, id=0) for source in one.sources()), key=lambda source: source.name)

        assert by_name(again) == by_name(store)
        assert write_list(again.sources(), form) == text
        assert counts(import_list(again, wanted, now=at, update=True)) == (0, 0, 2, 0)
