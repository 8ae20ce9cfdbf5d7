"""Writing a WARC file anew without records that have to go, with a tombstone in the place of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive import exchange, warc
from archive.journal import Event, parse
from archive.model import RecordPlace, Removal
from archive.store import Store

_OF_AN_ARTICLE = ("id", "source_id", "url", "first_seen", "last_seen", "gone_at")
_OF_AN_EVENT = ("addresses", "changes")
"""What of an entry of the journal has nothing of the text, and stays."""


def cut(
    store: Store, directory: Path, name: str, gone: Mapping[str, int], removals: Mapping[int, Removal]
) -> None:
    """Take the records with these ids out of a closed file. `gone` has the article for whose sake each goes.

    The new file is written beside the old one and synced; then one transaction says where all its records stand and
    that the files are to be exchanged; then they are. A kill leaves the old file, or what `exchange.finish` finishes.
    """
    beside = exchange.beside(directory, name)
    places: dict[str, RecordPlace] = {}
    end, found = 0, False
    with beside.open("wb") as writing:
        for record, packed in _members(directory, name):
            stays = packed
            if record.record_id in gone:
                found = True
                stays = _in_its_place(record, removals[gone[record.record_id]])
            elif record.kind in warc.CAPTURE_KINDS:
                places[record.record_id] = RecordPlace(name, end, len(stays))
            writing.write(stays)
            end += len(stays)
        writing.flush()
        os.fsync(writing.fileno())
    if not found:  # it was cut already, and only the database did not know any more
        beside.unlink()
        with store.transaction() as tx:
            tx.nothing_to_cut(name)
        return
    with store.transaction() as tx:
        tx.cut_out(name, set(gone), places, end)
    exchange.finish(store, directory)


def _members(directory: Path, name: str) -> Iterator[tuple[warc.Record, bytes]]:
    for record in warc.walk(directory, name):
        yield record, warc.read_member(directory, record.place)


def _in_its_place(record: warc.Record, removal: Removal) -> bytes:
    """What stands where a record stood: what it was, when and why it went; of the journal, what has no text in it."""
    event = parse(record.payload) if record.kind == "metadata" else None
    if event is not None:
        stays = _without_text(event).as_json()
        return warc.metadata(stays, refers_to=record.field("WARC-Refers-To"), at=record.date).packed
    told = {
        "removed": record.record_id,
        "type": record.kind,
        "date": warc.date_text(record.date),
        "block-digest": warc.digest(record.block),
        "payload-digest": record.payload_digest,
        "article": removal.article_id,
        "at": removal.at.isoformat(),
        "reason": removal.reason,
    }
    return warc.metadata(told, refers_to=record.record_id, at=removal.at).packed


def _without_text(event: Event) -> Event:
    article = {key: value for key, value in event.body["article"].items() if key in _OF_AN_ARTICLE}
    body = {"article": article | {"latest": 0, "text_digest": ""}}
    body |= {key: event.body[key] for key in _OF_AN_EVENT if key in event.body}
    return Event(event.archive, event.number, "removed", event.record, body)
