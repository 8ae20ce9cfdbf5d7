"""What is taken off a feed before it is parsed: nothing that is read, and most of what makes parsing slow or fail.

feedparser needs minutes for some bodies of a megabyte, and one bad character reference costs it the whole feed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

MAX_ENTRIES = 5000
"""Entries of a feed that are read; feeds hold tens, and the newest come first."""

_LONGEST_TAG = 16 * 1024
_UNREAD = (
    rb"(?:(?:content|media|itunes|dc|atom|atom10|googleplay):)?"
    rb"(?:description|encoded|content|summary|subtitle|tagline|comments|textinput|textInput|width|height)"
)
_PIECE = re.compile(
    rb"<!\[CDATA\[|<!--|<(?P<unread>%s)(?=[\s>])[^<>]*(?<!/)>|<[^<>!?]{%d,}>|<!ENTITY[^<>]*>|&#(?P<number>\w+);"
    % (_UNREAD, _LONGEST_TAG)
)
_ENTRY = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_NAME = re.compile(rb"</?[\w.:-]*")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_WIDE = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


def lighten(body: bytes) -> tuple[bytes, bool]:
    """The body without the texts of its entries, entity declarations, endless tags, references to no character and
    entries beyond 5,000; and whether there were such. In linear time."""
    body = b"".join(_pieces(_narrow(body)))
    for count, entry in enumerate(_ENTRY.finditer(body)):
        if count == MAX_ENTRIES:
            return body[: entry.start()], True
    return body, False


def _narrow(body: bytes) -> bytes:
    """UTF-16 as UTF-8, so that markup can be found in the bytes; every other encoding as it is."""
    for mark, encoding in _WIDE:
        if body.startswith(mark):
            return _DECLARATION.sub("", body.decode(encoding, "replace").lstrip("\ufeff")).encode()
    return body


def _pieces(body: bytes) -> Iterator[bytes]:
    at, ends = 0, _Ends(body)
    while match := _PIECE.search(body, at):
        yield body[at : match.start()]
        at = match.end()
        if match["number"] is not None:
            yield match[0] if _is_character(match["number"]) else b"\xef\xbf\xbd"
        elif match[0] == b"<![CDATA[":
            at = ends.after(b"]]>", at)
            yield body[match.start() : at]
        elif match[0] == b"<!--":
            at = ends.after(b"-->", at)
        elif match["unread"] is not None:
            at = ends.after_element(match["unread"], at)
        elif not match[0].startswith(b"<!"):
            yield _name(match[0])
    yield body[at:]


class _Ends:
    """Where things end in a body that is walked through once: each of its bytes is looked at once for each thing."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._next: dict[bytes, int] = {}
        self._entry = -1

    def after(self, end: bytes, start: int) -> int:
        """The offset after the next `end`, that of the body where there is none."""
        return min(self._find(end, start) + len(end), len(self._body))

    def after_element(self, name: bytes, start: int) -> int:
        """The offset after the end tag of an element that begins before `start`, whose CDATA may hold another;
        `start` itself where it is not closed before the next entry begins."""
        end = b"</" + name
        at, found = start, self._find(end, start)
        if self._next_entry(start) < found or found == len(self._body):
            return start
        while (data := self._body.find(b"<![CDATA[", at, found)) >= 0:
            at = self.after(b"]]>", data)
            found = self._find(end, at)
        return self.after(b">", found)

    def _find(self, what: bytes, start: int) -> int:
        if self._next.get(what, -1) < start:
            found = self._body.find(what, start)
            self._next[what] = found if found >= 0 else len(self._body)
        return self._next[what]

    def _next_entry(self, start: int) -> int:
        if self._entry < start:
            match = _ENTRY.search(self._body, start)
            self._entry = match.start() if match else len(self._body)
        return self._entry


def _is_character(number: bytes) -> bool:
    """Whether `&#...;` stands for a character of XML 1.0."""
    try:
        code = int(number[1:], 16) if number[:1] in b"xX" else int(number)
    except ValueError:
        return True  # no number: for the parser to judge
    return (
        code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )


def _name(tag: bytes) -> bytes:
    match = _NAME.match(tag)
    return (match[0] if match else b"<x") + (b"/>" if tag.endswith(b"/>") else b">")
