"""Proof that WARC files and database agree; and mending, where that needs no guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive import warc
from archive.care.recovery import known_ends, size_of, take_in
from archive.errors import WarcError
from archive.model import Capture
from archive.store import Store


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree. `where` names file and byte, or the part of the database; `repaired` is
    True where it was mended."""

    code: str
    where: str
    message: str
    repaired: bool = False


def check(store: Store, directory: Path) -> Iterator[Problem]:
    """Walk every record and compare it with the database; reads all WARC bytes once, one file at a time."""
    for message in store.quick_check():
        yield Problem("database", "archive.db", f"SQLite reports: {message}.")
    for name in known_ends(store, directory):
        yield from _check_file(store, directory, name)


def repair(store: Store, directory: Path, problems: list[Problem]) -> list[Problem]:
    """Mend what can be mended without guessing: torn ends, and records that the database lacks. A file with any
    other damage is left as it is, because what stands behind the damage may still be readable."""
    hopeless = {_file(problem) for problem in problems if problem.code not in _MENDABLE}
    mendable = {_file(problem) for problem in problems} - hopeless
    for name in mendable:
        take_in(store, directory, name)
    return [replace(problem, repaired=_file(problem) in mendable) for problem in problems]


_MENDABLE = ("torn-end", "unknown-record")


def _file(problem: Problem) -> str:
    return problem.where.partition(" at byte ")[0]


def _check_file(store: Store, directory: Path, name: str) -> Iterator[Problem]:
    known = {capture.place.offset: capture for capture in store.captures_in(name)}
    if warc.size_of(directory, name) is None:
        yield Problem(
            "missing-file", name, f"The database knows {len(known)} captures in it, but it is not there."
        )
        return
    end = 0
    try:
        for record in warc.walk(directory, name):
            end = record.place.offset + record.place.length
            capture = known.pop(record.place.offset, None)
            yield from _check_record(store, record, capture)
    except WarcError as error:
        yield Problem("damaged-record", f"{name} at byte {end}", str(error))
    if end < size_of(directory, name):
        # Records behind a damaged one can still be read, because the database knows where they begin.
        lost = [offset for offset, capture in known.items() if not _readable(directory, capture)]
        code = "damaged-record" if known else "torn-end"
        yield Problem(
            code,
            f"{name} at byte {end}",
            f"{size_of(directory, name) - end:,} bytes are no whole WARC record.",
        )
        known = {offset: known[offset] for offset in lost}
    for offset, capture in known.items():
        yield Problem(
            "missing-record", f"{name} at byte {offset}", f"The capture of {capture.url} is not there."
        )


def _check_record(store: Store, record: warc.Record, capture: Capture | None) -> Iterator[Problem]:
    where = f"{record.place.file} at byte {record.place.offset}"
    if not record.digests_hold:
        yield Problem("digest", where, f"The record of {record.target_uri} is not what its digest says.")
    if capture is None:
        if record.kind in warc.CAPTURE_KINDS and not store.has_record(record.record_id):
            yield Problem("unknown-record", where, f"The database lacks this record of {record.target_uri}.")
    elif (record.record_id, record.target_uri) != (capture.record_id, capture.url):
        yield Problem(
            "other-record", where, f"The database expects {capture.url}, the file has {record.target_uri}."
        )


def _readable(directory: Path, capture: Capture) -> bool:
    try:
        return warc.read_record(directory, capture.place).record_id == capture.record_id
    except WarcError:
        return False
