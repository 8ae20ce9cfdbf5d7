"""Bytes of a page -> its text.

The order is that of browsers (HTML standard, 13.2.3.2, "determining the character encoding"): byte order mark, HTTP
header, `meta` elements of the head, XML declaration, detection; labels are those of the Encoding standard. It departs
from them in one point: bytes that are valid UTF-8 and not plain ASCII are UTF-8 whatever is declared, because other
encodings pass that test by accident hardly ever while servers with a wrong default charset are common.
"""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator
from email.message import Message

import webencodings  # type: ignore[import-untyped]  # it ships no types
from bs4.dammit import UnicodeDammit

# It warns of every page that has a character too few or too many: no event, pages do.
logging.getLogger("bs4.dammit").setLevel(logging.CRITICAL)

MAX_CHARACTERS = 3_000_000
"""Pages are read up to here. Real articles end long before; parsers need minutes for hostile ones."""

_LONGEST_HEADER = 1000
_HEAD_WINDOW = (
    64 * 1024
)  # bytes; the standard advises 1,024 and has parsers start anew where a later one tells
_DETECTION_WINDOW = 64_000
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/]([^>]{0,2000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"""([^\s=/"'>]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'>]{1,500}))"""
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODECS = {
    "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949", "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8", "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman", "ibm866": "cp866",
    "x-user-defined": "cp1252", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
"""Encodings of the standard -> Python's codecs, where these are called otherwise or lack characters."""
_START = 256  # bytes in which UTF-16 shows
_SIXTEEN = ("utf-16-le", "utf-16-be")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PROLOGUE = re.compile("^(?:\ufeff|\\s*<\\?xml[^>]*>)+")  # once is usual, but nobody keeps to it
_TOLERATED_DAMAGE = 0.001  # share of unreadable characters that still speaks for a declared encoding


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page without control characters, byte order marks and XML declaration, up to MAX_CHARACTERS.

    `content_type` is the value of the HTTP header. Never raises: what fits no encoding is read as
    windows-1252, with replacement characters.
    """
    body = body[: 4 * MAX_CHARACTERS]
    text = _CONTROL.sub("", _decode(body, content_type)[:MAX_CHARACTERS])
    return _PROLOGUE.sub("", text)


def decode_start(start: bytes, content_type: str = "") -> str:
    """The text of the first bytes of a page, without a look at what they might be where nothing is declared."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return _CONTROL.sub("", start[len(mark) :].decode(encoding, errors="ignore"))
    for encoding, errors in (
        ("utf-8", "strict"),
        *((name, "replace") for name in _declared(start, content_type)),
    ):
        try:  # by a decoder that waits for the rest of a character that is cut in two
            return _CONTROL.sub("", codecs.getincrementaldecoder(encoding)(errors).decode(start))
        except (UnicodeDecodeError, LookupError):
            continue
    return _CONTROL.sub("", start.decode("cp1252", errors="replace"))


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    if sixteen := _utf16_without_mark(body):
        return body.decode(sixteen, errors="replace")
    declared = _declared(body, content_type)
    if declared and declared[0] in _SIXTEEN and 0 in body[:_START]:  # markup in it has bytes of zero
        return body.decode(declared[0], errors="replace")
    # Seven-bit text can only be something else than UTF-8 where escape sequences switch character sets.
    if not (b"\x1b" in body and "iso-2022-jp" in declared):
        declared = ["utf-8", *declared]
    for encoding in declared:
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _least_damaged(body, declared)


def _utf16_without_mark(body: bytes) -> str:
    """UTF-16 betrays itself: in the ASCII of markup every other byte is zero."""
    start = body[:_START]
    if len(start) < 4 or start.count(0) < len(start) // 3:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the header and the page declare, header first."""
    header = Message()
    header["content-type"] = content_type[:_LONGEST_HEADER].replace("\r", " ").replace("\n", " ")
    labels = [header.get_content_charset("")]
    of_page = [_codec(label) for label in _of_page(body[:_HEAD_WINDOW])]
    # Whoever can read a declaration in ASCII does not read UTF-16.
    of_page = ["utf-8" if name in _SIXTEEN else name for name in of_page]
    return [name for name in dict.fromkeys([*map(_codec, labels), *of_page]) if name]


def _of_page(head: bytes) -> Iterator[str]:
    """The labels that a page declares, those of its `meta` elements first; what stands in comments is none."""
    for found in _META.finditer(_COMMENT.sub(b"", head)):
        told = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found[1])}
        if label := told.get(b"charset"):
            yield label.decode("ascii", "replace")
            continue
        is_type = told.get(b"http-equiv", b"").strip().lower() == b"content-type"
        if is_type and (inner := _CHARSET.search(told.get(b"content", b""))):
            yield inner[1].decode("ascii", "replace")
    if stated := _XML_ENCODING.search(head):
        yield stated[1].decode("ascii", "replace")


def _codec(label: str) -> str:
    """Python's name of the encoding that a label means on the web, "" for none: UTF-7 and what is no character set
    ("hex", "unicode_escape") are none, "replacement" is what browsers refuse."""
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name == "replacement":
        return ""
    return str(_CODECS.get(encoding.name, encoding.name))


def _least_damaged(body: bytes, declared: list[str]) -> str:
    """The declared encoding that leaves next to nothing unread, else the one that the bytes look like."""
    for encoding in declared:
        try:
            text = body.decode(encoding, errors="replace")
        except LookupError:
            continue
        if text.count("\ufffd") <= _TOLERATED_DAMAGE * len(text):
            return text
    sample = body[:_DETECTION_WINDOW].rpartition(b"<")[0] or body[:_DETECTION_WINDOW]
    detected = UnicodeDammit(sample, exclude_encodings=declared, is_html=True).original_encoding
    try:
        return body.decode(detected or "cp1252", errors="replace")
    except LookupError:
        return body.decode("cp1252", errors="replace")
