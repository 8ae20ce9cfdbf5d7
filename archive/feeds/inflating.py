"""Gzip bodies (sitemap.xml.gz), which are gzip whatever their headers say."""

from __future__ import annotations

import zlib

_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


def inflated(body: bytes, limit: int) -> bytes:
    """The content of a gzip body, any other body as it is; at most `limit` bytes of it. What a broken body
    holds up to its fault."""
    if not body.startswith(_MAGIC):
        return body[:limit]
    pieces, size = [], 0
    while body.startswith(_MAGIC) and size < limit:
        member = zlib.decompressobj(_GZIP)
        try:
            piece = member.decompress(body, limit - size)
        except zlib.error:
            break
        pieces.append(piece)
        size += len(piece)
        body = member.unused_data
    return b"".join(pieces)
