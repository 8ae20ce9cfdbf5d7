"""Lists of sources as files: OPML as feed readers have it, CSV as spreadsheets have it, and TOML, which says it all.

`read_list` and `write_list` are pure: bytes -> what they say, sources -> text. Nothing that a list refers to is
fetched, and no list is read beyond the bounds of `lines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Literal, get_args

from archive.model import Source
from newsarchive.sourcelist import csvlist, opml, tomllist
from newsarchive.sourcelist.lines import MAX_BYTES, ListError, check_size, decoded
from newsarchive.sources import SourceList

__all__ = ["FORMATS", "MAX_BYTES", "ListError", "ListFormat", "format_of", "read_list", "write_list"]

ListFormat = Literal["opml", "csv", "toml"]
FORMATS: tuple[ListFormat, ...] = get_args(ListFormat)

_ENDINGS: dict[str, ListFormat] = {
    ".opml": "opml",
    ".xml": "opml",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".toml": "toml",
}
_BEGINS_AS_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe\s*<\x00|\xfe\xff\x00<")
_HAS_TABLES = re.compile(rb"^\s*\[\[", re.MULTILINE)


def read_list(data: bytes, name: str, *, today: date) -> SourceList:
    """What a list says; `name` is that of its file, "" where it has none. ListError where it cannot be read."""
    check_size(data)
    form = format_of(name)
    if _BEGINS_AS_XML.match(data):
        return opml.read(data, today=today)
    if form == "opml":
        raise ListError("it is not OPML, which begins with <")
    if form == "toml" or (form is None and _HAS_TABLES.search(data)):
        return tomllist.read(decoded(data), today=today)
    return csvlist.read(decoded(data), today=today)


def write_list(sources: Iterable[Source], form: ListFormat) -> str:
    """The sources as a list of that format."""
    return {"opml": opml.write, "csv": csvlist.write, "toml": tomllist.write}[form](sources)


def format_of(name: str) -> ListFormat | None:
    """The format that the name of a file tells, None where it tells none."""
    return _ENDINGS.get(PurePath(name).suffix.lower())
