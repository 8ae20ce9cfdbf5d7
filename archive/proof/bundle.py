"""Evidence -> the files of a bundle, in a zip without times, so that it is the same whenever it is made."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from archive import warc
from archive.isodate import iso_date
from archive.model import Article, Capture, Revision
from archive.proof.gathering import Evidence, Version
from archive.proof.readme import readme

FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can tell."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A bundle that was written: the name of the folder in it, its files with their SHA-256, how many versions and
    records it has, and how many of the WARC files that these stand in are sealed, of how many."""

    name: str
    files: tuple[tuple[str, str], ...]
    versions: int
    records: int
    sealed: int
    warc_files: int


def prove(evidence: Evidence, directory: Path, target: IO[bytes], *, software: str) -> Proof:
    """Write the bundle of an article as a zip. WarcError where a record cannot be read any more."""
    name = f"proof-{evidence.article.id}"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        bundle = _Bundle(archive, name)
        records = bundle.records(evidence, directory)
        for version in evidence.versions:
            number = version.revision.number
            bundle.add(f"versions/{number}.txt", f"{version.revision.text}\n".encode())
            bundle.add(f"versions/{number}.json", _json(_revision(version.revision)))
        for path in evidence.sealed:
            bundle.add(f"manifests/{path.name}", path.read_bytes())
        bundle.add("proof.json", _json(_manifest(evidence, records, bundle.files, software)))
        bundle.add("README.txt", readme(evidence, records).encode())
        sums = "".join(f"{sha256}  {file}\n" for file, sha256 in sorted(bundle.files.items()))
        bundle.add("SHA256SUMS", sums.encode())
    return Proof(
        name=name,
        files=tuple(sorted(bundle.files.items())),
        versions=len(evidence.versions),
        records=len(records),
        sealed=len(evidence.sealed),
        warc_files=len({record.place.file for record in evidence.records}),
    )


class _Bundle:
    """A zip that remembers the digests of what it was given."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.files: dict[str, str] = {}
        self._archive = archive
        self._name = name

    def add(self, file: str, content: bytes) -> None:
        """One file."""
        self._archive.writestr(self._info(file), content)
        self.files[file] = hashlib.sha256(content).hexdigest()

    def records(self, evidence: Evidence, directory: Path) -> list[dict[str, Any]]:
        """The WARC file of the bundle; what is told of each record in it."""
        told, offset, whole = [], 0, hashlib.sha256()
        with self._archive.open(self._info("records.warc.gz"), "w", force_zip64=True) as writing:
            for record, packed in _members(evidence, directory):
                writing.write(packed)
                whole.update(packed)
                told.append(_record(record, packed, offset))
                offset += len(packed)
        self.files["records.warc.gz"] = whole.hexdigest()
        return told

    def _info(self, file: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._name}/{file}", _EPOCH)
        info.external_attr = 0o644 << 16
        return info


def _members(evidence: Evidence, directory: Path) -> Iterator[tuple[warc.Record, bytes]]:
    for record in evidence.records:
        yield record, warc.read_member(directory, record.place)


def _record(record: warc.Record, packed: bytes, offset: int) -> dict[str, Any]:
    return {
        "type": record.kind,
        "record_id": record.record_id,
        "target_uri": record.target_uri,
        "date": record.date.isoformat(),
        "offset": offset,
        "length": len(packed),
        "sha256": hashlib.sha256(packed).hexdigest(),
        "warc_file": record.place.file,
        "warc_offset": record.place.offset,
    }


def _manifest(
    evidence: Evidence, records: list[dict[str, Any]], files: dict[str, str], software: str
) -> dict[str, Any]:
    read = {record.record_id: record for record in evidence.records}
    return {
        "format": FORMAT,
        "software": software,
        "article": _article(evidence.article),
        "versions": [_version(version, read) for version in evidence.versions],
        "records": records,
        "manifests": [f"manifests/{path.name}" for path in evidence.sealed],
        "files": dict(sorted(files.items())),
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "source": article.source,
        "first_seen": iso_date(article.first_seen),
        "last_seen": iso_date(article.last_seen),
        "gone": iso_date(article.gone_at),
    }


def _version(version: Version, read: dict[str, warc.Record]) -> dict[str, Any]:
    number = version.revision.number
    payload = read[version.original.record_id].payload
    return {
        "number": number,
        "captured_at": iso_date(version.revision.captured_at),
        "text": f"versions/{number}.txt",
        "metadata": f"versions/{number}.json",
        "extractor": version.revision.extractor,
        "content_digest": version.revision.content_digest,
        "capture": _capture(version.capture, read),
        "payload": {
            "record_id": version.original.record_id,
            "bytes": len(payload),
            "sha256": hashlib.sha256(payload).hexdigest(),
        },
    }


def _capture(capture: Capture, read: dict[str, warc.Record]) -> dict[str, Any]:
    return {
        "url": capture.url,
        "captured_at": iso_date(capture.captured_at),
        "status": capture.status,
        "headers": [list(header) for header in read[capture.record_id].headers],
        "media_type": capture.media_type,
        "payload_digest": capture.payload_digest,
        "record_id": capture.record_id,
        "warc_file": capture.place.file,
        "warc_offset": capture.place.offset,
        "warc_length": capture.place.length,
    }


def _revision(revision: Revision) -> dict[str, Any]:
    said = asdict(revision)
    del said["capture_id"]  # a number of the database, which means nothing elsewhere
    published = iso_date(revision.published, day_only=revision.published_day_only)
    return said | {
        "captured_at": iso_date(revision.captured_at),
        "published": published,
        "modified": iso_date(revision.modified),
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
