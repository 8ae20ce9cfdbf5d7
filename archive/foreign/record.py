"""A record of another program's WARC file: its header read leniently, its block as it stands. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

MAX_HEADER_BYTES = 64 << 10
MAX_BLOCK_BYTES = 64 << 20
"""Records with larger blocks are films, not news; none of them is ever held in memory."""

_LINE_END = re.compile(r"\r?\n(?![ \t])")
_FOLD = re.compile(r"\r?\n[ \t]+")
_OLD_DATE = re.compile(r"\d{14}")
_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: `offset` is that of its gzip member, or its own where the file is plain; `inside` is how
    many bytes of what the member holds stand before it. `entry` is the name inside of a WACZ."""

    offset: int
    inside: int = 0
    entry: str = ""

    def __str__(self) -> str:
        told = f"byte {self.offset:,}" + (f" + {self.inside:,}" if self.inside else "")
        return f"{self.entry}, {told}" if self.entry else told


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is no record, or none that can be taken over: a code for counting, and one sentence."""

    place: Place
    code: str
    message: str
    url: str = ""


BEGINNING = Place(0)


@dataclass(frozen=True)
class ForeignRecord:
    """A record as another program wrote it. `headers` are (name, value) in the order of the file, as written."""

    place: Place
    version: str
    headers: tuple[tuple[str, str], ...]
    block: bytes

    @cached_property
    def named(self) -> dict[str, str]:
        """The headers by their names in lower case; of several the first."""
        return {name.lower(): value for name, value in reversed(self.headers)}

    @property
    def kind(self) -> str:
        """The WARC-Type: "response", "request", ...; "" where it has none."""
        return self.named.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """The WARC-Target-URI; wget sets it in angle brackets."""
        return _bare(self.named.get("warc-target-uri", ""))

    @property
    def record_id(self) -> str:
        """The WARC-Record-ID, in its angle brackets; "" where it has none."""
        return _identifier(self.named.get("warc-record-id", ""))

    @cached_property
    def date(self) -> datetime | None:
        """The WARC-Date, aware; None where there is none that can be read."""
        return parse_date(self.named.get("warc-date", ""))

    @property
    def content_type(self) -> str:
        """The Content-Type of the block, with its parameters."""
        return self.named.get("content-type", "")

    @property
    def is_http(self) -> bool:
        """Whether the block is an HTTP message."""
        kind = self.content_type.partition(";")[0].strip().lower()
        return kind == "application/http" or (not kind and self.block.startswith(b"HTTP/"))

    def refers_to(self, name: str) -> str:
        """The record that a field such as WARC-Concurrent-To names, "" for none."""
        return _identifier(self.named.get(name.lower(), ""))

    def block_holds(self) -> bool | None:
        """Whether the block has the digest that the record claims; None where it claims none that can be checked.
        wget gives each revisit the digest of nothing."""
        claimed = self.named.get("warc-block-digest", "")
        if self.kind == "revisit" and digest_holds(claimed, b""):
            return None
        return digest_holds(claimed, self.block)


def parse_header(data: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The version and the named fields of a WARC header (ISO 28500, 5.2); folded lines are joined, lines that are no
    fields are left out."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    version, *lines = _LINE_END.split(text.rstrip("\r\n"))
    pairs = (_FOLD.sub(" ", line).partition(":") for line in lines)
    return version.strip(), tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)


def parse_date(text: str) -> datetime | None:
    """A WARC-Date of any precision (WARC 1.1 allows less than seconds and up to nanoseconds), aware; the fourteen
    digits of the first drafts, too."""
    text = text.strip()
    try:
        if _OLD_DATE.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if len(text) in (4, 7):
            text += "-01" if len(text) == 7 else "-01-01"
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def digest_holds(claimed: str, data: bytes | bytearray | memoryview) -> bool | None:
    """Whether data has a digest, written in base 32 or in hexadecimal; None for what cannot be checked."""
    algorithm, _, value = claimed.strip().partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in _ALGORITHMS or not value:
        return None
    # S324: what others used is checked, nothing is protected by it.
    found = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return found == _digest_bytes(value.strip(), len(found))


def _digest_bytes(text: str, size: int) -> bytes | None:
    try:
        if len(text) == 2 * size:
            return bytes.fromhex(text)
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (ValueError, binascii.Error):
        return None


def _bare(text: str) -> str:
    return text[1:-1].strip() if text.startswith("<") and text.endswith(">") else text


def _identifier(text: str) -> str:
    bare = _bare(text.strip())
    return f"<{bare}>" if bare else ""
