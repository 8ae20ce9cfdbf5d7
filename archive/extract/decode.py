"""Bytes of a page -> its text.

The order is that of browsers (WHATWG, "determining the character encoding"): byte order mark, HTTP header,
`meta` in the first kilobytes, detection. It departs from them in one point: bytes that are valid UTF-8 and
not plain ASCII are UTF-8 whatever is declared, because other encodings pass that test by accident hardly
ever while servers with a wrong default charset are common.
"""

from __future__ import annotations

import codecs
import logging
import re
from email.message import Message

from bs4.dammit import UnicodeDammit

# It warns of every page that has a character too few or too many: no event, pages do.
logging.getLogger("bs4.dammit").setLevel(logging.CRITICAL)

MAX_CHARACTERS = 3_000_000
"""Pages are read up to here. Real articles end long before; parsers need minutes for hostile ones."""

_LONGEST_HEADER = 1000
_META_WINDOW = 4096
_DETECTION_WINDOW = 64_000
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that mean more than they say (WHATWG Encoding, "names and labels"). UTF-7 and codecs that are no
# character sets ("hex", "unicode_escape") are not in the pattern below and so are never used.
_WEB_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "utf8": "utf-8", "unicode": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8",
}  # fmt: skip
_CHARACTER_SET = re.compile(
    r"(utf-8|iso-?8859-\d+|windows-?\d+|cp\d+|koi8-[ru]|gb18030|big5(hkscs)?|euc[-_]jp|iso-2022-jp|macintosh|mac-?cyrillic)"
)
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
    start = body[:256]
    if len(start) < 4 or start.count(0) < len(start) // 3:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the header and the page declare, header first."""
    header = Message()
    header["content-type"] = content_type[:_LONGEST_HEADER].replace("\r", " ").replace("\n", " ")
    labels = [header.get_content_charset("")]
    window = body[:_META_WINDOW]
    matches = (pattern.search(window) for pattern in (_XML_ENCODING, _META_CHARSET))
    labels += [found[1].decode("ascii", errors="replace") for found in matches if found]
    names = [_WEB_LABELS.get(label.strip().lower(), label.strip().lower()) for label in labels if label]
    return [name for name in dict.fromkeys(names) if _CHARACTER_SET.fullmatch(name)]


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
