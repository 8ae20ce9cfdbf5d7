"""WARC files: what is written can be read back byte for byte, and a crash or a full disk costs no whole record."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.errors import DamagedArchive, WarcError
from archive.model import Capture, RecordPlace, Response
from archive.warc import WarcWriter

AT = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
URL = "http://paper.example/one?a=b"
REQUEST = b"GET /one?a=b HTTP/1.1\r\nHost: paper.example\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def response(raw: bytes = HEAD + b"<p>hello</p>", **other: Any) -> Response:
    fields: dict[str, Any] = {
        "url": URL,
        "status": 200,
        "headers": (("content-type", "text/html; charset=utf-8"),),
        "body": b"",
        "request_bytes": REQUEST,
        "response_bytes": raw,
        "ip_address": "192.0.2.7",
        "fetched_at": AT,
        "seconds": 0.2,
    }
    return Response(**(fields | other))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the WARC files."""
    return tmp_path / "warc"


@pytest.fixture
def writer(folder: Path) -> WarcWriter:
    """A writer of that folder."""
    return WarcWriter(folder, software="newsarchive/test")


def records(folder: Path) -> list[warc.Record]:
    return [record for name in warc.files(folder) for record in warc.walk(folder, name)]


def raw_record(folder: Path, place: RecordPlace) -> tuple[list[str], bytes]:
    """The header lines and the block of a record, as they stand in the file."""
    data = warc.path_of(folder, place.file).read_bytes()[place.offset : place.offset + place.length]
    head, _, rest = zlib.decompress(data, zlib.MAX_WBITS | 16).partition(b"\r\n\r\n")
    assert rest.endswith(b"\r\n\r\n")
    return head.decode().split("\r\n"), rest[:-4]


# -- what is written ---------------------------------------------------------------------------------

token = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}", fullmatch=True).map(str.encode)
value = st.binary(max_size=20).map(lambda b: b.translate(None, b"\r\n\0"))
folded = st.tuples(value, value).map(lambda pair: pair[0] + b"\r\n\tx" + pair[1])
header = st.tuples(token, value | folded).map(lambda h: h[0] + b": " + h[1] + b"\r\n")
duplicates = st.lists(header, max_size=5).map(lambda lines: b"".join(lines + lines[:2]))
chunked = st.lists(st.binary(min_size=1, max_size=40), max_size=4).map(
    lambda chunks: b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
)
reason = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 ", b"HTTP/1.1 200", b"HTTP/1.0 200 D\xe9j\xe0 vu"]
)
odd_heads = st.tuples(reason, duplicates).map(lambda parts: parts[0] + b"\r\n" + parts[1] + b"\r\n")
bare_heads = odd_heads.map(lambda head: head.replace(b"\r\n", b"\n"))
odd_bodies = st.just(b"") | st.binary(max_size=200) | chunked


