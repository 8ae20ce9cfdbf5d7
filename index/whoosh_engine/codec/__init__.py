"""The Whoosh codec of arrays: a segment is one file, read through a memory map. docs/index-format.md shows it."""

from index.whoosh_engine.codec.segment import FileSegment, open_segment, segment_path, write_segment
from index.whoosh_engine.codec.texts import Sample
from index.whoosh_engine.codec.whoosh_codec import ArrayCodec, ArraySegment

__all__ = [
    "ArrayCodec",
    "ArraySegment",
    "FileSegment",
    "Sample",
    "open_segment",
    "segment_path",
    "write_segment",
]
