"""Archives of other programs: whatever is wrong in them, what is right is read, and all in bounded memory."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import NoArchiveFile
from archive.fetch.browsers import Undecodable, unpacked, zstd
from archive.foreign import (
    Damage,
    ForeignRecord,
    Place,
    digest_holds,
    find_files,
    records,
    with_digest,
)
from archive.foreign.record import BEGINNING, parse_date

Packing = Callable[[Iterable[bytes]], bytes]


def record(number: int, block: bytes | None = None, **fields: str) -> bytes:
    """A record as it stands in a plain file."""
    block = b"x" * 200 + str(number).encode() if block is None else block
    named = {
        "WARC-Type": "resource",
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Target-URI": f"http://paper.test/{number}",
        "WARC-Date": "2019-05-04T03:02:01Z",
        "Content-Type": "text/plain",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def plain(parts: Iterable[bytes]) -> bytes:
    """One record behind the other."""
    return b"".join(parts)


def members(parts: Iterable[bytes]) -> bytes:
    """A gzip member for each record."""
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def whole(parts: Iterable[bytes]) -> bytes:
    """One gzip member for all of them, as gzip itself makes it."""
    return gzip.compress(b"".join(parts), mtime=0)


def walk(data: bytes, start: Place = BEGINNING, **options: int) -> list[ForeignRecord | Damage]:
    """What is found in a file of these bytes."""
    return list(records(io.BytesIO(data), start, **options))  # type: ignore[arg-type]


def told(data: bytes, **options: int) -> list[str]:
    """The numbers of the records, and the codes of what is none."""
    return [
        found.code if isinstance(found, Damage) else found.url.rpartition("/")[2]
        for found in walk(data, **options)
    ]


every_packing = pytest.mark.parametrize("pack", [plain, members, whole])


@every_packing
def test_records_are_read_however_they_are_packed(pack: Packing) -> None:
    blocks = [b"", b"a", b"\r\n\r\nWARC/1.0\r\n", b"y" * 300_000]
    found = walk(pack(record(number, block) for number, block in enumerate(blocks)))
    assert [item.block for item in found if isinstance(item, ForeignRecord)] == blocks


@every_packing
def test_reading_goes_on_at_any_record(pack: Packing) -> None:
    data = pack(record(number) for number in range(5))
    found = walk(data)
    for number, item in enumerate(found):
        assert walk(data, item.place) == found[number:]


def test_what_a_record_says_is_read_leniently() -> None:
    odd = (
        b"WARC/0.18\nwarc-type: Response\nWARC-Target-URI: <http://paper.test/caf\xe9>\nWARC-Record-ID: urn:uuid:7\n"
        b"WARC-Date: 2019-05-04T03:02:01.123456789Z\nX-Folded: one\n two\nno field\nContent-Length: 3\n\nabc\n\n"
    )
    (found,) = walk(odd)
    assert isinstance(found, ForeignRecord)
    assert (found.kind, found.url, found.record_id) == ("response", "http://paper.test/café", "<urn:uuid:7>")
    assert found.date == datetime(2019, 5, 4, 3, 2, 1, 123456, UTC)
    assert found.named["x-folded"] == "one two"
    assert found.block == b"abc"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019", datetime(2019, 1, 1, tzinfo=UTC)),
        ("2019-05", datetime(2019, 5, 1, tzinfo=UTC)),
        ("2019-05-04", datetime(2019, 5, 4, tzinfo=UTC)),
        ("20190504030201", datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)),
        ("2019-05-04T05:02:01+02:00", datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)),
        ("2019-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_dates_of_any_precision(text: str, moment: datetime | None) -> None:
    assert parse_date(text) == moment


def test_digests_in_base_32_and_in_hexadecimal() -> None:
    sha1 = "sha1:CAX45KA4SDKMDLKNQCCDXFXIJ2VRTY6R"
    assert digest_holds(sha1, b"no such bytes") is False
    for claimed in ("sha256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "crc32:12", "sha1:", "", "sha1"):
        assert digest_holds(claimed, b"abc") in (False, None)
    assert digest_holds("SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d", b"abc") is True
    assert digest_holds("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", b"abc") is True


def test_an_arc_file_is_read_as_if_it_were_warc() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>old</p>"
    version = b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n"
    arc = (
        b"filedesc://old.arc 0.0.0.0 20010203040506 text/plain %d\n" % len(version)
        + version
        + b"\nhttp://paper.test/old 192.0.2.1 20010203040506 text/html %d\n" % len(page)
        + page
        + b"\n"
    )
    (found,) = walk(arc)
    assert isinstance(found, ForeignRecord)
    assert (found.url, found.block) == ("http://paper.test/old", page)
    assert found.date == datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert isinstance(walk(arc[:-40] + b"\n\nhttp://x y z")[-1], Damage | ForeignRecord)


def wacz(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    """A container of these files."""
    with zipfile.ZipFile(path, "w", compression) as container:
        for name, data in entries.items():
            container.writestr(name, data)
    return path


def from_file(path: Path, start: Place = BEGINNING) -> list[ForeignRecord | Damage]:
    """What is found in a file."""
    with path.open("rb") as file:
        return list(records(file, start))


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_is_walked_record_by_record(tmp_path: Path, compression: int) -> None:
    entries = {
        "datapackage.json": b"{}",
        "archive/b.warc.gz": members(record(n) for n in (3, 4)),
        "archive/a.warc": plain(record(n) for n in (1, 2)),
        "indexes/index.cdx": b"test,paper)/ 2019 {'offset': 999999999}",
    }
    path = wacz(tmp_path / "c.wacz", entries, compression)
    found = from_file(path)
    assert [item.url[-1] for item in found] == ["1", "2", "3", "4"]
    assert found[2].place.entry == "archive/b.warc.gz"
    for number, item in enumerate(found):
        assert from_file(path, item.place) == found[number:]


def test_folders_are_searched_and_links_in_them_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    kept = tmp_path / "deep" / "er" / "a.WARC.gz"
    kept.write_bytes(members([record(1)]))
    (tmp_path / "deep" / "notes.txt").write_text("no archive")
    (tmp_path / "deep" / "loop").symlink_to(tmp_path)
    (tmp_path / "deep" / "secret.warc").symlink_to("/etc/passwd")
    assert [file.path for file in find_files([tmp_path, kept])] == [kept]
    named = tmp_path / "deep" / "notes.txt"
    assert [file.path for file in find_files([named])] == [named]
    assert with_digest(find_files([kept])[0]).digest.startswith("sha256:")


def test_a_path_that_cannot_be_imported_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveFile, match="There is no file to import in"):
        find_files([tmp_path])
    with pytest.raises(NoArchiveFile, match="is not there; name a file"):
        find_files([tmp_path / "missing"])
    with pytest.raises(NoArchiveFile, match="is no file; name a file"):
        find_files([Path("/dev/null")])


@every_packing
def test_hostile_46_a_file_that_is_torn_at_any_byte_gives_every_whole_record(pack: Packing) -> None:
    parts = [record(number, str(number).encode() * 9) for number in range(3)]
    data = pack(parts)
    ends = [len(pack(parts[:count])) for count in range(4)]
    for cut in range(1, len(data)):
        found = walk(data[:cut])
        whole_ones = [item for item in found if isinstance(item, ForeignRecord)]
        if pack is not whole:
            complete = sum(end <= cut + 4 * (pack is plain) for end in ends[1:])
            assert len(whole_ones) == complete, cut
        assert [item.block for item in whole_ones] == [str(n).encode() * 9 for n in range(len(whole_ones))]
        assert len(found) - len(whole_ones) <= 1


def test_hostile_47_garbage_between_and_behind_records_hides_none() -> None:
    noise = random.Random(1).randbytes(100_000)
    for pack in (plain, members):
        parts = [pack([record(number)]) for number in range(4)]
        data = noise + parts[0] + parts[1] + noise + parts[2] + b"\0" * 5000 + parts[3] + noise
        assert [item for item in told(data) if item.isdecimal()] == ["0", "1", "2", "3"]


def test_hostile_49_a_flipped_bit_costs_its_own_record_and_no_other() -> None:
    rng = random.Random(7)
    parts = [gzip.compress(record(number, rng.randbytes(400)), mtime=0) for number in range(5)]
    data = b"".join(parts)
    for _ in range(200):
        flipped = rng.randrange(len(parts[0]), len(data) - len(parts[4]))
        bad = bytearray(data)
        bad[flipped] ^= 1 << rng.randrange(8)
        hit = sum(flipped >= len(b"".join(parts[: n + 1])) for n in range(5))
        found = told(bytes(bad))
        numbers = [item for item in found if item.isdecimal()]
        # Some bits of a gzip header say nothing: its time, its system.
        assert numbers in ([str(n) for n in range(5) if n != hit], [str(n) for n in range(5)])


@every_packing
@pytest.mark.parametrize("length", ["0", "7", "999999", "-5", "1e3", "", "9" * 40, "２"])
def test_hostile_import_a_length_that_lies_costs_one_record(pack: Packing, length: str) -> None:
    lying = record(1, Content_Length=length)
    if length == "":
        lying = lying.replace(b"Content-Length: 201\r\n", b"")
    found = told(pack([record(0), lying, record(2), record(3)]))
    assert [item for item in found if item.isdecimal()] == ["0", "2", "3"]
    assert [item for item in found if not item.isdecimal()] in (["length"], ["too-large"])


@every_packing
def test_hostile_import_a_million_header_lines_cost_one_record(pack: Packing) -> None:
    endless = b"WARC/1.0\r\n" + b"X-A: b\r\n" * 1_000_000 + b"\r\n\r\n"
    found = told(pack([record(0), endless, record(1)]))
    assert found == ["0", "header", "1"]


def test_hostile_12_a_bomb_in_a_member_is_never_held(tmp_path: Path) -> None:
    """A gigabyte of nothing, and one that says that it is a record: the first ends the member, the second is skipped."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = b"\0" * (4 << 20)
    head = record(1, b"", Content_Length=str(64 << 20))[:-4]
    bomb = packer.compress(head) + b"".join(packer.compress(zeros) for _ in range(16)) + packer.flush()
    data = members([record(0)]) + bomb + members([record(2)])
    tracemalloc.start()
    assert told(data, max_block=1 << 20) == ["0", "too-large", "2"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_hostile_import_a_wacz_that_is_made_to_do_harm(tmp_path: Path) -> None:
    path = tmp_path / "evil.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("../../outside.warc", plain([record(1)]))
        container.writestr("archive/bomb.warc", b"\0" * (40 << 20))
        link = zipfile.ZipInfo("archive/link.warc")
        link.external_attr = 0o120777 << 16
        container.writestr(link, "/etc/passwd")
        container.writestr("archive/z.warc", plain([record(2)]))
    found = from_file(path)
    assert [item.url[-1] for item in found if isinstance(item, ForeignRecord)] == ["1", "2"]
    messages = [item.message for item in found if isinstance(item, Damage)]
    assert len(messages) == 2
    assert "bomb" in messages[0]
    assert "symbolic link" in messages[1]
    assert [item.name for item in tmp_path.iterdir()] == ["evil.wacz"]
    assert not (tmp_path.parent.parent / "outside.warc").exists()


def test_hostile_import_a_wacz_that_is_torn_or_lies_about_places(tmp_path: Path) -> None:
    path = wacz(tmp_path / "a.wacz", {"archive/a.warc.gz": members([record(1)])})
    data = path.read_bytes()
    for cut in range(4, len(data), 7):
        path.write_bytes(data[:cut])
        assert all(isinstance(item, Damage) for item in from_file(path))
    at = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: at + 42] + b"\xff\xff\xff\x0f" + data[at + 46 :])
    assert all(isinstance(item, Damage) for item in from_file(path))


