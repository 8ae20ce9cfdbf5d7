"""Content codings undone: gzip, which is asked for, and deflate, which some send anyway. Pure."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from archive.fetch.framing import Headers

_STEP = 64 << 10
_MAX_MEMBERS = 100
_GZIP = ("gzip", "x-gzip")
_GZIP_MAGIC = b"\x1f\x8b"
_NO_CODING = ("", "identity", "none", "utf-8", "binary")
"""What servers say although nothing is encoded; browsers ignore it, too."""


class Decoded(NamedTuple):
    """A body without its codings. `truncated` is WARC's word where it is cut; `undecodable` is why it cannot be
    decoded, in one sentence, and the body is empty then."""

    body: bytes
    truncated: str = ""
    undecodable: str = ""


def decode(payload: bytes | bytearray | memoryview, headers: Headers, max_bytes: int) -> Decoded:
    """Undo the Content-Encoding, never to more than `max_bytes`.

    Codings that were not asked for, and layers of them (a bomb's way), are left alone.
    """
    said = [value for name, value in headers if name == "content-encoding"]
    codings = [coding.strip().lower() for value in said for coding in value.split(",")]
    codings = [coding for coding in codings if coding not in _NO_CODING]
    if not codings or not payload:
        return Decoded(bytes(memoryview(payload)[:max_bytes]), "length" if len(payload) > max_bytes else "")
    if len(codings) > 1 or codings[0] not in (*_GZIP, "deflate"):
        return Decoded(b"", "", f"The server encoded the page as {', '.join(codings)[:80]}.")
    try:
        return _inflated(memoryview(payload), codings[0], max_bytes)
    except zlib.error as error:
        return Decoded(b"", "", f"The compressed page is damaged: {error}.")


def _inflated(data: memoryview, coding: str, max_bytes: int) -> Decoded:
    """In small steps, because what zlib leaves over is copied each time. gzip may come in several members (RFC
    1952, 2.2), each with a check of its own; what follows that is none is padding."""
    window = _window(coding, data[0])
    inflater, decoded, at, members = zlib.decompressobj(window), bytearray(), 0, 1
    while at < len(data):
        piece = data[at : at + _STEP]
        decoded += inflater.decompress(piece, max_bytes + 1 - len(decoded))
        if len(decoded) > max_bytes:
            return Decoded(bytes(memoryview(decoded)[:max_bytes]), "length")
        at += len(piece) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
        if inflater.eof:
            if coding not in _GZIP or data[at : at + 2] != _GZIP_MAGIC:
                break
            if members == _MAX_MEMBERS:
                raise zlib.error(f"it is in more than {_MAX_MEMBERS} pieces")
            inflater, members = zlib.decompressobj(window), members + 1
    return Decoded(bytes(decoded), "" if inflater.eof else "disconnect")


def _window(coding: str, first: int) -> int:
    """zlib's `wbits`. Deflate should come in zlib's envelope and often comes bare (RFC 9110, 8.4.1.2)."""
    if coding != "deflate":
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if first & 15 == 8 else -zlib.MAX_WBITS
