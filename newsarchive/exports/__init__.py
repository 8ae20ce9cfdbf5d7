"""What a search finds, in the formats of others.

work        one version of an article, and what a citation says of it                      pure
jsonlines, csvtable, bibtex, ris, csl      works -> pieces of text                         pure
chicago     a citation in words                                                            pure
gathering   articles by their numbers -> works, in batches
whole       a file that is there when it is whole, and never half
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from newsarchive.exports import bibtex, csl, csvtable, jsonlines, ris
from newsarchive.exports.work import Work


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format of text: what it is called for people, its media type, and works -> pieces of it."""

    label: str
    media_type: str
    suffix: str
    pieces: Callable[[Iterable[Work]], Iterator[str]]


TEXT_FORMATS = {
    "jsonl": TextFormat("JSON Lines", "application/jsonl", ".jsonl", jsonlines.pieces),
    "csv": TextFormat("CSV", "text/csv", ".csv", csvtable.pieces),
    "bibtex": TextFormat("BibTeX", "application/x-bibtex", ".bib", bibtex.pieces),
    "ris": TextFormat("RIS", "application/x-research-info-systems", ".ris", ris.pieces),
    "csl": TextFormat("CSL-JSON", "application/vnd.citationstyles.csl+json", ".json", csl.pieces),
}
"""The formats of text by their names on the command line and in addresses."""


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A format of WARC records: what it is called for people, its media type."""

    label: str
    media_type: str
    suffix: str


RECORD_FORMATS = {
    "warc": RecordFormat("WARC", "application/warc", ".warc.gz"),
    "wacz": RecordFormat("WACZ", "application/wacz", ".wacz"),
}
"""The formats of WARC records, likewise."""

FORMATS: dict[str, TextFormat | RecordFormat] = {**TEXT_FORMATS, **RECORD_FORMATS}
"""All of them."""
