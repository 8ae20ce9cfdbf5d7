"""What proves an article: its versions, their captures, and all the records that these stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from archive import warc
from archive.errors import ArchiveError, WarcError
from archive.model import Article, Capture, Revision
from archive.store import Reader


@dataclass(frozen=True, slots=True)
class Version:
    """A version, the capture that it was read from, and the capture that holds its payload: the same, unless that is
    a revisit, which refers to an earlier one."""

    revision: Revision
    capture: Capture
    original: Capture


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article with what proves it. `records` are in the order of the archive, each once; `sealed` are the
    manifests of the WARC files that are closed."""

    article: Article
    versions: tuple[Version, ...]
    records: tuple[warc.Record, ...]
    sealed: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """About how large a bundle of it is."""
        packed = sum(record.place.length for record in self.records)
        return packed + sum(path.stat().st_size for path in self.sealed)


def gather(store: Reader, directory: Path, article_id: int) -> Evidence:
    """Find what proves an article. ArchiveError where there is none of that id, or it was removed; WarcError where a
    record cannot be read."""
    article = store.article(article_id)
    if article is None:
        if removal := store.removal(article_id):
            raise ArchiveError(
                f"Article {article_id} was removed on {removal.at:%Y-%m-%d}; nothing is left to prove."
            )
        raise ArchiveError(f"There is no article {article_id}; search prints the numbers.")
    versions = tuple(_version(store, directory, revision) for revision in store.revisions(article_id))
    captures = {capture.id: capture for one in versions for capture in (one.original, one.capture)}
    records = tuple(_records(directory, captures.values()))
    names = dict.fromkeys(record.place.file for record in records)
    manifests = (warc.manifest_path(directory, name) for name in names)
    return Evidence(article, versions, records, tuple(path for path in manifests if path.exists()))


def original_of(store: Reader, directory: Path, capture: Capture) -> Capture:
    """The capture that holds the payload which this one has or refers to: by the id that its record names, else by
    what that says of the payload. WarcError where it is not there."""
    if capture.kind != "revisit":
        return capture
    record = warc.read_record(directory, capture.place)
    original = store.capture_of_record(record.field("WARC-Refers-To"))
    if original is None:
        url = record.field("WARC-Refers-To-Target-URI") or capture.url
        original = store.first_with_payload(url, capture.payload_digest)
    if original is None or original.id == capture.id:
        raise WarcError(f"The capture that {capture.record_id} refers to is not in the archive.")
    return original


def _version(store: Reader, directory: Path, revision: Revision) -> Version:
    capture = store.capture(revision.capture_id)
    if capture is None:
        raise WarcError(f"The capture of version {revision.number} is not in the database.")
    return Version(revision, capture, original_of(store, directory, capture))


def _records(directory: Path, captures: Iterable[Capture]) -> Iterator[warc.Record]:
    """Of each WARC file what it begins with, which says what wrote it; then the captures with what is theirs."""
    in_order = sorted(captures, key=lambda capture: (capture.place.file, capture.place.offset))
    for name, of_file in groupby(in_order, key=lambda capture: capture.place.file):
        first = next(warc.walk(directory, name), None)
        if first is not None and first.kind == "warcinfo":
            yield first
        for capture in of_file:
            yield from warc.belonging(directory, capture.place, capture.record_id)
            record = warc.read_record(directory, capture.place)
            if record.record_id != capture.record_id:
                raise WarcError(f"{name} has another record at byte {capture.place.offset:,}; see `verify`.")
            yield record
