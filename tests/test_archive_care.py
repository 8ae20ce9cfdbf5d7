"""Looking after an archive: what a crash left is taken in, damage is named with file and byte, and only what is
safe is mended."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import care, warc
from archive.care import Problem
from archive.errors import DamagedArchive
from archive.model import Capture, Response
from archive.store import Store
from archive.warc import WarcWriter

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the WARC files."""
    return tmp_path / "warc"


@pytest.fixture
def write(folder: Path) -> Callable[[str], Capture]:
    """Keeps a page of that address, which the database does not know yet."""
    writer = WarcWriter(folder, software="test")

    def run(path: str) -> Capture:
        url = f"http://paper.example/{path}"
        raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + path.encode()
        request = f"GET /{path} HTTP/1.1\r\nHost: paper.example\r\n\r\n".encode()
        return writer.append(
            Response(url, 200, (("content-type", "text/html"),), b"", request, raw, "", AT, 0.1)
        )

    return run


@pytest.fixture
def keep(store: Store, write: Callable[[str], Capture]) -> Callable[[str], Capture]:
    """Keeps a page as a crawl does: on the disk, then in the database."""

    def run(path: str) -> Capture:
        capture = write(path)
        with store.transaction() as tx:
            tx.add_capture(capture)
        return capture

    return run


Keep = Callable[[str], Capture]


def end(capture: Capture) -> int:
    return capture.place.offset + capture.place.length


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def check(store: Store, folder: Path) -> list[Problem]:
    return list(care.check(store, folder))


# -- after a crash -----------------------------------------------------------------------------------


def test_a_whole_archive_is_left_as_it_is(store: Store, folder: Path, keep: Keep) -> None:
    path = warc.path_of(folder, keep("one").place.file)
    before = path.read_bytes()
    assert care.recover(store, folder).captures == 0
    assert (path.read_bytes(), check(store, folder)) == (before, [])


def test_records_that_the_database_lacks_are_taken_in(
    store: Store, folder: Path, keep: Keep, write: Keep
) -> None:
    known, lost = keep("one"), [write("two"), write("three")]
    assert care.recover(store, folder).captures == 2
    found = store.captures_in(known.place.file)
    assert [(c.url, c.place, c.record_id) for c in found] == [
        (c.url, c.place, c.record_id) for c in (known, *lost)
    ]
    assert [c.payload_digest for c in found[1:]] == [c.payload_digest for c in lost]
    assert care.recover(store, folder).captures == 0
    assert check(store, folder) == []


def test_a_torn_end_is_moved_aside_and_writing_goes_on(store: Store, folder: Path, keep: Keep) -> None:
    capture = keep("one")
    path = warc.path_of(folder, capture.place.file)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[capture.place.offset : -5])
    assert care.recover(store, folder).captures == 0
    assert path.read_bytes() == whole
    assert path.with_suffix(".torn").read_bytes() == whole[capture.place.offset : -5]
    keep("two")
    assert check(store, folder) == []


def test_a_crash_before_the_first_transaction_loses_nothing(store: Store, folder: Path, write: Keep) -> None:
    capture = write("one")
    assert care.recover(store, folder).captures == 1
    assert store.warc_ends() == {capture.place.file: end(capture)}


@pytest.mark.parametrize("left", [None, 0, 100])
def test_a_file_that_lost_what_was_kept_stops_everything(
    store: Store, folder: Path, keep: Keep, left: int | None
) -> None:
    path = warc.path_of(folder, keep("one").place.file)
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DamagedArchive, match="restore the file"):
        care.recover(store, folder)


# -- checking ----------------------------------------------------------------------------------------


def test_a_torn_end_is_found(store: Store, folder: Path, keep: Keep) -> None:
    capture = keep("one")
    with warc.path_of(folder, capture.place.file).open("ab") as file:
        file.write(b"torn")
    name, torn = capture.place.file, end(capture)
    message = "4 bytes are no whole WARC record."
    assert check(store, folder) == [
        Problem("torn-end", f"{name} at byte {torn}", message, file=name, offset=torn)
    ]


def test_a_record_that_the_database_lacks_is_found(
    store: Store, folder: Path, keep: Keep, write: Keep
) -> None:
    keep("one")
    lost = write("two")
    (problem,) = check(store, folder)
    assert (problem.code, problem.where) == (
        "unknown-record",
        f"{lost.place.file} at byte {lost.place.offset}",
    )
    assert lost.url in problem.message


def test_a_file_that_is_not_there_is_found(store: Store, folder: Path, keep: Keep) -> None:
    keep("one")
    capture = keep("two")
    warc.path_of(folder, capture.place.file).unlink()
    (problem,) = check(store, folder)
    assert (problem.code, problem.where) == ("missing-file", capture.place.file)
    assert "2 captures" in problem.message


def test_a_record_that_is_cut_off_is_found(store: Store, folder: Path, keep: Keep) -> None:
    keep("one")
    capture = keep("two")
    path = warc.path_of(folder, capture.place.file)
    path.write_bytes(path.read_bytes()[: capture.place.offset + 10])
    where = f"{capture.place.file} at byte {capture.place.offset}"
    problems = check(store, folder)
    assert [(p.code, p.where) for p in problems] == [("damaged-record", where), ("missing-record", where)]
    path.write_bytes(path.read_bytes()[: capture.place.offset])
    assert [(p.code, p.where) for p in check(store, folder)] == [("missing-record", where)]


