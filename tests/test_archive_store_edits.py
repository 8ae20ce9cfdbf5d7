"""The log of edits: what of it is asked for comes, the newest first, whatever the archive's size."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import event

from archive.model import EditChoice, EditKind
from archive.store import Store

HOUR = timedelta(hours=1)


def told(store: Store, **choice: Any) -> list[tuple[int, EditKind, int]]:
    found = store.edits(EditChoice(**choice), limit=100)
    counts = store.count_edits(EditChoice(**choice))
    assert sum(counts.get(kind, 0) for kind in EditChoice(**choice).kinds) == len(found)
    pages = [store.edits(EditChoice(**choice), limit=2, offset=at) for at in range(0, len(found), 2)]
    assert [edit for page in pages for edit in page] == found
    assert all(newer.at >= older.at for newer, older in pairwise(found))
    return [(edit.article_id, edit.kind, edit.number) for edit in found]


def test_edits_are_told_by_kind_source_and_time(desk: Any) -> None:
    ferry = desk.file("Ferry", "It sails at noon.", "It sails at noon!", "It sails at one, says everybody.")
    bridge = desk.file("Bridge", "It costs 2 million.", "It costs 3 million.", gone=True)
    desk.file("Alone", "Nothing changes here.")
    store = desk.store
    at = store.revisions(bridge)[1].captured_at
    with store.transaction() as tx:
        tx.add_change(bridge, "gone", at + 5 * HOUR)
        tx.add_change(bridge, "back", at + 6 * HOUR)
        other = tx.add_source(name="Other", url="http://other.test/", interval=HOUR, now=at)
    assert told(store) == [
        (bridge, "back", 0), (bridge, "gone", 0), (ferry, "body", 3), (bridge, "correction", 2),
    ]  # fmt: skip
    assert told(store, kinds=("trivial",)) == [(ferry, "trivial", 2)]
    assert told(store, kinds=("gone",)) == [(bridge, "gone", 0)]
    assert told(store, kinds=("body", "trivial")) == [(ferry, "body", 3), (ferry, "trivial", 2)]
    assert told(store, source_ids=(desk.source,)) == told(store)
    assert told(store, source_ids=(other,)) == []
    assert told(store, since=at + HOUR, until=at + 6 * HOUR) == [(bridge, "gone", 0), (ferry, "body", 3)]
    assert told(store, kinds=()) == []


def test_an_article_has_all_that_happened_to_it(desk: Any) -> None:
    ferry = desk.file("Ferry", "It sails.", "It sails!", "It sails at noon, says everybody.")
    at = desk.store.revisions(ferry)[2].captured_at
    with desk.store.transaction() as tx:
        tx.add_change(ferry, "gone", at + HOUR)
        tx.add_change(ferry, "back", at + 2 * HOUR)
    edits = desk.store.edits_of(ferry)
    assert [(e.kind, e.number) for e in edits] == [
        ("back", 0), ("gone", 0), ("body", 3), ("trivial", 2), ("first", 1),
    ]  # fmt: skip
    assert [(e.words_added, e.words_removed) for e in edits[2:4]] == [(4, 0), (0, 0)]
    assert [e.title_before for e in edits] == ["", "", "Ferry", "Ferry", ""]
    assert desk.store.edits_of(99) == []


def test_the_log_is_read_from_its_index_alone(desk: Any) -> None:
    desk.file("Ferry", "It sails.", "It sails at noon.")
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, values))

    event.listen(desk.store._engine, "before_cursor_execute", keep)
    choice = EditChoice(source_ids=(desk.source,))
    desk.store.edits(choice, limit=50)
    desk.store.count_edits(choice)
    with closing(sqlite3.connect(desk.config.home / "archive.db")) as raw:
        assert len(asked) == 2
        for sql, values in asked:
            plan = [str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            for index in ("revision_by_time", "change_by_fate"):
                assert any(f"COVERING INDEX {index}" in step for step in plan), plan
            assert not any(step.startswith("SCAN article") for step in plan), plan


def test_nothing_is_told_of_an_article_that_was_removed(desk: Any) -> None:
    ferry = desk.file("Ferry", "It sails.", "It sails at noon.")
    at = desk.store.revisions(ferry)[1].captured_at
    with desk.store.transaction() as tx:
        tx.add_change(ferry, "gone", at + HOUR)
    assert told(desk.store) == [(ferry, "gone", 0), (ferry, "body", 2)]
    with desk.store.transaction() as tx:
        tx.remove_article(ferry, at=at + 2 * HOUR, reason="It was asked for.", records={})
    assert told(desk.store) == desk.store.edits_of(ferry) == []
