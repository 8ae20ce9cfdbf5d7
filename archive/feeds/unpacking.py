"""Gzip bodies, which sitemaps are often published as (sitemaps.org allows `.xml.gz`)."""

from __future__ import annotations

import zlib

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
    if not is_gzip(body):
        return body[:limit]
    pieces: list[bytes] = []
    room, at = limit, 0
    while room > 0 and body.startswith(_MAGIC, at):
        piece, at = _member(body, at, room)
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces)


def _member(body: bytes, at: int, room: int) -> tuple[bytes, int]:
    """What the gzip member at an offset holds, and the offset where it ends; that of the body where it is cut.

    In small steps, so that damage costs only the step that holds it.
    """
    member = zlib.decompressobj(_GZIP_ONLY)
    pieces: list[bytes] = []
    while at < len(body) and room > 0 and not member.eof:
        step = body[at : at + _STEP]
        try:
            piece = member.decompress(step, room)
        except zlib.error:
            return b"".join(pieces), len(body)
        pieces.append(piece)
        room -= len(piece)
        at += len(step) - len(member.unused_data)
    return b"".join(pieces), at