@given(
    head=odd_heads | bare_heads,
    body=odd_bodies,
    truncated=st.sampled_from(["", "length", "time", "disconnect"]),
)
@settings(deadline=None)
def test_the_bytes_of_the_wire_come_back_as_they_were(head: bytes, body: bytes, truncated: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = WarcWriter(folder, software="x").append(response(head + body, truncated=truncated))
        lines, block = raw_record(folder, kept.place)
        assert block == head + body
        assert ("WARC-Truncated: " + truncated in lines) is bool(truncated)
        _, request, found = records(folder)
        assert (found.payload, found.status, found.target_uri, found.date) == (body, 200, URL, AT)
        assert found.digests_hold
        assert raw_record(folder, request.place)[1] == REQUEST
        assert warc.read_record(folder, kept.place) == found
        with warc.path_of(folder, kept.place.file).open("rb") as file:
            checked = [record.digest_checker.passed for record in ArchiveIterator(file, check_digests=True)]
        assert False not in checked


def test_a_folded_line_of_blanks_does_not_end_the_headers(folder: Path, writer: WarcWriter) -> None:
    writer.append(response(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\t\r\nContent-Type: text/plain\r\n\r\nbody"))
    found = records(folder)[-1]
    assert (found.status, found.payload, found.digests_hold) == (404, b"body", True)
    assert found.headers == (("A", "b"), ("Content-Type", "text/plain"))


def test_a_file_begins_with_what_it_is_then_each_request_comes_before_its_response(
    folder: Path, writer: WarcWriter
) -> None:
    first = writer.append(response())
    second = writer.append(response(url=f"{URL}&c"))
    assert first.place.file == second.place.file
    found = records(folder)
    assert [record.kind for record in found] == ["warcinfo", "request", "response", "request", "response"]
    assert [record.record_id for record in found if record.kind == "response"] == [
        first.record_id,
        second.record_id,
    ]
    for request, answer in ((found[1], found[2]), (found[3], found[4])):
        assert f"WARC-Concurrent-To: {answer.record_id}" in raw_record(folder, request.place)[0]


def test_interim_responses_stand_beside_their_response_under_no_address(
    folder: Path, writer: WarcWriter
) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    kept = writer.append(response(interim_bytes=early))
    _, request, interim, page = records(folder)
    assert [record.kind for record in (request, interim, page)] == ["request", "metadata", "response"]
    assert (interim.block, interim.target_uri) == (early, "")
    assert interim.field("WARC-Concurrent-To") == page.record_id == kept.record_id
    assert (page.status, interim.digests_hold) == (200, True)


def test_records_stand_one_behind_the_other_to_the_end_of_the_file(folder: Path, writer: WarcWriter) -> None:
    for _ in range(3):
        kept = writer.append(response())
    end = 0
    for record in records(folder):
        assert record.place.offset == end
        end += record.place.length
    assert (
        end == kept.place.offset + kept.place.length == warc.path_of(folder, kept.place.file).stat().st_size
    )


def fields(lines: list[str]) -> dict[str, str]:
    pairs = [line.split(": ", 1) for line in lines[1:]]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)  # type: ignore[arg-type]  # split at most once gives two


def test_records_have_the_fields_that_the_standard_wants(folder: Path, writer: WarcWriter) -> None:
    kept = writer.append(response())
    info, request, _ = records(folder)
    for place in (info.place, request.place, kept.place):
        lines, block = raw_record(folder, place)
        said = fields(lines)
        assert lines[0] == "WARC/1.1"
        assert said["Content-Length"] == str(len(block))
        assert said["WARC-Date"] == "2026-05-04T12:00:00.123456Z"
        assert said["WARC-Record-ID"].startswith("<urn:uuid:")
        assert said["WARC-Record-ID"].endswith(">")
        assert said["WARC-Block-Digest"] == warc.digest(block)
    said = fields(raw_record(folder, info.place)[0])
    assert said["WARC-Type"] == "warcinfo"
    assert said["WARC-Filename"] == Path(kept.place.file).name
    assert said["Content-Type"] == "application/warc-fields"
    assert "WARC-Target-URI" not in said
    said = fields(raw_record(folder, request.place)[0])
    assert (said["WARC-Type"], said["Content-Type"]) == ("request", "application/http; msgtype=request")
    said = fields(raw_record(folder, kept.place)[0])
    assert (said["WARC-Type"], said["Content-Type"]) == ("response", "application/http; msgtype=response")
    assert (said["WARC-Target-URI"], said["WARC-IP-Address"]) == (URL, "192.0.2.7")
    assert said["WARC-Payload-Digest"] == kept.payload_digest == warc.digest(b"<p>hello</p>")


def test_digests_are_sha_256_in_base_32() -> None:
    assert warc.digest(b"") == "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ===="
    assert warc.payload_digest(response(HEAD)) == warc.digest(b"")


def test_dates_are_in_utc_wherever_the_clock_is(folder: Path, writer: WarcWriter) -> None:
    east = AT.replace(day=1, hour=3).astimezone(timezone(timedelta(hours=-9)))
    kept = writer.append(response(fetched_at=east))
    assert "WARC-Date: 2026-05-01T03:00:00.123456Z" in raw_record(folder, kept.place)[0]
    assert kept.place.file == "2026/05/newsarchive-20260501030000123456.warc.gz"


# -- revisits ----------------------------------------------------------------------------------------


def test_the_same_payload_is_kept_as_a_reference_to_the_first(folder: Path, writer: WarcWriter) -> None:
    original = writer.append(response())
    again = response(HEAD + b"<p>hello</p>", fetched_at=AT + timedelta(hours=1))
    kept = writer.append(again, revisit_of=original)
    block = check_revisit(folder, kept, original, "identical-payload-digest")
    assert block == HEAD


def test_a_304_refers_to_what_it_confirms_and_its_bytes_stand_beside_it(
    folder: Path, writer: WarcWriter
) -> None:
    """The block of the revisit is empty, as the profile allows: players that find a 304 there show nothing."""
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    original = writer.append(response())
    kept = writer.append(response(head, status=304, fetched_at=AT + timedelta(hours=1)), revisit_of=original)
    assert check_revisit(folder, kept, original, "server-not-modified") == b""
    request, metadata, revisit = list(warc.walk(folder, kept.place.file, end_of(original)))
    assert (request.kind, metadata.kind, revisit.kind) == ("request", "metadata", "revisit")
    lines, block = raw_record(folder, metadata.place)
    assert block == head
    assert fields(lines)["WARC-Concurrent-To"] == kept.record_id
    assert "WARC-Target-URI" not in fields(lines)


def end_of(capture: Capture) -> int:
    return capture.place.offset + capture.place.length


def check_revisit(folder: Path, kept: Capture, original: Capture, profile: str) -> bytes:
    lines, block = raw_record(folder, kept.place)
    said = fields(lines)
    assert said["WARC-Type"] == "revisit"
    assert said["WARC-Profile"] == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    assert said["WARC-Refers-To"] == original.record_id
    assert said["WARC-Refers-To-Target-URI"] == URL
    assert said["WARC-Refers-To-Date"] == "2026-05-04T12:00:00.123456Z"
    assert said["WARC-Payload-Digest"] == original.payload_digest == kept.payload_digest
    found = warc.read_record(folder, kept.place)
    assert (found.kind, found.status, found.payload, found.digests_hold) == (
        "revisit",
        kept.status,
        b"",
        True,
    )
    return block


def test_a_record_read_back_is_the_capture_that_was_written(folder: Path, writer: WarcWriter) -> None:
    original = writer.append(response())
    revisit = writer.append(response(), revisit_of=original)
    for kept in (original, revisit):
        assert warc.read_record(folder, kept.place).as_capture() == kept


@pytest.mark.parametrize("place", [RecordPlace("none.warc.gz", 0, 9), RecordPlace("2026/05/x.warc.gz", 3, 9)])
def test_where_there_is_no_record_none_is_read(folder: Path, place: RecordPlace) -> None:
    (folder / "2026/05").mkdir(parents=True)
    (folder / "2026/05/x.warc.gz").write_bytes(b"no record at all")
    with pytest.raises(WarcError, match="no readable record"):
        warc.read_record(folder, place)


def test_a_gzip_member_that_is_no_record_is_an_error(folder: Path) -> None:
    folder.mkdir()
    packed = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    (folder / "x.warc.gz").write_bytes(packed.compress(b"hello") + packed.flush())
    with pytest.raises(WarcError, match="no WARC record at byte 0"):
        list(warc.walk(folder, "x.warc.gz"))


# -- files -------------------------------------------------------------------------------------------


def test_a_file_that_is_large_enough_is_followed_by_another(folder: Path) -> None:
    writer = WarcWriter(folder, software="x", max_file_bytes=2000)
    for second in range(8):
        writer.append(response(fetched_at=AT + timedelta(seconds=second)))
    names = warc.files(folder)
    assert len(names) > 1
    assert names == sorted(names)
    assert all((warc.path_of(folder, name)).stat().st_size >= 2000 for name in names[:-1])
    assert all(next(warc.walk(folder, name)).kind == "warcinfo" for name in names)
    assert [record.date for record in records(folder) if record.kind == "response"] == [
        AT + timedelta(seconds=second) for second in range(8)
    ]


def test_another_writer_goes_on_in_the_same_file_another_month_in_another(folder: Path) -> None:
    for at in (AT, AT + timedelta(hours=23), AT + timedelta(days=40)):
        WarcWriter(folder, software="x").append(response(fetched_at=at))
    assert [Path(name).parent.as_posix() for name in warc.files(folder)] == ["2026/05", "2026/06"]


def test_nothing_is_appended_to_files_of_others(folder: Path, writer: WarcWriter) -> None:
    theirs = folder / "2026/05/zeitung.warc.gz"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    writer.append(response())
    assert theirs.read_bytes() == b"theirs"


def test_a_file_that_was_left_empty_is_begun_anew(folder: Path, writer: WarcWriter) -> None:
    empty = folder / "2026/05/newsarchive-20260501000000000000.warc.gz.open"
    empty.parent.mkdir(parents=True)
    empty.touch()
    kept = writer.append(response())
    assert warc.files(folder) == [kept.place.file]
    assert [record.kind for record in records(folder)] == ["warcinfo", "request", "response"]


# -- a disk that refuses -----------------------------------------------------------------------------


def test_a_write_that_fails_leaves_the_file_as_it_was(
    folder: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = warc.path_of(folder, writer.append(response()).place.file)
    before = path.read_bytes()

    def no_space(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(WarcError, match="cannot be written: No space left"):
            writer.append(response(HEAD + os.urandom(100_000)))
    assert path.read_bytes() == before
    assert writer.append(response()).place.offset > len(before)
    assert [record.kind for record in records(folder)].count("response") == 2


_FILL = """
import resource, sys
from pathlib import Path
from archive.errors import WarcError
from archive.model import Response
from archive.warc import WarcWriter
from datetime import UTC, datetime
import os

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
at = datetime(2026, 5, 4, tzinfo=UTC)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
writer = WarcWriter(folder, software="x")
while True:
    raw = b"HTTP/1.1 200 OK\\r\\n\\r\\n" + os.urandom(3000)
    try:
        kept = writer.append(Response("http://a.example/", 200, (), b"", b"GET / HTTP/1.1\\r\\n\\r\\n", raw, "", at, 0.0))
    except WarcError as error:
        print("refused:", error, flush=True)
        break
    print(kept.place.offset + kept.place.length, flush=True)
"""


@pytest.mark.parametrize("limit", [20_000, 30_001])
def test_a_full_disk_costs_the_record_that_did_not_fit_and_no_other(folder: Path, limit: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _FILL, str(folder), str(limit)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    *ends, refused = ran.stdout.splitlines()
    assert "cannot be written: File too large." in refused
    (name,) = warc.files(folder)
    assert (warc.path_of(folder, name)).stat().st_size == int(ends[-1])
    assert [record.kind for record in records(folder)].count("response") == len(ends)


def test_a_folder_that_cannot_be_made_is_an_error_of_the_archive(folder: Path, writer: WarcWriter) -> None:
    folder.write_text("a file is in the way")
    with pytest.raises(WarcError, match="cannot be made"):
        writer.append(response())


# -- after a crash -----------------------------------------------------------------------------------


def cut_file(tmp_path: Path, data: bytes) -> tuple[Path, str]:
    folder = tmp_path / f"cut-{len(data)}"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(data)
    return folder, "a.warc.gz"


def test_wherever_a_file_is_torn_every_whole_record_is_kept_and_the_rest_moved_aside(
    tmp_path: Path, folder: Path, writer: WarcWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [writer.append(response()), writer.append(response(HEAD))]
    data = warc.path_of(folder, kept[0].place.file).read_bytes()
    wholes = [0, *(record.place.offset + record.place.length for record in records(folder))]
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # thousands of times, and not what this is about
    for length in range(len(data) + 1):
        torn, name = cut_file(tmp_path, data[:length])
        whole = warc.make_whole(torn, name, 0)
        end = max(whole for whole in wholes if whole <= length)
        assert (torn / name).read_bytes() == data[:end]
        aside = torn / f"{name}.torn"
        assert (aside.read_bytes() if aside.exists() else b"") == data[end:length]
        assert whole == end


def test_what_is_torn_off_twice_is_kept_aside_twice(folder: Path, writer: WarcWriter) -> None:
    kept: Capture = writer.append(response())
    path = warc.path_of(folder, kept.place.file)
    for torn in (b"one", b"two"):
        with path.open("ab") as file:
            file.write(torn)
        warc.make_whole(folder, kept.place.file, kept.place.offset + kept.place.length)
    assert path.with_suffix(".torn").read_bytes() == b"onetwo"


@pytest.mark.parametrize("missing", [1, 10_000])
def test_a_file_that_lost_what_was_kept_is_not_touched(
    folder: Path, writer: WarcWriter, missing: int
) -> None:
    kept = writer.append(response())
    path, end = warc.path_of(folder, kept.place.file), kept.place.offset + kept.place.length
    path.write_bytes(path.read_bytes()[: max(0, end - missing)])
    before = path.read_bytes()
    with pytest.raises(DamagedArchive, match="restore the file"):
        warc.make_whole(folder, kept.place.file, end)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(DamagedArchive):
        warc.make_whole(folder, "2026/05/lost.warc.gz", 1)
