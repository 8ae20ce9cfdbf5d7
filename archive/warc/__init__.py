"""The only WARC reader and writer: WARC 1.1 (ISO 28500:2017), one gzip member a record, appended and synced.

A capture is two records: the request, then the response (or a revisit, where the payload is one that is kept
already; the bytes of a 304, and of interim responses, stand between the two, as metadata). Blocks are the exact bytes
of the wire; they are never parsed and written anew, which would change folded, duplicate or non-ASCII headers. A
record that `append` returned is on the disk, whatever happens next.

The newest file is called X.warc.gz.open as long as it is written. When it is closed, X.warc.gz.manifest tells its
SHA-256 and that of each member, and the file is called X.warc.gz, which is its name everywhere else.
"""

from archive.warc.belonging import belonging
from archive.warc.excerpt import Excerpt, excerpt, excerpt_info
from archive.warc.files import (
    MANIFEST,
    OPEN,
    files,
    make_whole,
    manifest_path,
    manifests,
    move_aside,
    open_files,
    path_of,
    read_member,
    read_record,
    size_of,
    walk,
)
from archive.warc.forms import metadata
from archive.warc.manifest import Manifest, read_manifest
from archive.warc.members import Member, member_at, members, next_record
from archive.warc.record import CAPTURE_KINDS, Record, date_text, digest, parse, payload_digest
from archive.warc.sealing import finish, replace_file, seal, sealed_as, sha256_of, write_manifest
from archive.warc.writer import Mark, WarcWriter

__all__ = [
    "CAPTURE_KINDS",
    "MANIFEST",
    "OPEN",
    "Excerpt",
    "Manifest",
    "Mark",
    "Member",
    "Record",
    "WarcWriter",
    "belonging",
    "date_text",
    "digest",
    "excerpt",
    "excerpt_info",
    "files",
    "finish",
    "make_whole",
    "manifest_path",
    "manifests",
    "member_at",
    "members",
    "metadata",
    "move_aside",
    "next_record",
    "open_files",
    "parse",
    "path_of",
    "payload_digest",
    "read_manifest",
    "read_member",
    "read_record",
    "replace_file",
    "seal",
    "sealed_as",
    "sha256_of",
    "size_of",
    "walk",
    "write_manifest",
]
