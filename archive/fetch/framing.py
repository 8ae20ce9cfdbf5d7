"""Where a response ends and what its body is (RFC 9112, 6 and 7), over the bytes as they come in. Pure.

The head is h11's to judge. Bodies are walked here, because h11 makes an event of each chunk: 20 MiB in chunks of
one byte would cost it minutes, and because only who walks the raw bytes knows where the message ended in them:
what a server sends behind its end is no part of the record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_HEADER_BYTES = 64 << 10
"""Of the heads of a response together: the final one, and those of interim responses before it."""

_MAX_CHUNK_LINE = 4096
_NO_BODY = (204, 304)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_BLANKS = re.compile(rb":(?:[ \t]|\r?\n[ \t]){1000}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,20})[ \t]*(?:;[^\r\n]*)?\r\n")
_NEXT_CHUNK = re.compile(rb"\r\n" + _CHUNK.pattern)

Headers = Sequence[tuple[str, str]]
"""(lower-case name, value), in the order sent."""


class Head:
    """The head of a final response in the bytes received. The body begins at `end`, 0 while that is not known.
    `interim` are the bytes of the interim responses that came before it."""

    def __init__(self) -> None:
        self.end = 0
        self.interim = b""
        self._start = 0
        self._searched = 0

    def find(self, received: bytearray) -> None:
        """Look on; once it is there, interim responses before it (RFC 9110, 15.2), which have no place in its record,
        go to `interim`. OverflowError where it is too large, ValueError where it is made to be slow to read."""
        while not self.end and (empty := _EMPTY_LINE.search(received, self._searched)):
            self._searched = empty.end()
            if received[self._start + 9 : self._start + 10] == b"1":
                self._start = empty.end()
            else:
                self.end = empty.end()
        if (self.end or len(received)) > MAX_HEADER_BYTES:
            raise OverflowError
        if _BLANKS.search(received, 0, self.end or self._start):
            raise ValueError  # h11 would take seconds for one line of it
        self._searched = max(self._searched, len(received) - 2)
        if self.end:
            self.interim = bytes(received[: self._start])
            del received[: self._start]
            self.end -= self._start


class Framing:
    """The body of one response, which begins at `end`; `end` moves on as it is read.

    `ends_with_connection` tells that it has no other end.
    """

    ends_with_connection = False

    def __init__(self, start: int) -> None:
        self.end = start
        self._start = start

    def whole(self, received: bytearray) -> bool:
        """Whether the body is all there. ValueError where it is not framed as HTTP is."""
        raise NotImplementedError

    def payload(self, received: memoryview) -> bytes | bytearray | memoryview:
        """The body as far as it came, without its framing. Call it once, at the end."""
        return received[self._start : self.end]


class UntilClose(Framing):
    """A body that ends with the connection."""

    ends_with_connection = True

    def whole(self, received: bytearray) -> bool:
        """Never: only the end of the connection tells."""
        self.end = len(received)
        return False


class Counted(Framing):
    """A body of a length that was told before."""

    def __init__(self, start: int, length: int) -> None:
        super().__init__(start)
        self._whole_at = start + length

    def whole(self, received: bytearray) -> bool:
        """Whether so many bytes are there."""
        self.end = min(len(received), self._whole_at)
        return self.end == self._whole_at


class Chunked(Framing):
    """A body in chunks, each behind its size; the last has size 0, and trailers may follow."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self._body = bytearray()
        self._left = 0
        self._line = _CHUNK
        self._trailer = 0

    def whole(self, received: bytearray) -> bool:
        """Whether the empty line behind the last chunk is there."""
        while not self._trailer:
            if self._left:
                data = received[self.end : self.end + self._left]
                self._body += data
                self.end += len(data)
                self._left -= len(data)
                if self._left:
                    return False
                self._line = _NEXT_CHUNK
            line = self._line.match(received, self.end, self.end + _MAX_CHUNK_LINE)
            if line is None:
                self._check_beginning(received)
                return False
            self._left = int(line[1], 16)
            self.end = line.end()
            if not self._left:
                self._trailer = self._searched = line.end() - 1
        return self._find_end(received)

    def payload(self, received: memoryview) -> bytearray:
        """What the chunks held."""
        return self._body

    def _check_beginning(self, received: bytearray) -> None:
        """ValueError where what is there of a line can never become the size of a chunk."""
        beginning = received[self.end : self.end + _MAX_CHUNK_LINE]
        if self._line is _NEXT_CHUNK:
            if not b"\r\n".startswith(beginning[:2]):
                raise ValueError
            del beginning[:2]
        if b"\n" in beginning or len(beginning) >= _MAX_CHUNK_LINE - 2:
            raise ValueError

    def _find_end(self, received: bytearray) -> bool:
        empty = _EMPTY_LINE.search(received, self._searched)
        self._searched = max(self._searched, len(received) - 2)
        self.end = empty.end() if empty else len(received)
        if self.end - self._trailer > MAX_HEADER_BYTES:
            raise ValueError
        return empty is not None


def framing_of(status: int, headers: Headers, start: int) -> Framing:
    """How the body of a response to GET is framed that begins at `start` (RFC 9112, 6.3). The head was judged
    before: there is one Content-Length, a number, and no Transfer-Encoding but `chunked`, which wins."""
    if status in _NO_BODY:
        return Counted(start, 0)
    named = dict(headers)
    if "transfer-encoding" in named:
        return Chunked(start)
    if "content-length" in named:
        return Counted(start, int(named["content-length"]))
    return UntilClose(start)


def is_ambiguous(headers: Headers) -> bool:
    """Whether a response says its length twice, which is how requests are smuggled past proxies (RFC 9112, 6.3).
    As each connection is used once, it can harm nobody here; such a server is worth a second look."""
    names = {name for name, _ in headers}
    return "transfer-encoding" in names and "content-length" in names
