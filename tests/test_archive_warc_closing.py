"""Files that are written, closed and sealed: by size and by age, with a manifest that anybody can check, whole whenever
the process is killed or the disk refuses."""

from __future__ import annotations

import hashlib
import os
import re
import runpy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import warc
from archive.errors import DiskFull, WarcError
from archive.model import Response
from archive.warc import WarcWriter, spans

faults = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("faults.py"))))

AT = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(hours=24)


def response(path: str = "one", at: datetime = AT, body: bytes = b"<p>hello") -> Response:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    request = f"GET /{path} HTTP/1.1\r\nHost: paper.example\r\n\r\n".encode()
    headers = (("content-type", "text/html"),)
    return Response(f"http://paper.example/{path}", 200, headers, b"", request, raw, "192.0.2.7", at, 0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the WARC files."""
    return tmp_path / "warc"


@pytest.fixture
def writer(folder: Path) -> WarcWriter:
    """A writer of that folder."""
    return WarcWriter(folder, software="test")


def names_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("**/*") if path.is_file())


def ids(folder: Path) -> list[str]:
    return [record.record_id for name in warc.files(folder) for record in warc.walk(folder, name)]


def check_manifest(folder: Path, name: str) -> None:
    """As somebody would who knows nothing of this program but the form of the manifest."""
    data = (folder / name).read_bytes()
    text = (folder / f"{name}.manifest").read_bytes()
    *lines, last = text.decode().splitlines()
    assert text.endswith(b"\n")
    assert last == "end " + hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    first, file, size, sha256, count, *members = lines
    assert (first, file) == ("newsarchive-manifest 1", f"file {Path(name).name}")
    assert (size, count) == (f"bytes {len(data)}", f"records {len(members)}")
    assert sha256 == f"sha256 {hashlib.sha256(data).hexdigest()}"
    expected, end = list(warc.walk(folder, name)), 0
    for line, record in zip(members, expected, strict=True):
        offset, length, digest, kind, record_id = line.split(" ")
        assert (int(offset), kind, record_id) == (end, record.kind, record.record_id)
        end += int(length)
        assert hashlib.sha256(data[int(offset) : end]).hexdigest() == digest
    assert end == len(data)


# -- closing -----------------------------------------------------------------------------------------


def test_a_file_is_called_open_until_it_is_closed_with_a_manifest(folder: Path, writer: WarcWriter) -> None:
    kept = writer.append(response())
    name = kept.place.file
    assert names_below(folder) == ["newsarchive-20260504120000123456.warc.gz.open"]
    before = ids(folder)
    (closed,) = writer.seal(AT)
    assert names_below(folder) == [Path(name).name, f"{Path(name).name}.manifest"]
    check_manifest(folder, name)
    data = (folder / name).read_bytes()
    assert (closed.name, closed.end, closed.bytes, closed.sealed_at) == (name, len(data), len(data), AT)
    assert closed.sha256 == hashlib.sha256(data).hexdigest() == warc.sha256_of(folder, name)
    assert ids(folder) == before
    assert warc.read_record(folder, kept.place).as_capture() == kept
    assert writer.append(response("two")).place.file != name
    assert writer.ends().keys() == {"2026/05/newsarchive-20260504120000123457.warc.gz"}


def test_a_file_is_closed_when_it_is_large_enough(folder: Path) -> None:
    writer = WarcWriter(folder, software="test", max_file_bytes=3000)
    names = [writer.append(response(str(n))).place.file for n in range(3)]
    assert writer.seal_due(AT) == []
    names += [writer.append(response(str(n), body=os.urandom(3000))).place.file for n in range(3)]
    assert len(set(names)) == 3
    assert [closed.name for closed in writer.seal_due(AT)] == sorted(set(names))
    assert warc.open_files(folder) == []
    for name in warc.files(folder):
        check_manifest(folder, name)


def test_a_file_is_closed_when_it_is_a_day_old(folder: Path, writer: WarcWriter) -> None:
    first = writer.append(response()).place.file
    assert writer.append(response("two", AT + DAY - timedelta(seconds=1))).place.file == first
    assert writer.seal_due(AT + DAY - timedelta(seconds=1)) == []
    second = writer.append(response("three", AT + DAY)).place.file
    assert second != first
    assert [closed.name for closed in writer.seal_due(AT + DAY)] == [first]
    assert warc.open_files(folder) == [second]


def test_an_old_file_of_an_earlier_process_is_closed_when_the_next_begins(
    folder: Path, writer: WarcWriter
) -> None:
    name = writer.append(response()).place.file
    writer.append_metadata({"event": "test"}, refers_to="", at=AT, sync=True)
    later = WarcWriter(folder, software="test")
    assert later.seal_due(AT + timedelta(hours=23)) == []
    later.append(response("two"))
    assert [closed.name for closed in later.seal_due(AT + DAY)] == [name]
    check_manifest(folder, name)
    assert len(ids(folder)) == 6


def test_a_file_of_an_older_version_is_closed_and_never_appended_to(folder: Path, writer: WarcWriter) -> None:
    name = writer.append(response()).place.file
    path = warc.path_of(folder, name).rename(folder / name)
    data = path.read_bytes()
    next_one = WarcWriter(folder, software="test")
    assert next_one.append(response("two")).place.file != name
    assert [closed.name for closed in next_one.seal_due(AT)] == [name]
    assert path.read_bytes() == data
    check_manifest(folder, name)
    assert next_one.seal_due(AT) == []


def test_a_file_with_damage_is_not_sealed(folder: Path, writer: WarcWriter, caplog: Any) -> None:
    """Neither where the writer remembers what it wrote, nor where it has to be walked."""
    name = writer.append(response()).place.file
    path = warc.path_of(folder, name)
    data = bytearray(path.read_bytes())
    data[-30] ^= 1
    path.write_bytes(data)
    for judge in (writer, WarcWriter(folder, software="test")):
        if judge is not writer:
            path.rename(folder / name)
        assert judge.seal_due(AT + DAY) == []
        assert judge.seal_due(AT + DAY) == []
    assert len(caplog.messages) == 2
    assert warc.manifests(folder) == []


def test_what_a_writer_does_not_remember_is_walked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "_MOST_BYTES", 500)
    WarcWriter(folder, software="test").append(response())
    writer = WarcWriter(folder, software="test")
    for number in range(9):
        writer.append(response(str(number)))
    (closed,) = writer.seal(AT)
    check_manifest(folder, closed.name)


def test_a_file_without_any_record_is_given_up(folder: Path, writer: WarcWriter) -> None:
    (folder / "2026/05").mkdir(parents=True)
    (folder / "2026/05/newsarchive-20260501000000000000.warc.gz.open").touch()
    assert writer.seal_due(AT) == []
    assert warc.files(folder) == []


@pytest.mark.parametrize("change", ["line", "end", "count", "empty", "text"])
def test_a_manifest_that_was_changed_is_not_believed(folder: Path, writer: WarcWriter, change: str) -> None:
    writer.append(response())
    (closed,) = writer.seal(AT)
    path = warc.manifest_path(folder, closed.name)
    text = path.read_text()
    lines = text.splitlines(keepends=True)[:-1]
    changed = {
        "line": text.replace(" request ", " request  "),
        "end": text.replace("end ", "END "),
        "count": "".join(lines).replace("records 3", "records 4"),
        "empty": "",
        "text": "a letter to the editor\n",
    }[change]
    if change == "count":
        changed += f"end {hashlib.sha256(changed.encode()).hexdigest()}\n"
    path.write_text(changed)
    with pytest.raises(WarcError, match="is damaged"):
        warc.read_manifest(path)


# -- cutting back ------------------------------------------------------------------------------------


def test_what_a_transaction_appended_can_be_cut_back(folder: Path, writer: WarcWriter) -> None:
    writer.append(response())
    before = warc.path_of(folder, warc.files(folder)[0]).read_bytes()
    mark = writer.mark()
    writer.append(response("two"), sync=False)
    writer.append_metadata({"event": "revision", "title": "Fährt"}, refers_to="<urn:uuid:1>", at=AT)
    writer.rollback(mark)
    assert warc.path_of(folder, warc.files(folder)[0]).read_bytes() == before
    third = writer.append(response("three"))
    assert third.place.offset == len(before) + third.place.offset - len(before)
    (closed,) = writer.seal(AT)
    check_manifest(folder, closed.name)
    assert [r.target_uri for r in warc.walk(folder, closed.name) if r.kind == "response"] == [
        "http://paper.example/one",
        "http://paper.example/three",
    ]


def test_a_file_that_was_begun_meanwhile_keeps_its_beginning_alone(folder: Path, writer: WarcWriter) -> None:
    mark = writer.mark()
    writer.append(response())
    writer.rollback(mark)
    assert [record.kind for record in warc.walk(folder, warc.files(folder)[0])] == ["warcinfo"]
    writer.append(response("two"))
    (closed,) = writer.seal(AT)
    check_manifest(folder, closed.name)


def test_cutting_back_over_several_files(folder: Path) -> None:
    writer = WarcWriter(folder, software="test", max_file_bytes=2000)
    writer.append(response())
    mark, before = writer.mark(), writer.ends()
    for number in range(9):
        writer.append(response(str(number)), sync=False)
    assert len(writer.ends()) > 2
    writer.rollback(mark)
    ends = writer.ends()
    assert {name: ends[name] for name in before} == before
    for name in ends.keys() - before.keys():
        assert [record.kind for record in warc.walk(folder, name)] == ["warcinfo"]


# -- other kinds of record ---------------------------------------------------------------------------


def test_a_record_of_the_journal_refers_to_its_capture_and_no_index_of_captures_lists_it(
    folder: Path, writer: WarcWriter
) -> None:
    kept = writer.append(response())
    place = writer.append_metadata({"event": "revision", "title": "Fährt"}, refers_to=kept.record_id, at=AT)
    found = warc.read_record(folder, place)
    assert (found.kind, found.target_uri, found.date, found.status) == ("metadata", "", AT, 0)
    assert (found.field("warc-refers-to"), found.field("Content-Type")) == (
        kept.record_id,
        "application/json",
    )
    assert found.block == found.payload == '{"event": "revision", "title": "Fährt"}'.encode()
    assert found.digests_hold


def test_a_resource_is_a_capture_without_an_exchange(folder: Path, writer: WarcWriter) -> None:
    page = writer.append(response())
    kept = writer.append_resource(
        "http://paper.example/a.png", b"\x89PNG\r\n\r\n", "image/png", AT, ip_address="192.0.2.7",
        concurrent_to=page.record_id,
    )  # fmt: skip
    found = warc.read_record(folder, kept.place)
    assert found.as_capture() == kept
    assert (kept.kind, kept.status, kept.media_type, found.payload) == (
        "resource",
        200,
        "image/png",
        b"\x89PNG\r\n\r\n",
    )
    assert found.field("WARC-Concurrent-To") == page.record_id


def test_a_record_of_another_program_keeps_its_fields_and_its_block(folder: Path, writer: WarcWriter) -> None:
    block = b"HTTP/1.0 200 OK\r\nX: caf\xe9\r\n\r\nhello"
    fields = [
        ("WARC-Record-ID", "<urn:uuid:theirs>"),
        ("WARC-Target-URI", "http://other.example/"),
        ("WARC-Date", "2019-02-03T04:05:06Z"),
        ("WARC-Payload-Digest", "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"),
        ("WARC-Block-Digest", "sha1:" + "A" * 32),
        ("X-Theirs", "kept"),
        ("Content-Type", "application/http; msgtype=response"),
        ("Content-Length", "999"),
    ]
    fields[4] = ("WARC-Block-Digest", "sha1:" + hashlib.sha1(block, usedforsecurity=False).hexdigest())
    place = writer.append_foreign("response", fields, block, at=AT)
    found = warc.read_record(folder, place)
    assert found.block == block
    assert found.digests_hold
    assert (found.record_id, found.target_uri) == ("<urn:uuid:theirs>", "http://other.example/")
    assert [(k, v) for k, v in found.fields if k not in ("WARC-Type", "Content-Length")] == fields[:-1]
    capture = found.as_capture()
    assert (capture.captured_at, capture.status) == (datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC), 200)
    assert capture.payload_digest == warc.digest(b"hello")
    bare = warc.read_record(folder, writer.append_foreign("metadata", fields[1:3], b"x", at=AT))
    assert bare.record_id.startswith("<urn:uuid:")
    assert bare.field("WARC-Block-Digest") == warc.digest(b"x")


# -- kills and disks that refuse ---------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True])
def test_hostile_45_wherever_closing_is_killed_the_next_opening_brings_it_to_its_end(
    tmp_path: Path, after: bool
) -> None:
    killed = 0
    for at in range(100):
        folder = tmp_path / str(at)
        writer = WarcWriter(folder, software="test")
        for number in range(3):
            writer.append(response(str(number)))
        before, fault = ids(folder), faults.Faults(at, faults.kill, after=after)
        try:
            with fault():
                writer.seal(AT)
        except faults.Killed:
            killed += 1
        assert ids(folder) == before
        warc.finish(folder)
        assert not any(name.endswith(".tmp") for name in names_below(folder))
        WarcWriter(folder, software="test").seal_due(AT + DAY)
        (name,) = warc.files(folder)
        assert names_below(folder) == [Path(name).name, f"{Path(name).name}.manifest"]
        check_manifest(folder, name)
        assert ids(folder) == before
        if not fault.happened:
            break
    assert killed >= 7


@pytest.mark.parametrize(
    ("answer", "error", "after"),
    [(faults.no_room, DiskFull, False), (faults.no_room, DiskFull, True), (faults.broken, WarcError, True)],
)
def test_hostile_50_whatever_the_disk_refuses_the_file_is_as_it_was_and_goes_on_later(
    tmp_path: Path, answer: Callable[[], None], error: type[WarcError], after: bool
) -> None:
    """Each call in turn, of a file that is begun, appended to and closed."""
    refused = 0
    for at in range(100):
        folder = tmp_path / str(at)
        writer = WarcWriter(folder, software="test")
        kept, fault, failures = [], faults.Faults(at, answer, after=after), 0
        with fault():
            for number in range(2):
                try:
                    kept.append(writer.append(response(str(number))))
                except error:
                    failures += 1
                    kept.append(writer.append(response(str(number))))
            acknowledged = [capture.record_id for capture in kept]
            try:
                closed = writer.seal(AT)
            except DiskFull:
                failures += 1
                closed = writer.seal(AT)
        refused += failures
        assert failures <= 1
        assert [
            r.record_id for n in warc.files(folder) for r in warc.walk(folder, n) if r.kind == "response"
        ] == acknowledged
        if closed:
            check_manifest(folder, closed[0].name)
        if not fault.happened:
            break
    assert refused >= 8


def test_hostile_48_nothing_is_appended_behind_a_torn_record(folder: Path, writer: WarcWriter) -> None:
    """It would hide all that comes after it. Another file is begun, so that damage stops no crawl."""
    path = warc.path_of(folder, writer.append(response()).place.file)
    whole = path.read_bytes()
    for torn in (whole[:-1], whole + b"x", whole + whole[:50], whole + bytes(4096)):
        path.write_bytes(torn)
        later = WarcWriter(folder, software="test")
        kept = later.append(response("two"))
        assert warc.path_of(folder, kept.place.file) != path
        assert len(later.seal_due(AT + 2 * DAY)) == 1
        assert path.read_bytes() == torn
    assert warc.manifests(folder) == [name for name in warc.files(folder) if folder / f"{name}.open" != path]


def test_a_page_that_is_a_warc_file_itself_does_not_look_torn(folder: Path, writer: WarcWriter) -> None:
    """It stands in the file as it is, because it cannot be packed any smaller."""
    inner = warc.path_of(folder, writer.append(response()).place.file).read_bytes()
    writer.append(response("inner.warc.gz", body=inner + os.urandom(200)))
    WarcWriter(folder, software="test").append(response("two"))
    assert len(ids(folder)) == 7


def test_hostile_57_a_clock_that_is_set_back_takes_no_name_twice(folder: Path) -> None:
    names = []
    for _ in range(3):
        writer = WarcWriter(folder, software="test")
        names.append(writer.append(response()).place.file)
        writer.seal(AT)
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"2026/05/newsarchive-\d{20}\.warc\.gz", name) for name in names)
    assert len(set(ids(folder))) == len(ids(folder)) == 9


def test_records_that_could_not_be_synced_are_not_kept(
    folder: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync nobody knows what of them is on the disk, however well they can be read."""
    first = writer.append(response())
    writer.append(response("two"), sync=False)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: faults.broken())
        with pytest.raises(WarcError):
            writer.sync()
    assert writer.ends() == {first.place.file: first.place.offset + first.place.length}
    writer.sync()
    third = writer.append(response("three"))
    assert third.place.offset > first.place.offset
    assert len(ids(folder)) == 5
