"""The body of a response that was kept, out of its framing and its codings."""

from __future__ import annotations

from archive.fetch.coding import Decoded, decode
from archive.fetch.framing import Headers, framing_of

__all__ = ["Decoded", "body_of", "unframed"]


def body_of(status: int, headers: Headers, payload: bytes, max_bytes: int) -> Decoded:
    """The entity body of a message as it was sent: out of its chunks and its codings, at most `max_bytes` of it.
    Names of headers are in lower case."""
    return decode(unframed(status, headers, payload), headers, max_bytes)


def unframed(status: int, headers: Headers, payload: bytes) -> bytes | bytearray | memoryview:
    """The body out of its chunks; as it stands where it is not framed as its head says (other programs' records)."""
    try:
        framing = framing_of(status, headers, 0)
        framing.whole(bytearray(payload))
        return framing.payload(memoryview(payload))
    except ValueError:
        return payload
