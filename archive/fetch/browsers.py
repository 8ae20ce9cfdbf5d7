"""Content codings that other programs' browsers asked for: Brotli and Zstandard, undone within bounds. Pure."""

from __future__ import annotations

import sys

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CODINGS = ("br", "zstd")


class Undecodable(Exception):
    """Bytes that are not coded as they say; the text is one sentence."""


def unpacked(payload: bytes, coding: str, max_bytes: int) -> tuple[bytes, bool]:
    """A body without its coding, one of `CODINGS`, and whether it is all there: never more than `max_bytes`.
    Undecodable where it is damaged."""
    try:
        return _brotli(payload, max_bytes) if coding == "br" else _zstd(payload, max_bytes)
    except (brotli.error, zstd.ZstdError, EOFError, MemoryError) as error:
        raise Undecodable(f"The compressed page is damaged: {error}.") from error


def _brotli(payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    inflater, body = brotli.Decompressor(), bytearray()
    data = payload
    while len(body) <= max_bytes:
        piece = inflater.process(data, output_buffer_limit=max_bytes + 1 - len(body))
        body += piece
        data = b""
        if inflater.is_finished() or (not piece and inflater.can_accept_more_data()):
            break
    return bytes(body[:max_bytes]), inflater.is_finished() and len(body) <= max_bytes


def _zstd(payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    inflater, body = zstd.ZstdDecompressor(), bytearray()
    data = payload
    while len(body) <= max_bytes and not inflater.eof:
        piece = inflater.decompress(data, max_length=max_bytes + 1 - len(body))
        body += piece
        data = b""
        if not piece and inflater.needs_input:
            break
    return bytes(body[:max_bytes]), inflater.eof and len(body) <= max_bytes
