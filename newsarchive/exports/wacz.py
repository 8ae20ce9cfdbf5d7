"""WACZ 1.1.1: a ZIP file of a WARC file, its index and a list of pages, which ReplayWeb.page opens.

Written front to back; what is compressed already is stored, so that players can read it at random.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, BinaryIO, Self

from archive.model import Capture, Revision
from newsarchive.exports import cdxj
from newsarchive.exports.records import SOFTWARE, Chosen

INDEX = "indexes/index.cdx.gz"
BLOCKS = "indexes/index.idx"

LARGEST = 1 << 30
"""Bytes of one file in the package; another follows. From 2 GiB on a file would need a longer header in the ZIP file,
which ReplayWeb.page overlooks; and the custom for WARC files is 1 GiB."""

_NAMES = uuid.UUID("0d9ef0a0-7f6b-4a53-9a53-2b5c2cf0b4a8")
_FIRST_DAY_OF_ZIP = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """A version of an article, and the capture that it was read from."""

    revision: Revision
    capture: Capture


class Package:
    """A ZIP file that is written one file after the other, with what its list of contents says of each."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self._at = max(at.astimezone(UTC), _FIRST_DAY_OF_ZIP).timetuple()[:6]
        self.resources: list[dict[str, Any]] = []

    @contextmanager
    def file(self, path: str, *, packed: bool) -> Iterator[Part]:
        """One file in it; one that is `packed` already is stored as it is."""
        info = zipfile.ZipInfo(path, self._at)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w") as opened:
            part = Part(opened)
            yield part
        self.resources.append(
            {
                "name": path.rpartition("/")[2],
                "path": path,
                "hash": f"sha256:{part.sha256.hexdigest()}",
                "bytes": part.size,
            }
        )

    def close(self) -> None:
        """Write the directory of the ZIP file."""
        self._zip.close()


class Part:
    """A file in the package while it is written."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append."""
        self._file.write(data)
        self.sha256.update(data)
        self.size += len(data)


class Series:
    """Files that follow one another in a package, each beginning with the same bytes: `data.warc.gz`, then
    `data-2.warc.gz`. Used as a context, which ends the last one."""

    def __init__(self, package: Package, stem: str, suffix: str, opening: bytes, *, packed: bool) -> None:
        self._package, self._stem, self._suffix = package, stem, suffix
        self._opening, self._packed = opening, packed
        self._count = 0
        self._open = ExitStack()

    def write(self, data: bytes) -> tuple[str, int]:
        """Append, and say to which file, without its folder, and at which byte."""
        if self._part.size + len(data) > LARGEST:
            self._next()
        at = self._part.size
        self._part.write(data)
        return self._name.rpartition("/")[2], at

    def __enter__(self) -> Self:
        self._next()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _next(self) -> None:
        self._open.close()
        self._count += 1
        number = f"-{self._count}" if self._count > 1 else ""
        self._name = f"{self._stem}{number}{self._suffix}"
        self._part = self._open.enter_context(self._package.file(self._name, packed=self._packed))
        self._part.write(self._opening)


def write(
    file: BinaryIO,
    members: Iterator[tuple[bytes, Capture | None]],
    pages: Iterable[Page],
    chosen: Chosen,
    title: str,
) -> None:
    """Write a package. `members` are those of a WARC file, `pages` are told in their order."""
    package = Package(file, chosen.newest)
    info, _ = next(members)
    with cdxj.SortedLines() as lines:
        with Series(package, "archive/data", ".warc.gz", info, packed=True) as data:
            for member, capture in members:
                name, at = data.write(member)
                if capture:
                    lines.add(cdxj.line(capture, name, at, len(member)))
        _write_index(package, iter(lines))
    first = _line({"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True})
    with Series(package, "pages/pages", ".jsonl", first, packed=False) as listed:
        for page in pages:
            listed.write(_line(_page(page)))
    _write_contents(package, chosen, title)
    package.close()


def _write_index(package: Package, lines: Iterator[str]) -> None:
    entries: list[str] = []
    with package.file(INDEX, packed=True) as index:
        for block, entry in cdxj.blocks(lines, "index.cdx.gz"):
            index.write(block)
            entries.append(entry)
    with package.file(BLOCKS, packed=False) as listed:
        listed.write("".join(entries).encode())


def _page(page: Page) -> dict[str, Any]:
    revision, capture = page.revision, page.capture
    named = f"{capture.record_id} {revision.article_id} {revision.number}"
    return {
        "id": uuid.uuid5(_NAMES, named).hex,
        "url": capture.url,
        "ts": _instant(capture.captured_at),
        "title": revision.title,
        "text": revision.text,
    }


def _write_contents(package: Package, chosen: Chosen, title: str) -> None:
    contents = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "modified": _instant(chosen.newest),
        "software": SOFTWARE,
        "resources": package.resources[:],
    }
    with package.file("datapackage.json", packed=False) as listed:
        listed.write(json.dumps(contents, ensure_ascii=False, indent=2).encode())
    digest = {"path": "datapackage.json", "hash": package.resources[-1]["hash"]}
    with package.file("datapackage-digest.json", packed=False) as listed:
        listed.write(json.dumps(digest, indent=2).encode())


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _instant(moment: datetime) -> str:
    """RFC 3339, in UTC, with milliseconds where there are any, as players of web archives read it."""
    at = moment.astimezone(UTC)
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds").replace("+00:00", "Z")
