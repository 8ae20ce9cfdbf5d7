"""A bundle that proves what was captured, and can be checked without this program: a zip of plain files.

    README.txt                  how to check it, with tools that any system has
    SHA256SUMS                  the digest of every other file
    proof.json                  all of it in a table: versions, captures with their headers, records and their places
    records.warc.gz             the WARC records of all versions, the gzip members byte for byte as in the archive
    versions/N.txt, N.json      what was read from them
    manifests/*.manifest        the sealed manifests of the WARC files that the records stand in

The same archive gives the same bytes each time: nothing in the bundle says when it was made.
"""

from archive.proof.bundle import Proof, prove
from archive.proof.gathering import Evidence, gather

__all__ = ["Evidence", "Proof", "gather", "prove"]
