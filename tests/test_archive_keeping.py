"""The order of safety: what is committed stands in the WARC files before, what is not committed does not; and whatever
happened, the database that is made of them is the one that was there."""

from __future__ import annotations

import re
import runpy
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive import care, schema, warc
from archive.errors import NewerArchive, WarcError
from archive.journal import Event, parse
from archive.keeping import Keeper
from archive.model import Revision
from archive.store import Store, Transaction, journal_writer

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("archive_history.py"))))
Newsroom, failing = made.Newsroom, made.failing

history = st.lists(st.tuples(st.sampled_from(made.STEPS), st.integers(0, 80)), max_size=14)


@settings(max_examples=15)
@given(history, st.integers(0, 14))
@example([("new", 0), ("clock_jumps", 0), ("new", 0), ("revise", 1), ("go", 0), ("come_back", 0)], 2)
@example([("beside", 0), ("revise", 0), ("crash", 1), ("fail_to_commit", 0), ("new", 0)], 1)
def test_the_database_is_made_again_from_the_files_whatever_happened(
    steps: list[tuple[str, int]], early: int
) -> None:
    """Also where only its end is lost: that of `early` steps is brought up to date."""
    with TemporaryDirectory() as folder:
        room = Newsroom(Path(folder))
        old = None
        for number, (step, which) in enumerate(steps):
            if number == early:
                old = copy_of(room)
            getattr(room, step)(which)
        room.reopen()
        room.keeper.record()
        room.keeper.catch_up()
        expected = room.dump()
        room.store.close()
        for kept in (None, old):
            for path in room.home.glob("archive.db*"):
                path.unlink()
            if kept is not None:
                room.path.write_bytes(kept)
            with Store(f"sqlite:///{room.path}") as store:
                assert care.recover(store, room.warc_dir).complete
                assert not any(problem.code != "unsealed" for problem in care.check(store, room.warc_dir))
            found = room.dump()
            assert found.pop("unjournalled") == [] or kept is not None
            assert found == {name: rows for name, rows in expected.items() if name != "unjournalled"}


