"""Gzip bodies, which sitemaps are often published as (sitemaps.org allows `.xml.gz`)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_MAGIC = b"\x1f\x8b"
_GZIP_ONLY = 16 + zlib.MAX_WBITS
_STEP = 16 * 1024


def is_gzip(body: bytes) -> bool:
    """Whether the body begins as a gzip member does (RFC 1952)."""
    return body.startswith(_MAGIC)


def inflate(body: bytes, limit: int) -> bytes:
    """The first `limit` bytes of what a gzip body holds; of a damaged one what comes before the damage.

    A body that is not gzip is returned as it is, up to `limit`.
    """
    return b"".join(inflated(body, limit))


def inflated(body: bytes, limit: int) -> Iterator[bytes]:
    """What `inflate` answers, in pieces: no more of them is held than is looked at."""
    if not is_gzip(body):
        yield body[:limit]
        return
    room, at = limit, 0
    while room > 0 and body.startswith(_MAGIC, at):
        member = zlib.decompressobj(_GZIP_ONLY)
        # In small steps, so that damage costs only the step that holds it.
        while at < len(body) and room > 0 and not member.eof:
            step = body[at : at + _STEP]
            try:
                piece = member.decompress(step, room)
            except zlib.error:
                return
            yield piece
            room -= len(piece)
            at += len(step) - len(member.unused_data)
