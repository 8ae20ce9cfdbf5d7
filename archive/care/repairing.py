"""Mending what `check` found, where that needs no guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from archive import warc
from archive.care.problems import Problem
from archive.care.recovery import take_in
from archive.errors import DiskFull, WarcError
from archive.store import Store

_MENDABLE = (
    "torn-end",
    "unknown-record",
    "other-record",
    "wrong-end",
    "missing-manifest",
    "damaged-manifest",
)


def repair(store: Store, directory: Path, problems: list[Problem]) -> list[Problem]:
    """Mend what can be mended without guessing: torn ends, which are moved aside; records that the database lacks or
    has otherwise, which are taken from the file; manifests, which are made anew where every digest of the file holds.
    A file with any other damage is left as it is, because what stands behind the damage may still be readable."""
    by_file = defaultdict(list)
    for problem in problems:
        by_file[_warc_file(problem)].append(problem)
    mended = {
        name for name, found in by_file.items() if name and _mend(store, directory, name, _codes(found))
    }
    return [replace(problem, repaired=_warc_file(problem) in mended) for problem in problems]


def _mend(store: Store, directory: Path, name: str, codes: set[str]) -> bool:
    if not codes.issubset(_MENDABLE):
        return False
    try:
        if "torn-end" in codes:
            _cut(directory, name)
        if codes & {"missing-manifest", "damaged-manifest"} and not _write_manifest(store, directory, name):
            return False
        if "other-record" in codes and not _correct(store, directory, name):
            return False
        if codes & {"torn-end", "unknown-record", "wrong-end"}:
            take_in(store, directory, name)
    except DiskFull:
        raise
    except WarcError:
        return False
    return True


def _cut(directory: Path, name: str) -> None:
    """Move the end of a file aside: what is behind its manifest, or behind its last whole record."""
    if name in warc.manifests(directory) and name not in warc.open_files(directory):
        warc.move_aside(directory, name, warc.read_manifest(warc.manifest_path(directory, name)).bytes)
    else:
        warc.make_whole(directory, name, 0)


def _write_manifest(store: Store, directory: Path, name: str) -> bool:
    """Make a manifest anew; not where the database remembers that the file was another one."""
    known = next((file.sha256 for file in store.warc_files() if file.name == name), None)
    if known is not None and known != warc.sha256_of(directory, name):
        return False
    warc.write_manifest(directory, name)
    return True


def _correct(store: Store, directory: Path, name: str) -> bool:
    """Put the database right about captures whose records stand in the file, where it knows them by their ids."""
    known = {capture.record_id: capture for capture in store.captures_in(name)}
    with store.transaction() as tx:
        for record in warc.walk(directory, name):
            if record.kind in warc.CAPTURE_KINDS and known.pop(record.record_id, None) is not None:
                tx.correct_capture(record.as_capture())
        return not known


def _warc_file(problem: Problem) -> str:
    return problem.file.removesuffix(warc.MANIFEST)


def _codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}
