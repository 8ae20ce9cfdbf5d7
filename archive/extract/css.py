"""Style sheets whose every address leads into the archive. Pure.

Tokens are those of CSS Syntax Level 3, section 4, as far as they decide what is an address: comments, strings, names
with their escapes, `url(`. Everything else is copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Placed = Callable[[str], str]
"""A URL as written -> where it leads now, "" where it shall lead nowhere."""

NOWHERE = "about:invalid"

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}+\s?|[^\n0-9a-fA-F])"
_STRING = r""""(?:[^"\\\n]|\\(?:\n|[^\n]))*+"?|'(?:[^'\\\n]|\\(?:\n|[^\n]))*+'?"""
_NAME = rf"@?(?:[-\w]++|[^\x00-\x7f]|{_ESCAPE})++"
_TOKEN = re.compile(
    rf"(?P<comment>/\*(?:[^*]|\*(?!/))*+(?:\*/)?)|(?P<string>{_STRING})|(?P<name>{_NAME})(?P<call>\()?|(?P<sign>[();{{])"
)
_BLANK = re.compile(r"\s*+")
_BARE = re.compile(rf"((?:[^\s\"'()\\]|{_ESCAPE})*+)\s*+(?:\)|\Z)")
_REST_OF_BAD = re.compile(r"(?:[^)\\]|\\.)*+\)?", re.DOTALL)
_ONE_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|([^\n]))")

_TAKE_STRINGS = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"}
)
"""Functions of which a string is an address."""


def rewrite_css(text: str, placed: Placed) -> str:
    """A style sheet, or the declarations of a `style` attribute; each address is replaced by what `placed` says."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return "".join(_Sheet(text, placed).pieces())


@dataclass(slots=True)
class _Sheet:
    text: str
    placed: Placed
    open: list[bool] = field(default_factory=list)
    """For each open parenthesis, whether strings in it are addresses."""
    importing: bool = False

    def pieces(self) -> list[str]:
        """The new sheet in pieces."""
        pieces, at = [], 0
        while found := _TOKEN.search(self.text, at):
            pieces.append(self.text[at : found.start()])
            new, at = self._token(found)
            pieces.append(new)
        pieces.append(self.text[at:])
        return pieces

    def _token(self, found: re.Match[str]) -> tuple[str, int]:
        """What stands in place of a token, and where the next begins."""
        if found["comment"] is not None:
            return "/**/", found.end()  # it may be all that parts two tokens
        if found["string"] is not None:
            return self._string(found[0]), found.end()
        if found["sign"] is not None:
            self._sign(found[0])
            return found[0], found.end()
        return self._name(found)

    def _string(self, token: str) -> str:
        if not (self.importing or (self.open and self.open[-1])):
            return token
        self.importing = False
        quote, end = token[0], -1 if len(token) > 1 and token[-1] == token[0] else None
        return _quoted(self._address(token[1:end]), quote)

    def _sign(self, sign: str) -> None:
        if sign == "(":
            self.open.append(False)
        elif sign == ")" and self.open:
            self.open.pop()
        elif sign in ";{":
            self.importing = False

    def _name(self, found: re.Match[str]) -> tuple[str, int]:
        name = unescaped(found["name"]).lower()
        if name == "@import":
            self.importing = True
        if found["call"] is None:
            return found[0], found.end()
        if name == "url":
            return self._url(found.end())
        self.open.append(name in _TAKE_STRINGS)
        return found[0], found.end()

    def _url(self, at: int) -> tuple[str, int]:
        """Behind `url(`: a string, with what may follow it, or a bare address (section 4.3.6)."""
        self.importing = False
        begin = _blank_end(self.text, at)
        if self.text[begin : begin + 1] in ('"', "'"):
            self.open.append(True)
            return "url(", begin
        if bare := _BARE.match(self.text, begin):
            return f"url({_quoted(self._address(bare[1]))})", bare.end()
        rest = _REST_OF_BAD.match(self.text, begin)
        assert rest is not None
        return f"url({_quoted(NOWHERE)})", rest.end()

    def _address(self, written: str) -> str:
        return self.placed(unescaped(written)) or NOWHERE


def _blank_end(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    assert blank is not None
    return blank.end()


def unescaped(written: str) -> str:
    """A name or a string without its escapes (section 4.3.7)."""
    return _ONE_ESCAPE.sub(_character, written) if "\\" in written else written


def _character(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[3] or ""
    code = int(escape[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _quoted(address: str, quote: str = '"') -> str:
    safe = re.sub(r"[\x00-\x1f\"'\\<>\x7f]", lambda sign: f"\\{ord(sign[0]):x} ", address)
    return f"{quote}{safe}{quote}"
