"""What all formats of lists share: bounds, decoding, and an entry from its words."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sized
from datetime import date

from newsarchive.sources import ListedSource, Word, read_address, read_settings

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 400_000
MAX_LINE = 20_000
MAX_SOURCES = 20_000

_LINE_END = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_UTF8 = re.compile("[\ud800-\udfff]")


class ListError(ValueError):
    """A list cannot be read at all; the text is one sentence without its full stop."""


def check_size(data: Sized) -> None:
    """ListError where it is larger than any list of sources."""
    if len(data) > MAX_BYTES:
        raise ListError(f"it is larger than {MAX_BYTES // 1024**2} MB")


def check_number(entries: int) -> None:
    """ListError where there are more than can be taken at once."""
    if entries > MAX_SOURCES:
        raise ListError(f"it has more than {MAX_SOURCES:,} entries; divide it")


def decoded(data: bytes) -> str:
    """Text of UTF-8, or of UTF-16 with its mark; a byte that is not UTF-8 becomes half a surrogate pair, which
    `check_line` finds."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "surrogateescape")


def lines_of(text: str) -> list[str]:
    """Its lines without their ends. ListError where there are too many."""
    lines = _LINE_END.split(text)
    if len(lines) > MAX_LINES:
        raise ListError(f"it has more than {MAX_LINES:,} lines")
    return lines


def check_line(line: str) -> None:
    """ValueError, one sentence, where a line is no text."""
    if _NOT_UTF8.search(line):
        raise ValueError("this line is not UTF-8")
    if _CONTROL.search(line):
        raise ValueError("this line has a control character")
    if len(line) > MAX_LINE:
        raise ValueError(f"this line is longer than {MAX_LINE:,} characters")


def entry(line: int, words: Mapping[str, Word], *, today: date) -> ListedSource:
    """An entry from its words by key, `url` among them. ValueError, one sentence, where one makes no sense."""
    url = words.get("url", "")
    if not isinstance(url, str) or not url.strip():
        raise ValueError("there is no url")
    rest = {key: word for key, word in words.items() if key != "url"}
    return ListedSource(line, read_address(url), read_settings(rest, today=today))
