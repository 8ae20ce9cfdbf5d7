"""Records of other programs into our WARC files: the first half of an import. What they say is read afterwards.

A batch of records is one transaction, which also remembers how far the file was taken in, so that an import that is
ended at any time goes on where it was, without a record that is missing or there twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from archive.foreign import BEGINNING, Damage, ForeignFile, ForeignRecord, Place, records
from archive.importing.judging import Kept, fields_of, hint_of, is_address, judge, usable_id
from archive.importing.known import Known
from archive.importing.report import ImportReport, Problem
from archive.keeping import Keeper
from archive.model import Capture, CaptureKind, ImportState, Link, RecordPlace
from archive.urls import identity
from archive.warc.forms import PROFILE, new_record_id
from archive.warc.record import date_text, payload_start

BATCH = 64
BATCH_BYTES = 8 << 20
"""Of one transaction: so many records, or so many bytes of blocks."""

Found = ForeignRecord | Damage
_PROFILES = ("identical-payload-digest", "server-not-modified")
_REFUSED = ("too-large", "date", "removed")
_RECENT = 4096
_NOTHING = -1
_MAX_WARCINFO = 16 << 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken of a file: `source_id` is where all its articles go, None where their addresses tell; with
    `articles_only` neither images and style sheets are kept, nor requests."""

    source_id: int | None = None
    articles_only: bool = False

    def __str__(self) -> str:
        return f"warc source={self.source_id or 'any'} {'articles' if self.articles_only else 'all'}"


