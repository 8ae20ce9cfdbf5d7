"""The body of a response that was kept, out of its framing and its codings; whoever kept it."""

from __future__ import annotations

from archive.fetch.browsers import CODINGS, Undecodable, unpacked
from archive.fetch.coding import Decoded, decode
from archive.fetch.framing import Headers, framing_of

__all__ = ["Decoded", "body_of", "unframed"]

_MAX_CODINGS = 3
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def body_of(status: int, headers: Headers, payload: bytes, max_bytes: int) -> Decoded:
    """The entity body of a message as it was sent: out of its chunks and its codings, at most `max_bytes` of it.
    Names of headers are in lower case."""
    return _decoded(unframed(status, headers, payload), headers, max_bytes)


def unframed(status: int, headers: Headers, payload: bytes) -> bytes | bytearray | memoryview:
    """The body out of its chunks; as it stands where it is not framed as its head says (other programs' records)."""
    try:
        framing = framing_of(status, headers, 0)
        framing.whole(bytearray(payload))
        return framing.payload(memoryview(payload))
    except ValueError:
        return payload


def _decoded(payload: bytes | bytearray | memoryview, headers: Headers, max_bytes: int) -> Decoded:
    """The body without its codings: those that browsers ask for, too, and none where other programs have undone it
    and kept the head that tells of it."""
    said = [value for name, value in headers if name == "content-encoding"]
    codings = [coding.strip().lower() for value in said for coding in value.split(",")]
    step = Decoded(bytes(payload))
    truncated = ""
    for coding in reversed(codings[-_MAX_CODINGS:] or [""]):
        body = step.body
        step = _without(body, coding, max_bytes)
        if step.undecodable:
            return Decoded(body[:max_bytes]) if body.lstrip(_BLANKS).startswith(b"<") else step
        truncated = truncated or step.truncated
    return Decoded(step.body, truncated)


def _without(body: bytes, coding: str, max_bytes: int) -> Decoded:
    if coding not in CODINGS:
        return decode(body, [("content-encoding", coding)], max_bytes)
    try:
        unpacked_body, whole = unpacked(body, coding, max_bytes)
    except Undecodable as error:
        return Decoded(b"", "", str(error))
    return Decoded(unpacked_body, "" if whole else "length")
