"""The only WARC reader and writer: WARC 1.1 (ISO 28500:2017), one gzip member a record, appended and synced.

A capture is two records: the request, then the response (or a revisit, where the payload is one that is kept
already; the bytes of a 304 stand between the two, as metadata). Blocks are the exact bytes of the wire; they are
never parsed and written anew, which would change folded, duplicate or non-ASCII headers. A record that `append`
returned is on the disk, whatever happens next.
"""

from archive.warc.files import files, read_record, recover, walk
from archive.warc.record import CAPTURE_KINDS, Record, digest, payload_digest
from archive.warc.writer import WarcWriter

__all__ = [
    "CAPTURE_KINDS",
    "Record",
    "WarcWriter",
    "digest",
    "files",
    "payload_digest",
    "read_record",
    "recover",
    "walk",
]