def copy_of(room: Any) -> bytes:
    """The database as it is now."""
    room.store.close()
    with closing(sqlite3.connect(room.path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = room.path.read_bytes()
    unrecorded = room.keeper._unrecorded
    writer = room.keeper.warc
    room.store = Store(f"sqlite:///{room.path}")
    room.keeper = Keeper(room.store, writer, clock=lambda: room.clock)
    room.keeper._unrecorded = unrecorded
    return data


# -- what is not committed ---------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """An archive of one source."""
    room = Newsroom(tmp_path)
    yield room
    room.store.close()


def events(room: Any) -> list[Event]:
    found = [
        parse(record.payload)
        for name in warc.files(room.warc_dir)
        for record in warc.walk(room.warc_dir, name)
        if record.kind == "metadata"
    ]
    return [event for event in found if event is not None]


def test_hostile_50_what_a_failed_commit_appended_is_cut_off_again(room: Any) -> None:
    room.new(0)
    before = events(room)
    capture = room.page()
    with pytest.raises(WarcError), failing(room.keeper.warc, "sync"), room.keeper.transaction(capture) as tx:
        room._new(tx, capture)
    assert events(room) == before
    assert room.articles() == [1]
    room.revise(0)
    assert [event.number for event in events(room)] == list(range(1, len(before) + 2))
    assert room.store.counts().captures == 3, "the page itself was kept"


def test_a_commit_that_the_database_refuses_leaves_nothing(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = room.page()
    sizes = room.keeper.warc.ends()
    monkeypatch.setattr(Transaction, "taken_in", refuse_when_all_is_written(room))
    with pytest.raises(sqlite3.OperationalError), room.keeper.transaction(capture) as tx:
        room._new(tx, capture)
    monkeypatch.undo()
    assert room.keeper.warc.ends() == sizes
    room.new(0)
    assert room.articles() == [1]


def refuse_when_all_is_written(room: Any) -> Callable[..., None]:
    size = sum(room.keeper.warc.ends().values())

    def taken_in(_tx: Transaction, _ends: Any) -> None:
        if sum(room.keeper.warc.ends().values()) > size:
            raise sqlite3.OperationalError("disk I/O error")

    return taken_in


def test_a_commit_that_was_one_although_it_failed_keeps_what_it_appended(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To cut it off would leave a database that knows more than its files."""
    transaction = Store.transaction

    @contextmanager
    def fails_after(store: Store, **options: Any) -> Iterator[Transaction]:
        with transaction(store, **options) as tx:
            yield tx
        raise sqlite3.OperationalError("the answer was lost")

    capture = room.page()
    monkeypatch.setattr(Store, "transaction", fails_after)
    with pytest.raises(sqlite3.OperationalError), room.keeper.transaction(capture) as tx:
        room._new(tx, capture)
    monkeypatch.undo()
    room.revise(0)
    room.reopen()
    assert room.articles() == [1]
    assert list(care.check(room.store, room.warc_dir)) == []


def test_who_cannot_cut_off_what_failed_writes_no_more(room: Any) -> None:
    keeper = room.keeper
    with failing(keeper.warc, "rollback"):
        room.fail_to_commit(0)
    with pytest.raises(WarcError, match="opened anew"), keeper.transaction():
        pass
    room.reopen()
    room.new(0)
    assert list(care.check(room.store, room.warc_dir)) == []


# -- what belongs to somebody else -------------------------------------------------------------------


def test_entries_of_another_archive_are_told_and_not_taken_in(room: Any, tmp_path: Path) -> None:
    other = Newsroom(tmp_path / "other")
    other.new(0)
    other.store.close()
    (name,) = warc.files(other.warc_dir)
    room.new(0)
    before = room.store.article(1)
    stranger = room.warc_dir / "stranger.warc.gz"
    stranger.write_bytes(warc.path_of(other.warc_dir, name).read_bytes())
    recovery = care.recover(room.store, room.warc_dir)
    assert recovery.foreign == len(events(other))
    assert recovery.captures == 1
    assert room.store.article(1) == before


def test_entries_of_a_later_version_are_refused() -> None:
    assert parse(b'{"newsarchive": 1, "archive": "a", "number": 1, "event": "complete"}') is not None
    assert parse(b'{"newsarchive": 1, "archive": "a"}') is None
    assert parse(b'{"newsarchive": ') is None
    assert parse(b"software: newsarchive") is None
    assert parse(b'{"newsarchive": 2, "archive": "a", "number": 1, "event": "complete"}') is not None
    with pytest.raises(NewerArchive):
        parse(b'{"newsarchive": 3, "archive": "a", "number": 1, "event": "complete"}')


def test_hostile_57_a_clock_that_jumps_back_changes_no_order(room: Any) -> None:
    places = []
    for days in (0, 40, -70, 0, 3):
        room.clock += timedelta(days=days)
        room.new(0)
        places.append(room.store.captures_in(warc.files(room.warc_dir)[-1])[-1].place)
    assert [(place.file, place.offset) for place in places] == sorted((p.file, p.offset) for p in places)
    assert [event.number for event in events(room)] == list(range(1, len(events(room)) + 1))
    records = [r.record_id for name in warc.files(room.warc_dir) for r in warc.walk(room.warc_dir, name)]
    assert len(set(records)) == len(records)
    assert [change.article_id for change in room.store.changes_since(0, 10)] == [1, 2, 3, 4, 5]


# -- what everybody keeps to -------------------------------------------------------------------------


def test_whatever_a_table_has_is_told_or_follows_from_what_is_told() -> None:
    """Who adds a column says which."""
    told = {
        "source": {*journal_writer._SOURCE, "revisit_ages", "rules"},
        "article": {*journal_writer._ARTICLE, "edits", "edited_at", "earlier_titles"},
        "visit": {*journal_writer._VISIT, "id", "article_id", "hint"},
        "revision": set(Revision.__dataclass_fields__),
    }
    for name, columns in told.items():
        assert {column.name for column in schema.metadata.tables[name].columns} == columns


def test_hostile_54_every_transaction_that_writes_begins_as_one() -> None:
    """One that begins by reading and goes on to write fails where another has written meanwhile: nobody begins any but
    `begin_immediate`, and nobody commits by hand."""
    store = Path(schema.__file__).parent / "store"
    for path in sorted(store.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        begun = [
            line.strip() for line in text.splitlines() if re.search(r"\.begin\(|\.commit\(|autocommit", line)
        ]
        assert begun == (["with connection.begin():"] if path.name == "database.py" else []), path.name


def test_hostile_54_writers_wait_for_each_other(room: Any) -> None:
    """Eight threads read, then write, a hundred times in all; none is told that the database is locked."""
    url = f"sqlite:///{room.path}"

    def write(number: int) -> None:
        with Store(url) as store:
            for _ in range(12):
                with store.transaction() as tx:
                    tx.reader.sources()
                    tx.set_paused(room.source, bool(number % 2))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