@given(st.binary(max_size=600), st.sampled_from([plain, members, whole]), st.data())
def test_no_bytes_end_the_reading_with_an_error(noise: bytes, pack: Packing, data: st.DataObject) -> None:
    sound = pack([record(1), record(2)])
    at = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(at, len(sound)))
    walk(sound[:at] + noise + sound[end:])
    walk(noise)


def test_memory_stays_flat_over_many_records(tmp_path: Path) -> None:
    path = tmp_path / "many.warc.gz"
    body = random.Random(3).randbytes(6000).hex().encode()
    with path.open("wb") as file:
        for number in range(600):
            file.write(members([record(number, body)]))
    peaks = []
    for wanted in (50, 600):
        tracemalloc.start()
        with path.open("rb") as file:
            seen = sum(
                isinstance(item, ForeignRecord) for item, _ in zip(records(file), range(wanted), strict=False)
            )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert seen == wanted
    assert peaks[1] < peaks[0] + (1 << 20)  # of 7 MB


def test_codings_of_browsers_are_undone_within_bounds() -> None:
    body = b"news " * 10_000
    for coding, packed in (("br", brotli.compress(body)), ("zstd", zstd.compress(body))):
        assert unpacked(packed, coding, 1 << 20) == (body, True)
        assert unpacked(packed, coding, 100) == (body[:100], False)
        cut, complete = unpacked(packed[:-3], coding, 1 << 20)
        assert body.startswith(cut)
        assert not complete
        with pytest.raises(Undecodable, match="The compressed page is damaged"):
            unpacked(b"\xff" * 50, coding, 100)


def test_hostile_12_a_bomb_of_another_coding_is_cut() -> None:
    bomb = brotli.compress(b"\0" * (100 << 20), quality=1)
    tracemalloc.start()
    body, complete = unpacked(bomb, "br", 1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(body), complete) == (1 << 20, False)
    assert peak < 8 << 20
