"""Gzip bodies, which sitemaps are often published as (sitemaps.org allows `.xml.gz`)."""

from __future__ import annotations

import zlib

_MAGIC = b"\x1f\x8b"
_GZIP_ONLY = 16 + zlib.MAX_WBITS


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
    room, rest = limit, body
    while room > 0 and is_gzip(rest):
        member = zlib.decompressobj(_GZIP_ONLY)
        piece = _member(member, rest, room)
        pieces.append(piece)
        room -= len(piece)
        rest = member.unused_data
    return b"".join(pieces)


def _member(member: zlib._Decompress, data: bytes, room: int) -> bytes:
    """One gzip member in small steps, so that damage costs only the step that holds it."""
    step = 16 * 1024
    pieces: list[bytes] = []
    for start in range(0, len(data), step):
        try:
            piece = member.decompress(data[start : start + step], room)
        except zlib.error:
            break
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            break
        if member.eof:
            break
    return b"".join(pieces)
