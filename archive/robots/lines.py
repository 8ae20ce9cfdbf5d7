"""The lines of a robots.txt that mean something, whatever else the bytes hold.

Names of fields and the mistakes in them that are forgiven are those of Google's parser, the reference for
RFC 9309; so is a line without a colon. Everything is bytes, because nothing says which encoding they are in.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_BYTES = 500 * 1024
"""How much is read; RFC 9309 (2.5) asks for no less."""

MAX_LINE = 8 * 2083 - 1
"""What is read of a line, eight times as much as any address has; the bound of Google's parser."""

Field = Literal["user-agent", "allow", "disallow", "crawl-delay", "sitemap"]

_FIELDS: tuple[tuple[Field, tuple[bytes, ...]], ...] = (
    ("user-agent", (b"user-agent", b"useragent", b"user agent")),
    ("allow", (b"allow",)),
    ("disallow", (b"disallow", b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw")),
    ("crawl-delay", (b"crawl-delay", b"crawldelay", b"crawl delay")),
    ("sitemap", (b"sitemap", b"site-map")),
)
"""What the name of a field begins with."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UTF8_MARK = re.compile(rb"\xef(?:\xbb\xbf?)?")
"""A byte order mark; pieces of one are met, too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field and its value. `number` counts from 1; `text` is the line as written, without its comment."""

    number: int
    text: bytes
    field: Field
    value: bytes


def lines(body: bytes) -> Iterator[Line]:
    """The lines with a field that is known, of the first 500 KiB and without a line that is cut in two there."""
    for number, whole in enumerate(_split(body), start=1):
        text = whole[:MAX_LINE].partition(b"#")[0].strip()
        if not text:
            continue
        name, colon, value = text.partition(b":")
        if not colon:
            words = text.split()
            name, value = words if len(words) == 2 else (b"", b"")
        field = _field(name.strip().lower())
        if field is not None:
            yield Line(number, text, field, value.strip())


def _split(body: bytes) -> list[bytes]:
    head = body[:MAX_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    if mark := _UTF8_MARK.match(head):
        head = head[mark.end() :]
    split = _LINE_END.split(head.replace(b"\0", b""))
    if len(body) > MAX_BYTES:
        del split[-1]  # cut in two, it could mean the opposite
    return split


def _field(name: bytes) -> Field | None:
    return next((field for field, beginnings in _FIELDS if name.startswith(beginnings)), None)
