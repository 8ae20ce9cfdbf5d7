"""The records that we write, as gzip members. Pure.

The form is plain enough to write out; warcio's writer would parse the HTTP headers of a block and write them anew,
and leaves the block of a revisit out where they are not parsed.
"""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.model import Capture, Response
from archive.warc.record import date_text, digest, payload_digest, payload_of

PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
"""What the names of the two kinds of revisit begin with (ISO 28500, 6.7)."""

_GZIP_LEVEL = 6
"""zlib's own default: on 150 news pages it took a quarter of the time of level 9 and made files 0.7 % larger."""

_HTTP_RESPONSE = "application/http; msgtype=response"
_HTTP_REQUEST = "application/http; msgtype=request"
_OF_THE_WRITER = ("content-length", "warc-type")


@dataclass(frozen=True, slots=True)
class Form:
    """A record that can be written: what a list of records tells of it, and its gzip member."""

    kind: str
    record_id: str
    packed: bytes


def warcinfo(name: str, software: str, at: datetime) -> Form:
    """What a file begins with (ISO 28500, 6.2)."""
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    headers = {"WARC-Filename": name, "WARC-Date": date_text(at)}
    return form("warcinfo", headers, fields.encode(), "application/warc-fields")


def exchange(response: Response, original: Capture | None) -> list[Form]:
    """The records of one HTTP exchange, that of the capture last; a revisit where there is an `original`."""
    response_id = new_record_id()
    forms = [_request(response, response_id)]
    if response.interim_bytes:
        forms.append(_beside(response, response_id, response.interim_bytes))
    if original is not None and response.status == 304:
        forms.append(_beside(response, response_id, response.response_bytes))
    return [*forms, _response(response, response_id, original)]


def metadata(event: Mapping[str, Any], *, refers_to: str, at: datetime) -> Form:
    """What is known of a record (ISO 28500, 6.6), as JSON. Without a target URI, so that no index of captures lists
    it."""
    headers = {"WARC-Date": date_text(at)}
    if refers_to:
        headers["WARC-Refers-To"] = refers_to
    return form("metadata", headers, json.dumps(event, ensure_ascii=False).encode(), "application/json")


def resource(
    url: str, body: bytes, media_type: str, at: datetime, *, ip_address: str, concurrent_to: str
) -> Form:
    """A thing that was kept without its exchange (ISO 28500, 6.5)."""
    headers = {"WARC-Target-URI": url, "WARC-Date": date_text(at)}
    if ip_address:
        headers["WARC-IP-Address"] = ip_address
    if concurrent_to:
        headers["WARC-Concurrent-To"] = concurrent_to
    headers["WARC-Payload-Digest"] = digest(body)
    return form("resource", headers, body, media_type)


def foreign(kind: str, headers: Iterable[tuple[str, str]], block: bytes) -> Form:
    """A record of another program, with its own fields, in their order, and its own block."""
    fields = [(name, value) for name, value in headers if name.lower() not in _OF_THE_WRITER]
    named = {name.lower(): value for name, value in fields}
    record_id = named.get("warc-record-id") or new_record_id()
    if "warc-record-id" not in named:
        fields.insert(0, ("WARC-Record-ID", record_id))
    if "warc-block-digest" not in named:
        fields.append(("WARC-Block-Digest", digest(block)))
    return Form(kind, record_id, _member([("WARC-Type", kind), *fields], block))


def form(kind: str, headers: dict[str, str], block: bytes, media_type: str) -> Form:
    """A record of ours; it gets an id unless `headers` have one."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": headers.get("WARC-Record-ID") or new_record_id(),
        **headers,
        "WARC-Block-Digest": digest(block),
        "Content-Type": media_type,
    }
    return Form(kind, fields["WARC-Record-ID"], _member(fields.items(), block))


def new_record_id() -> str:
    """A WARC-Record-ID that no other record has."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def _member(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in (*fields, ("Content-Length", str(len(block)))))
    content = b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n"))
    return gzip.compress(content, compresslevel=_GZIP_LEVEL, mtime=0)


def _request(response: Response, response_id: str) -> Form:
    block = response.request_bytes
    headers = {"WARC-Concurrent-To": response_id, "WARC-Payload-Digest": digest(payload_of(block))}
    return form("request", _common(response) | headers, block, _HTTP_REQUEST)


def _beside(response: Response, response_id: str, said: bytes) -> Form:
    """What a server said that cannot stand in the block of its response, as metadata of that: a 304, which players
    would take for the page and show nothing; interim responses, whose status they would take for the final one.
    Without a target URI, so that no index of captures lists it."""
    headers = {"WARC-Date": date_text(response.fetched_at), "WARC-Concurrent-To": response_id}
    return form("metadata", headers, said, _HTTP_RESPONSE)


def _response(response: Response, response_id: str, original: Capture | None) -> Form:
    headers = _common(response) | {"WARC-Record-ID": response_id, "WARC-IP-Address": response.ip_address}
    if response.truncated:
        headers["WARC-Truncated"] = response.truncated
    block = response.response_bytes
    if original is None:
        headers["WARC-Payload-Digest"] = payload_digest(response)
        return form("response", headers, block, _HTTP_RESPONSE)
    unmodified = response.status == 304
    headers |= {
        "WARC-Profile": PROFILE + ("server-not-modified" if unmodified else "identical-payload-digest"),
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": date_text(original.captured_at),
        "WARC-Payload-Digest": original.payload_digest,
    }
    head = b"" if unmodified else block[: len(block) - len(payload_of(block))]
    return form("revisit", headers, head, _HTTP_RESPONSE)


def _common(response: Response) -> dict[str, str]:
    return {"WARC-Target-URI": response.url, "WARC-Date": date_text(response.fetched_at)}
