"""Files that are closed while an archive is written, and records that could not be synced."""

from __future__ import annotations

import os
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care, warc
from archive.errors import WarcError
from archive.keeping import Keeper
from archive.model import Capture, Response
from archive.store import Store
from archive.warc import WarcWriter

faults = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("faults.py"))))

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Desk:
    """Keeps pages, and records each in a transaction of its own; the clock stands still unless it is set."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.now = store, folder, AT
        self.keeper = Keeper(
            store, WarcWriter(folder, software="test", max_file_bytes=1500), clock=lambda: self.now
        )

    def keep(self, path: str) -> Capture:
        """Append a page."""
        raw = b"HTTP/1.1 200 OK\r\n\r\n<p>" + path.encode()
        return self.keeper.keep(
            Response(
                f"http://paper.example/{path}",
                200,
                (),
                b"",
                b"GET / HTTP/1.1\r\n\r\n",
                raw,
                "",
                self.now,
                0.1,
            )
        )

    def closed(self) -> list[str]:
        """The files of which the database knows that they are closed."""
        return [file.name for file in self.store.warc_files() if file.sealed_at is not None]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """An empty archive whose files are small."""
    return Desk(store, tmp_path / "warc")


def test_files_are_closed_once_all_in_them_is_recorded(desk: Desk) -> None:
    for number in range(6):
        desk.keep(str(number))
    assert desk.closed() == []
    desk.keeper.record()
    closed = desk.closed()
    assert closed == sorted(set(warc.files(desk.folder)) - set(warc.open_files(desk.folder)))
    assert len(closed) >= 2
    assert list(care.check(desk.store, desk.folder)) == []
    assert care.recover(desk.store, desk.folder).captures == 0


def test_a_file_is_closed_by_the_first_transaction_after_a_day(desk: Desk) -> None:
    name = desk.keep("one").place.file
    desk.keeper.record()
    assert desk.closed() == []
    desk.now += timedelta(hours=24)
    with desk.keeper.transaction():
        pass
    assert desk.closed() == [name]


def test_a_file_that_cannot_be_closed_now_is_closed_later(
    desk: Desk, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not tried at every transaction: to read a file back takes its time."""
    name = desk.keep("one").place.file
    desk.keeper.record()
    desk.now += timedelta(hours=24)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: faults.no_room())
        for _ in range(3):
            with desk.keeper.transaction():
                pass
    assert (desk.closed(), len(caplog.messages)) == ([], 1)
    desk.now += timedelta(minutes=1)
    with desk.keeper.transaction():
        pass
    assert desk.closed() == [name]


def test_a_capture_whose_record_could_not_be_synced_is_nobodys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.keep("one")
    desk.keeper.record()
    second = desk.keep("two")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: faults.broken())
        with pytest.raises(WarcError):
            desk.keeper.record()
    assert [desk.keeper.has(capture) for capture in (first, second)] == [True, False]
    third = desk.keep("three")
    desk.keeper.record()
    assert [capture.url for capture in desk.store.captures_in(first.place.file)] == [first.url, third.url]
    assert list(care.check(desk.store, desk.folder)) == []
