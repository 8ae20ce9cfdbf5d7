"""How a bundle is checked, in words, for whoever gets it."""

from __future__ import annotations

from typing import Any

from archive.proof.gathering import Evidence

_TEXT = """\
What this is
============

The captures of one article by an archive (newsarchive), and what was read from them:

  Article    {id} of the archive
  Address    {url}
  Source     {source}
  Versions   {versions}, captured from {first} to {last}

  records.warc.gz         the records of these captures (WARC 1.1, ISO 28500): request and response as they went
                          over the network; each is a gzip member, copied byte for byte from the archive
  versions/N.txt, N.json  the text and everything else that was read from version N
  proof.json              all of it in one table: URL, time, status, headers, digests, file and offset of each record
  manifests/              the manifests with which the archive closed the WARC files that the records stand in
  SHA256SUMS              the digest of every file here


How to check it
===============

Nothing of the program that made it is needed. In this folder:

1. No file was changed:

     sha256sum -c SHA256SUMS               (macOS: shasum -a 256 -c SHA256SUMS)

2. The records are whole, and are what their own digests say:

     gzip -t records.warc.gz
     warcio check -v records.warc.gz       (pip install warcio)

3. A record is the very one that the archive's manifest lists. Here is where each stands in records.warc.gz, how
   long it is, and its SHA-256, which is found again in the manifest of its file:

{lines}
     tail -c +$((OFFSET + 1)) records.warc.gz | head -c LENGTH | sha256sum
     grep SHA256 manifests/*

4. The manifest itself is whole: its last line is the SHA-256 of all lines before it.

     head -n -1 manifests/FILE | sha256sum

5. The page says what the text says: read it, unpacked.

     tail -c +$((OFFSET + 1)) records.warc.gz | head -c LENGTH | gzip -dc | less


What it proves, and what it does not
====================================

It proves that these files belong together, that nothing in them was changed since they were made, and, where a
manifest is with them, that the records are those with which the archive closed its files. It cannot prove by itself
when that was, or that the archive is honest: for that, compare the SHA-256 in the fourth line of the manifest with
one that somebody else wrote down at the time, such as a time stamp, a print, or a copy in other hands.
{unsealed}"""

_UNSEALED = """
Not all of the files that these records stand in were closed when the bundle was made: those have no manifest yet.
"""


def readme(evidence: Evidence, records: list[dict[str, Any]]) -> str:
    """The text; `records` are those of proof.json."""
    article, versions = evidence.article, evidence.versions
    warc_files = {record.place.file for record in evidence.records}
    return _TEXT.format(
        id=article.id,
        url=article.url,
        source=article.source,
        versions=len(versions),
        first=f"{versions[0].revision.captured_at:%Y-%m-%d}",
        last=f"{versions[-1].revision.captured_at:%Y-%m-%d}",
        lines="".join(f"{_line(record)}\n" for record in records),
        unsealed="" if len(evidence.sealed) == len(warc_files) else _UNSEALED,
    )


def _line(record: dict[str, Any]) -> str:
    said = f"offset {record['offset']}, length {record['length']}, {record['type']}"
    where = f"at byte {record['warc_offset']} of {record['warc_file']}"
    return f"     {said}, {where}\n       {record['sha256']}"
