"""The Whoosh codec of arrays: a segment is one file, read through a memory map. docs/index-format.md shows it."""

from index.whoosh_engine.codec.segment import FileSegment, open_segment, segment_path, write_segment

__all__ = ["FileSegment", "open_segment", "segment_path", "write_segment"]