def test_another_record_in_its_place_is_found(store: Store, folder: Path, keep: Keep, write: Keep) -> None:
    keep("one")
    written = write("two")
    with store.transaction() as tx:
        tx.add_capture(Capture(0, "http://other.example/", AT, 200, "", "", written.place, "<urn:uuid:x>"))
    (problem,) = check(store, folder)
    assert (problem.code, problem.where) == (
        "other-record",
        f"{written.place.file} at byte {written.place.offset}",
    )


def repacked(path: Path, capture: Capture, old: bytes, new: bytes) -> None:
    """Change a record behind the back of its digests, as no accident of a disk would."""
    data = path.read_bytes()
    record = zlib.decompress(data[capture.place.offset : end(capture)], zlib.MAX_WBITS | 16)
    assert old in record
    packed = gzip.compress(record.replace(old, new), mtime=0)
    path.write_bytes(data[: capture.place.offset] + packed + data[end(capture) :])


def test_a_record_that_was_changed_is_found_by_its_digest(store: Store, folder: Path, keep: Keep) -> None:
    capture = keep("one")
    repacked(warc.path_of(folder, capture.place.file), capture, b"<p>one", b"<p>eno")
    (problem,) = check(store, folder)
    assert (problem.code, problem.where) == ("digest", f"{capture.place.file} at byte {capture.place.offset}")
    assert capture.url in problem.message


def test_a_gzip_member_that_is_no_record_is_found(store: Store, folder: Path, keep: Keep) -> None:
    capture = keep("one")
    with warc.path_of(folder, capture.place.file).open("ab") as file:
        file.write(gzip.compress(b"a letter to the editor"))
    problems = check(store, folder)
    assert "damaged-record" in codes(problems)
    assert {problem.where for problem in problems} == {f"{capture.place.file} at byte {end(capture)}"}


def test_a_flipped_bit_is_found_with_its_file_and_byte(store: Store, folder: Path, keep: Keep) -> None:
    keep("one")
    keep("two")
    (name,) = warc.files(folder)
    path, before = warc.path_of(folder, name), list(warc.walk(folder, name))
    data = path.read_bytes()
    for byte in range(0, len(data), 7):
        path.write_bytes(data[:byte] + bytes([data[byte] ^ (1 << byte % 8)]) + data[byte + 1 :])
        hit = max(record.place.offset for record in before if record.place.offset <= byte)
        problems = check(store, folder)
        if problems:
            assert problems[0].where == f"{name} at byte {hit}"
        else:  # it meant nothing, as the time stamp in the head of a gzip member does
            assert list(warc.walk(folder, name)) == before


def test_what_stands_behind_damage_is_still_there(store: Store, folder: Path, keep: Keep) -> None:
    first, second, third = keep("one"), keep("two"), keep("three")
    path = warc.path_of(folder, first.place.file)
    data = bytearray(path.read_bytes())
    data[second.place.offset + 30] ^= 0xFF
    path.write_bytes(data)
    problems = check(store, folder)
    where = f"{second.place.file} at byte {second.place.offset}"
    assert [(p.code, p.where) for p in problems] == [("damaged-record", where), ("missing-record", where)]
    assert warc.read_record(folder, third.place).as_capture() == third


# -- mending -----------------------------------------------------------------------------------------


def test_torn_ends_and_unknown_records_are_mended(
    store: Store, folder: Path, keep: Keep, write: Keep
) -> None:
    keep("one")
    lost = write("two")
    path = warc.path_of(folder, lost.place.file)
    whole = path.read_bytes()
    path.write_bytes(whole + b"torn")
    mended = care.repair(store, folder, check(store, folder))
    assert codes(mended) == ["unknown-record", "torn-end"]
    assert all(problem.repaired for problem in mended)
    assert path.read_bytes() == whole
    assert [c.url for c in store.captures_in(lost.place.file)][1:] == [lost.url]
    assert check(store, folder) == []


def test_a_file_with_other_damage_is_never_cut(store: Store, folder: Path, keep: Keep, write: Keep) -> None:
    first = keep("one")
    keep("two")
    write("three")
    path = warc.path_of(folder, first.place.file)
    data = bytearray(path.read_bytes() + b"torn")
    data[first.place.offset + 30] ^= 0xFF
    path.write_bytes(data)
    problems = check(store, folder)
    assert care.repair(store, folder, problems) == problems
    assert path.read_bytes() == bytes(data)
    assert list(path.parent.iterdir()) == [path]


def test_damage_in_one_file_does_not_keep_another_from_being_mended(
    store: Store, folder: Path, keep: Keep
) -> None:
    capture = keep("one")
    sound = warc.path_of(folder, capture.place.file)
    (sound.parent / "newsarchive-0.warc.gz").write_bytes(gzip.compress(b"no record"))
    with sound.open("ab") as file:
        file.write(b"torn")
    mended = care.repair(store, folder, check(store, folder))
    assert {problem.code: problem.repaired for problem in mended if capture.place.file in problem.where} == {
        "torn-end": True
    }
    assert not any(problem.repaired for problem in mended if "newsarchive-0" in problem.where)
    assert end(capture) == sound.stat().st_size


def test_a_copy_of_a_file_is_not_taken_in_twice(store: Store, folder: Path, keep: Keep) -> None:
    path = warc.path_of(folder, keep("one").place.file)
    copy = path.with_name("copy of it.warc.gz")
    shutil.copy(path, copy)
    assert care.recover(store, folder).captures == 0
    assert store.counts().captures == 1
    keep("two")
    assert check(store, folder) == []
