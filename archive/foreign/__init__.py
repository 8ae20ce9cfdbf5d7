"""Archives of other programs, read as they are: WARC, plain or compressed in any of the ways there are, WACZ and ARC.

A stream of records, and of what is wrong between them; bounded memory whatever the file says of itself.
"""

from archive.foreign.files import (
    SUFFIXES,
    ForeignFile,
    find_files,
    first_date,
    records,
    with_digest,
)
from archive.foreign.record import BEGINNING, Damage, ForeignRecord, Place, digest_holds

__all__ = [
    "BEGINNING",
    "SUFFIXES",
    "Damage",
    "ForeignFile",
    "ForeignRecord",
    "Place",
    "digest_holds",
    "find_files",
    "first_date",
    "records",
    "with_digest",
]