class Copying:
    """Copies the records of files. `now` is the moment of the import."""

    def __init__(
        self, keeper: Keeper, directory: Path, wanted: Wanted, report: ImportReport, now: datetime
    ) -> None:
        self._keeper = keeper
        self._known = Known(keeper.store, directory)
        self._wanted = wanted
        self._report = report
        self._now = now
        self._state = ImportState("", "", "", "", now, 0)
        self._pages: list[Capture] = []
        self._hints: list[tuple[str, Link]] = []
        self._recent: dict[str, bool] = {}
        self._removed = keeper.store.removed_addresses()  # nobody removes anything while this goes on

    def copy(self, file: ForeignFile, progress: Callable[[int], None], stopped: Callable[[], bool]) -> bool:
        """Copy what of a file was not copied yet; `progress` is given the byte that was come to. Says whether it was
        come to the end."""
        state = self._keeper.store.import_state(file.digest, str(self._wanted))
        if state is not None and state.ended_at is not None:
            return True
        self._recent.clear()
        at = 0

        def told(offset: int) -> None:
            nonlocal at
            at = offset

        with file.path.open("rb") as opened:
            if state is None:
                self._record(self._begin(file, opened))
            else:
                self._state = state
            place = self._place
            found = records(opened, place or BEGINNING, told=told)
            for batch in _batches(item for item in found if item.place != place):
                if stopped():
                    return False
                self._take(batch, file)
                progress(at)
        self._record(replace(self._state, ended_at=self._now))
        return True

    @property
    def _place(self) -> Place | None:
        """The last record that was taken, None before the first."""
        state = self._state
        return Place(state.offset, state.inside, state.entry) if state.offset >= 0 else None

    def _begin(self, file: ForeignFile, opened: BinaryIO) -> ImportState:
        """The record that names the file: all that are taken from it name this one. What an import knows of a file is
        saved before its first record is, so that the next one knows what this one left behind in a crash."""
        first = next(records(opened), None)
        described = first.block if isinstance(first, ForeignRecord) and first.kind == "warcinfo" else b""
        event = {
            "event": "import",
            "file": file.path.name,
            "bytes": file.size,
            "digest": file.digest,
            "warcinfo": described[:_MAX_WARCINFO].decode("utf-8", "replace"),
        }
        record_id = new_record_id()
        fields = [
            ("WARC-Record-ID", record_id),
            ("WARC-Date", date_text(self._now)),
            ("Content-Type", "application/json"),
        ]
        block = json.dumps(event, ensure_ascii=False).encode()
        self._keeper.warc.append_foreign("metadata", fields, block, at=self._now)
        last = self._keeper.store.last_capture()
        return ImportState(
            file.digest, str(self._wanted), file.path.name, record_id, self._now, last, offset=_NOTHING
        )

    def _take(self, batch: list[Found], file: ForeignFile) -> None:
        for found in batch:
            self._report.counts["records"] += isinstance(found, ForeignRecord)
            if isinstance(found, ForeignRecord) and (hint := hint_of(found)):
                self._hints.append(hint)
            judged = judge(found, self._now) if isinstance(found, ForeignRecord) else found
            if isinstance(judged, Damage):
                self._tell(judged, file)
            elif judged is not None and not self._is_removed(judged, file):
                self._keep(judged)
        place = batch[-1].place
        self._record(replace(self._state, entry=place.entry, offset=place.offset, inside=place.inside))

    def _record(self, state: ImportState) -> None:
        """What was appended counts, and is not taken again."""
        with self._keeper.transaction() as tx:
            for capture in self._pages:
                capture_id = capture.id or tx.capture_id(capture)
                hint = Link(capture.url, certain=False)
                tx.to_be_read(capture_id, capture.captured_at, hint, self._wanted.source_id)
            for record_id, hint in self._hints:
                if there := tx.reader.capture_of_record(record_id):
                    tx.hint_at(there.id, hint)
            tx.save_import(state)
        self._state = state
        self._pages.clear()
        self._hints.clear()
        self._known.forget()

    def _tell(self, damage: Damage, file: ForeignFile) -> None:
        problem = Problem(str(file.path), str(damage.place), damage.code, damage.message, damage.url)
        self._report.tell("refused" if damage.code in _REFUSED else "failed", problem)

    def _is_removed(self, kept: Kept, file: ForeignFile) -> bool:
        """Whether it is of an article that was removed by request: that is not taken in again."""
        if not self._removed or not is_address(kept.url) or identity(kept.url) not in self._removed:
            return False
        if kept.is_capture:
            message = "The article of this address was removed by request."
            self._tell(Damage(kept.record.place, "removed", message, kept.url), file)
        return True

    def _keep(self, kept: Kept) -> None:
        if not kept.is_capture:
            if not self._wanted.articles_only and self._belongs(kept):
                self._append(kept, kept.record.kind, kept.record.block, [])
        elif kept.is_page or not self._wanted.articles_only:
            self._capture(kept)

    def _capture(self, kept: Kept) -> None:
        there = self._known.same(kept)
        if there is not None:
            self._report.counts["known"] += 1
            self._remember(kept, there.id > self._state.after_capture)
            # An import that was killed may have left it in the file, and none but this knows that it is a page.
            if kept.is_page and there.id > self._state.after_capture:
                self._pages.append(there)
            return
        self._report.counts["captures"] += 1
        self._remember(kept, True)
        capture = self._appended(kept)
        self._keeper.take(capture)
        self._known.add(capture)
        if kept.is_page:
            self._pages.append(capture)

    def _appended(self, kept: Kept) -> Capture:
        kind, block, digest = kept.record.kind, kept.record.block, kept.payload_digest
        original = self._known.with_payload(kept)
        if original is not None:
            kind, block = "revisit", block[: payload_start(block)]
        elif kind == "revisit":
            original = self._known.original_of(kept)
            digest = original.payload_digest if original else kept.record.named.get("warc-payload-digest", "")
        extra = _reference(original, _PROFILES[kept.status == 304]) if original else []
        place, record_id = self._append(kept, kind, block, extra)
        return Capture(
            id=0,
            url=kept.url,
            captured_at=kept.date,
            status=kept.status,
            media_type=kept.media_type,
            payload_digest=digest,
            place=place,
            record_id=record_id,
            kind=cast("CaptureKind", kind),
        )

    def _append(
        self, kept: Kept, kind: str, block: bytes, extra: list[tuple[str, str]]
    ) -> tuple[RecordPlace, str]:
        """Append a record under its own id, if that is free."""
        record_id = usable_id(kept.record.record_id)
        if not record_id or (kept.is_capture and self._known.by_record(record_id) is not None):
            record_id = new_record_id()
        named = {name.lower() for name, _ in extra}
        fields = [
            field
            for field in fields_of(kept, record_id, self._state.record_id)
            if field[0].lower() not in named
        ]
        return self._keeper.warc.append_foreign(kind, [*fields, *extra], block, at=self._now), record_id

    def _belongs(self, kept: Kept) -> bool:
        """Whether a request or a description goes with something that is taken from this file; what goes with a
        capture that the archive had before stands there already."""
        record = kept.record
        of = record.refers_to("WARC-Concurrent-To") or record.refers_to("WARC-Refers-To")
        if of in self._recent:
            return self._recent[of]
        there = self._known.by_record(of)
        return there is None or there.id > self._state.after_capture

    def _remember(self, kept: Kept, taken: bool) -> None:
        self._recent[kept.record.record_id] = taken
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for item in found:
        batch.append(item)
        size += len(item.block) if isinstance(item, ForeignRecord) else 0
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _reference(original: Capture, profile: str) -> list[tuple[str, str]]:
    """What a revisit says of the capture whose payload it repeats (ISO 28500, 6.7)."""
    return [
        ("WARC-Profile", PROFILE + profile),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", date_text(original.captured_at)),
        ("WARC-Payload-Digest", original.payload_digest),
    ]
