"""The journal: what the database knows of articles and sources, in a form that stands in the WARC files too. Pure.

Each event is the block of a `metadata` record (ISO 28500, 6.5): a JSON object that tells the state of one article or
source after a transaction, and the version of an article that was read, from which record and by which version of the
extraction. Events are numbered without a gap, so that each is taken in once and none can be missing unnoticed;
applying them in their order gives the database again. They name no place in a file: files may be rewritten.

    {"newsarchive": 1, "archive": ..., "number": ..., "event": ..., "record": ..., "article": {...},
     "revision": {...}, "addresses": [...], "changes": [...], "visits": [...], "read_by": [...]}
    {"newsarchive": 1, "archive": ..., "number": ..., "event": "source", "source": {...}}
    {"newsarchive": 2, "archive": ..., "number": ..., "event": "author", "alias": {...}}
    {"newsarchive": 1, "archive": ..., "number": ..., "event": "complete"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from archive.errors import NewerArchive
from archive.model import Change, Credit, Evidence, Revision

VERSION = 2
"""Of the form of an event. What a later version adds, an earlier one must not overlook: it refuses."""

_SINCE = {"author": 2}
"""The version that brought an event, where that was not the first one: an archive without any is read by earlier
versions, too."""

EventName = Literal["revision", "seen", "gone", "back", "source", "author", "complete", "removed"]
"""What happened: a version was read (or read anew), the article was looked at, it left the web, it came back; a
source was set up otherwise; a spelling of an author's name was said to be another's, or its own; all that the
database knew until then is in the journal; something was taken out."""

_BEGIN = b'{"newsarchive": '
_INSTANTS = ("captured_at", "published", "modified")
_RECORDS: Mapping[str, type[Any]] = {"credits": Credit, "evidence": Evidence}
_NOT_TOLD = ("article_id", "capture_id")
"""What of a revision stands elsewhere in its event: the article's number, the record's name."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal. `archive` names the archive that wrote it, `number` counts its events from 1;
    `record` is the WARC-Record-ID of the capture that it is about, "" for none; `body` is what else it tells."""

    archive: str
    number: int
    name: str
    record: str
    body: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The object that is written."""
        record = {"record": self.record} if self.record else {}
        version = _SINCE.get(self.name, 1)
        head = {"newsarchive": version, "archive": self.archive, "number": self.number, "event": self.name}
        return head | record | dict(self.body)


def parse(block: bytes) -> Event | None:
    """The event that the block of a metadata record is, None where it is none of ours. NewerArchive where a later
    version wrote it."""
    if not block.startswith(_BEGIN):
        return None
    try:
        told = json.loads(block)
        version = int(told.pop("newsarchive"))
        archive, number, name = str(told.pop("archive")), int(told.pop("number")), str(told.pop("event"))
    except (ValueError, TypeError, KeyError):
        return None
    if version > VERSION:
        raise NewerArchive(
            "The WARC files were written by a newer version of newsarchive; upgrade to read them."
        )
    return Event(archive, number, name, str(told.pop("record", "")), told)


def revision_to_json(revision: Revision) -> dict[str, Any]:
    """What was extracted; instants in ISO 8601, those of the page with its own offset."""
    told = {
        field.name: getattr(revision, field.name) for field in fields(revision) if field.name not in _NOT_TOLD
    }
    return {name: _plain(value) for name, value in told.items()}


def revision_from_json(told: Mapping[str, Any], article_id: int, capture_id: int) -> Revision:
    """The version again; what a later version of this program would add is left out."""
    known = {field.name for field in fields(Revision)}
    values = {name: _rich(name, value) for name, value in told.items() if name in known}
    return Revision(**values, article_id=article_id, capture_id=capture_id)


def change_to_json(change: Change) -> dict[str, Any]:
    """An entry of the change log, without its article."""
    return {"sequence": change.sequence, "action": change.action, "at": _plain(change.at)}


def change_from_json(told: Mapping[str, Any], article_id: int) -> Change:
    """The entry again."""
    return Change(told["sequence"], article_id, told["action"], datetime.fromisoformat(told["at"]))


def name_of(*, revised: bool, actions: tuple[str, ...]) -> EventName:
    """What an article's event is called: by the most that happened."""
    if revised:
        return "revision"
    if "gone" in actions:
        return "gone"
    return "back" if "back" in actions else "seen"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Credit | Evidence):
        return asdict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _rich(name: str, value: Any) -> Any:
    if name in _INSTANTS and value is not None:
        return datetime.fromisoformat(value)
    if record := _RECORDS.get(name):
        return tuple(_record(record, one) for one in value)
    return tuple(value) if isinstance(value, list) else value


def _record(kind: type[Any], told: Mapping[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in told.items() if name in known})
