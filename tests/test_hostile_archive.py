"""Disks that lose, change and refuse: what was acknowledged stays, and what was damaged is named with file, byte and
record. Numbers as in the list of hostile inputs."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import care, warc
from archive.care import Problem
from archive.errors import DamagedArchive
from archive.model import Capture, Response
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
FLIPS = 300


class Press:
    """Keeps pages as a crawl does: on the disk, then in the database."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.database = store._engine.url.database or ""
        self.writer = WarcWriter(folder, software="test")
        self.kept: list[Capture] = []

    def write(self, path: str, *, size: int = 100, known: bool = True) -> Capture:
        """A page of that address; the database lacks it unless it is `known`."""
        url = f"http://paper.example/{path}"
        text = random.Random(path).randbytes(size)
        raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + text
        request = f"GET /{path} HTTP/1.1\r\nHost: paper.example\r\n\r\n".encode()
        headers = (("content-type", "text/html"),)
        capture = self.writer.append(Response(url, 200, headers, b"", request, raw, "192.0.2.7", AT, 0.1))
        self.writer.append_metadata({"event": "test", "path": path}, refers_to=capture.record_id, at=AT)
        self.writer.sync()
        if known:
            with self.store.transaction() as tx:
                tx.add_capture(capture)
                tx.taken_in(self.writer.ends())
        self.kept.append(capture)
        return capture

    def close(self) -> str:
        """Close the file; its name."""
        (closed,) = self.writer.seal(AT)
        with self.store.transaction() as tx:
            tx.warc_file_closed(closed)
        return closed.name

    def check(self) -> list[Problem]:
        """What `verify` finds."""
        return list(care.check(self.store, self.folder))

    def repair(self) -> list[Problem]:
        """What `verify --repair` finds, and mends."""
        return care.repair(self.store, self.folder, self.check())

    def path(self, capture: Capture) -> Path:
        """The file of a capture."""
        return warc.path_of(self.folder, capture.place.file)

    def files(self) -> dict[str, bytes]:
        """What stands in the folder."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.glob("**/*")
            if path.is_file()
        }


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.fixture
def press(store: Store, tmp_path: Path) -> Press:
    """An empty archive to keep pages in."""
    return Press(store, tmp_path / "warc")


# -- 49: bits that flip ------------------------------------------------------------------------------


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_hostile_49_every_bit_that_flips_in_a_closed_file_is_found_with_file_and_record(press: Press) -> None:
    """300 of them, some in the head of a gzip member, where unpacking does not notice."""
    for number in range(6):
        press.write(f"page-{number}")
    name = press.close()
    assert press.check() == []
    path = press.folder / name
    data, records = path.read_bytes(), list(warc.walk(press.folder, name))
    chance = random.Random("flips")
    heads = [8 * (record.place.offset + byte) for record in records for byte in (4, 8, 9)]
    for bit in (*heads, *(chance.randrange(8 * len(data)) for _ in range(FLIPS - len(heads)))):
        path.write_bytes(flipped(data, bit))
        hit = next(r for r in reversed(records) if r.place.offset <= bit // 8)
        problems = press.check()
        assert problems, bit
        first = problems[0]
        assert (first.code, first.file, first.offset) == ("damaged-record", name, hit.place.offset), bit
        assert first.record_id == hit.record_id
        assert hit.record_id in first.message
        assert first.where == f"{name} at byte {hit.place.offset}"
        assert {problem.offset for problem in problems} == {hit.place.offset}
    path.write_bytes(data)
    assert press.check() == []


def test_hostile_49_a_bit_that_flips_in_a_manifest_is_told_as_such_and_the_manifest_made_anew(
    press: Press,
) -> None:
    press.write("page")
    name = press.close()
    path = warc.manifest_path(press.folder, name)
    text = path.read_bytes()
    chance = random.Random("manifest")
    for bit in sorted(chance.sample(range(8 * len(text)), 60)):
        path.write_bytes(flipped(text, bit))
        (problem,) = press.check()
        assert (problem.code, problem.where, problem.file) == (
            "damaged-manifest",
            f"{name}.manifest",
            f"{name}.manifest",
        )
    (mended,) = press.repair()
    assert mended.repaired
    assert path.read_bytes() == text
    assert press.check() == []


def test_hostile_49_records_behind_a_damaged_one_are_still_read(press: Press) -> None:
    """Of an open file as well, which has no manifest: those that the database knows, and those that it lacks."""
    pages = [press.write(f"page-{number}", known=number < 3) for number in range(5)]
    path = press.path(pages[0])
    data = bytearray(path.read_bytes())
    data[pages[1].place.offset + 20] ^= 1
    path.write_bytes(data)
    assert [(p.code, p.offset, p.record_id) for p in press.check() if p.code != "unknown-record"] == [
        ("damaged-record", pages[1].place.offset, pages[1].record_id),
        ("missing-record", pages[1].place.offset, pages[1].record_id),
    ]
    unknown = [p.record_id for p in press.check() if p.code == "unknown-record"]
    assert [page.record_id in unknown for page in pages] == [False, False, False, True, True]
    for page in (*pages[:1], *pages[2:]):
        assert warc.read_record(press.folder, page.place).as_capture() == page
    before = press.files()
    assert not any(problem.repaired for problem in press.repair())
    assert press.files() == before


# -- 46, 47, 51: ends --------------------------------------------------------------------------------


def test_hostile_46_a_record_that_is_torn_at_any_byte_is_set_aside(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.write("one")
    (*_, last) = warc.walk(press.folder, press.kept[0].place.file)
    press.write("two", size=10)
    path = press.path(press.kept[0])
    (*_, response, _) = warc.walk(press.folder, press.kept[0].place.file)
    begin, end = response.place.offset, response.place.offset + response.place.length
    whole, aside = path.read_bytes()[:end], path.with_suffix(".torn")
    with (
        closing(sqlite3.connect(press.database)) as raw,
        raw,
    ):  # as if it had never been told of the second page
        raw.execute("DELETE FROM capture WHERE url LIKE '%two'")
        raw.execute('UPDATE warc_file SET "end" = ?', (last.place.offset + last.place.length,))
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # hundreds of times, and not what this is about
    for length in range(begin, end):
        path.write_bytes(whole[:length])
        assert care.recover(press.store, press.folder).captures == 0
        assert path.read_bytes() == whole[:begin]
        assert (aside.read_bytes() if aside.exists() else b"") == whole[begin:length]
        aside.unlink(missing_ok=True)
    path.write_bytes(whole)
    assert care.recover(press.store, press.folder).captures == 1
    assert press.check() == []


@pytest.mark.parametrize(
    "tail",
    [b"\0", bytes(5000), b"\x1f\x8b\x08", b"\x1f\x8b\x08" + bytes(200), random.Random(1).randbytes(3000)],
)
def test_hostile_47_zeros_and_rubbish_at_the_end_are_set_aside(press: Press, tail: bytes) -> None:
    path = press.path(press.write("one"))
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    (problem,) = press.check()
    assert (problem.code, problem.offset) == ("torn-end", len(whole))
    care.recover(press.store, press.folder)
    assert (path.read_bytes(), path.with_suffix(".torn").read_bytes()) == (whole, tail)
    assert press.check() == []
    press.writer = WarcWriter(press.folder, software="test")
    press.write("two")
    assert press.check() == []


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("missing", [1, 400, 10_000])
def test_hostile_51_a_file_that_is_shorter_than_the_database_knows_stops_everything(
    press: Press, closed: bool, missing: int
) -> None:
    capture = press.write("one")
    if closed:
        press.close()
    path = press.path(capture)
    size = path.stat().st_size
    os.truncate(path, max(0, size - missing))
    before = press.files()
    with pytest.raises(DamagedArchive, match="but the database knows") as refused:
        care.recover(press.store, press.folder)
    assert str(path) in str(refused.value)
    problems = press.repair()
    assert problems
    assert not any(problem.repaired for problem in problems)
    assert {problem.file for problem in problems} == {capture.place.file}
    assert press.files() == before


def test_hostile_51_what_is_lost_of_the_journal_alone_is_found(press: Press) -> None:
    """The last record of the file is none of a capture."""
    path = press.path(press.write("one"))
    (*_, last) = warc.walk(press.folder, press.kept[0].place.file)
    os.truncate(path, last.place.offset)
    (problem,) = press.check()
    assert (problem.code, problem.offset) == ("short-file", last.place.offset)


# -- closed files ------------------------------------------------------------------------------------


def test_a_manifest_that_is_lost_is_made_anew_from_a_sound_file(press: Press) -> None:
    press.write("one")
    name = press.close()
    path = warc.manifest_path(press.folder, name)
    text = path.read_bytes()
    path.unlink()
    (problem,) = press.check()
    assert (problem.code, problem.where) == ("missing-manifest", f"{name}.manifest")
    assert [p.repaired for p in press.repair()] == [True]
    assert path.read_bytes() == text


def test_no_manifest_is_made_for_a_file_with_damage(press: Press) -> None:
    capture = press.write("one")
    name = press.close()
    path = press.folder / name
    path.write_bytes(flipped(path.read_bytes(), 8 * (capture.place.offset + 40)))
    warc.manifest_path(press.folder, name).unlink()
    before = press.files()
    problems = press.repair()
    assert codes(problems) == ["missing-manifest", "damaged-record", "missing-record"]
    assert not any(problem.repaired for problem in problems)
    assert press.files() == before


def test_no_manifest_is_made_for_another_file_than_the_one_that_was_closed(press: Press) -> None:
    """All its digests hold, but it is not what the database remembers: a bit flipped where gzip does not look."""
    press.write("one")
    name = press.close()
    path = press.folder / name
    path.write_bytes(flipped(path.read_bytes(), 8 * 4))
    warc.manifest_path(press.folder, name).unlink()
    assert [(p.code, p.repaired) for p in press.repair()] == [("missing-manifest", False)]
    assert warc.manifests(press.folder) == []


def test_a_file_that_was_exchanged_together_with_its_manifest_is_noticed(press: Press) -> None:
    press.write("one")
    name = press.close()
    path = press.folder / name
    path.write_bytes(flipped(path.read_bytes(), 8 * 4))
    old = warc.read_manifest(warc.manifest_path(press.folder, name)).sha256
    new = warc.write_manifest(press.folder, name)
    (problem,) = press.repair()
    assert (problem.code, problem.file, problem.repaired) == ("other-file", name, False)
    lines = new.path.read_text().replace(new.sha256, old).splitlines(keepends=True)[:-1]
    end = hashlib.sha256("".join(lines).encode()).hexdigest()
    new.path.write_text("".join(lines) + f"end {end}\n")
    (problem,) = press.repair()
    assert (problem.code, problem.file, problem.repaired) == ("other-file", name, False)


def test_a_manifest_of_another_file_is_not_believed(press: Press) -> None:
    press.write("one")
    first = press.close()
    press.write("two")
    second = press.close()
    shutil.copy(warc.manifest_path(press.folder, second), warc.manifest_path(press.folder, first))
    (problem,) = press.repair()
    assert (problem.code, problem.repaired) == ("damaged-manifest", True)
    assert press.check() == []


def test_what_was_added_to_a_closed_file_is_moved_aside(press: Press) -> None:
    """Even if it is a whole record: nothing is appended to a closed file."""
    press.write("one")
    name = press.close()
    path = press.folder / name
    whole, added = path.read_bytes(), gzip.compress(b"a letter to the editor")
    path.write_bytes(whole + added)
    (problem,) = press.repair()
    assert (problem.code, problem.offset, problem.repaired) == ("torn-end", len(whole), True)
    assert (path.read_bytes(), Path(f"{path}.torn").read_bytes()) == (whole, added)
    assert press.check() == []


def test_a_file_that_is_gone_is_missed_though_only_its_manifest_tells_of_it(press: Press) -> None:
    press.write("one")
    name = press.close()
    (press.folder / name).unlink()
    (problem,) = press.check()
    assert (problem.code, problem.file) == ("missing-file", name)
    warc.manifest_path(press.folder, name).rename(press.folder / "2026/05/other.warc.gz.manifest")
    assert [(p.code, p.file) for p in press.check()] == [
        ("missing-file", name),
        ("missing-file", "2026/05/other.warc.gz"),
    ]


def test_a_file_that_is_there_twice_is_told(press: Press) -> None:
    press.write("one")
    name = press.close()
    shutil.copy(press.folder / name, press.folder / f"{name}.open")
    os.truncate(press.folder / f"{name}.open", 700)
    before = press.files()
    care.recover(press.store, press.folder)
    press.writer = WarcWriter(press.folder, software="test")
    assert press.write("two").place.file != name
    assert press.writer.seal_due(AT + timedelta(days=2))
    assert before.items() <= press.files().items()
    assert [(p.code, p.file, p.repaired) for p in press.repair()] == [("two-files", name, False)]


def test_a_closed_file_that_somebody_put_there_is_taken_in(press: Press, tmp_path: Path) -> None:
    press.write("one")
    press.close()
    other = Press(Store(f"sqlite:///{tmp_path}/other.db"), press.folder)
    with other.store:
        assert "unknown-record" in codes(other.check())
        assert all(problem.repaired for problem in other.repair())
        assert other.check() == []
        assert other.store.counts().captures == 1


def test_a_file_that_was_closed_without_the_database_being_told_is_noted_at_the_next_opening(
    press: Press,
) -> None:
    press.write("one")
    (closed,) = press.writer.seal(AT)
    (before,) = press.store.warc_files()
    assert before.sealed_at is None
    care.recover(press.store, press.folder)
    (after,) = press.store.warc_files()
    assert (after.name, after.end, after.bytes, after.sha256) == (
        closed.name,
        closed.end,
        closed.bytes,
        closed.sha256,
    )
    assert after.sealed_at is not None
    assert hashlib.sha256((press.folder / closed.name).read_bytes()).hexdigest() == after.sha256
    assert press.check() == []


# -- the database ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["url = 'http://other.example/'", '"offset" = "offset" + 1', "payload_digest = 'sha256:x'", "length = 9"],
)
@pytest.mark.parametrize("closed", [False, True])
def test_what_the_database_has_otherwise_than_the_file_is_put_right(
    press: Press, change: str, closed: bool
) -> None:
    press.write("one")
    capture = press.write("two")
    if closed:
        press.close()
    with press.store._engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE capture SET {change} WHERE url LIKE '%two'")
    problems = press.repair()
    assert problems
    assert all(problem.repaired for problem in problems)
    assert press.check() == []
    (_, found) = press.store.captures_in(capture.place.file)
    assert found.record_id == capture.record_id
    assert (found.url, found.place, found.payload_digest) == (
        capture.url,
        capture.place,
        capture.payload_digest,
    )


def test_a_row_that_refers_to_nothing_is_found(press: Press, config: Config) -> None:
    press.write("one")
    with closing(sqlite3.connect(config.home / "archive.db")) as raw, raw:
        raw.execute("INSERT INTO change (article_id, action, at) VALUES (7, 'new', 'x')")
    (problem,) = press.check()
    assert (problem.code, problem.where) == ("database", "archive.db")
    assert "row 1 of change refers to a row of article that is not there" in problem.message


def test_versions_that_do_not_follow_one_another_are_found(desk: Any) -> None:
    desk.file("Ferry", "One.", "Two.", "Three.")
    sound = desk.file("Bridge", "One.")
    with closing(sqlite3.connect(desk.config.home / "archive.db")) as raw, raw:
        raw.execute("DELETE FROM revision WHERE article_id <> ? AND number = 2", (sound,))
    (problem, *_) = care.check(desk.store, desk.config.warc_dir)
    assert (problem.code, problem.where) == ("versions", "archive.db, article 1")


def test_a_database_that_knows_captures_behind_the_end_it_took_in_reads_them_again(press: Press) -> None:
    press.write("one")
    with closing(sqlite3.connect(press.database)) as raw, raw:
        raw.execute('UPDATE warc_file SET "end" = 10')
    assert codes(press.check()) == ["unknown-record", "wrong-end"]
    assert all(problem.repaired for problem in press.repair())
    assert press.check() == []


def test_damage_to_the_last_record_of_an_open_file_stops_no_crawl(press: Press) -> None:
    """Another file is begun, and the damage is told."""
    path = press.path(press.write("one"))
    path.write_bytes(flipped(path.read_bytes(), 8 * (path.stat().st_size - 20)))
    care.recover(press.store, press.folder)
    press.writer = WarcWriter(press.folder, software="test")
    capture = press.write("two")
    assert press.path(capture) != path
    assert {(p.code, p.file) for p in press.check()} == {("damaged-record", press.kept[0].place.file)}


def test_it_is_told_how_much_was_looked_at(press: Press) -> None:
    for number in range(3):
        press.write(f"page-{number}")
    press.close()
    press.write("another")
    tally, told = care.Tally(), []
    check = care.check(
        press.store, press.folder, tally=tally, progress=lambda done, total: told.append((done, total))
    )
    assert list(check) == []
    sizes = sum(len(data) for name, data in press.files().items() if not name.endswith(".manifest"))
    assert (tally.files, tally.records, tally.bytes) == (2, 2 + 4 * 3, sizes)
    assert told[-1] == (sizes, sizes)
