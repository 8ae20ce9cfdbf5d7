"""Whether the pattern of a rule matches a path, in time that grows with their lengths alone.

Escapes can be read in two ways, and both are asked. *As written* is how Google's parser, the reference for RFC 9309,
compares: `%7E` is not `~`. *Plain* is the letter of RFC 9309 (2.2.2): `%7E` is `~`, and in a query `%2F` is `/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_PLAIN_IN_QUERY = ":/?@'"
"""Reserved characters that part nothing inside a query (RFC 3986, 3.4); browsers escape the last one there."""
_NOT_IN_URLS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands between the asterisks of a pattern, in order; `to_end` where a `$` ends it."""

    pieces: tuple[str, ...]
    to_end: bool

    def matches(self, path: str) -> bool:
        """Whether the path begins with the pattern. The leftmost place for each piece leaves the most room for the
        next ones, so that no choice is ever taken back."""
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        at = len(first)
        if not others:
            return at == len(path) or not self.to_end
        last = others.pop() if self.to_end else ""
        for piece in others:
            at = path.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return len(path) - len(last) >= at and path.endswith(last)


def compiled(pattern: str, *, plain: bool) -> Pattern:
    """The pattern of a rule in one of the two readings; `pattern` has gone through `as_written`."""
    to_end = pattern.endswith("$")
    body = pattern[:-1] if to_end else pattern
    if plain:
        body = _plain(body).replace("$", "%24")
    first, *others = body.split("*")
    kept = [piece for piece in others if piece]
    if to_end and others and not others[-1]:
        kept.append("")  # an asterisk before the end matches anything up to it
    return Pattern((first, *kept), to_end)


def as_written(text: bytes) -> str:
    """A path or pattern in ASCII: other octets as escapes, and all escapes in upper case."""
    escaped = _NOT_ASCII.sub(lambda match: b"%%%02X" % ord(match[0]), text)
    return _ESCAPE.sub(lambda match: match[0].upper(), escaped.decode("ascii"))


def plain_path(path: str) -> str:
    """A path with its query, gone through `as_written`, in the other reading. What is special in patterns is
    an escape here (RFC 9309, 2.2.3)."""
    return _plain(path).replace("*", "%2A").replace("$", "%24")


def _plain(text: str) -> str:
    path, mark, query = text.partition("?")
    return _unescaped(path, _UNRESERVED) + mark + _unescaped(query, _UNRESERVED + _PLAIN_IN_QUERY)


def _unescaped(text: str, characters: str) -> str:
    """The escapes of these characters taken back, and those set that a URL has to have."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in characters else match[0]

    return _NOT_IN_URLS.sub(lambda match: f"%{ord(match[0]):02X}", _ESCAPE.sub(plain, text))
