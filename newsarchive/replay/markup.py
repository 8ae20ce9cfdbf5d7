"""Markup in which nothing runs and every address leads into the archive. Pure.

One pass: lxml reads, and what it tells is written anew at once, without a tree. Only what is written here reaches
a browser, so that it does not matter whether two parsers agree on what somebody wrote; text is escaped, names are
plain, and no element whose content a browser takes raw is ever written but `style`. The policy of the response
forbids scripts and other origins once more; what no policy forbids (`dns-prefetch`, `preconnect`, `refresh`) is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract.bounds import MAX_SIGNS, bounded
from archive.extract.css import rewrite_css
from newsarchive.replay.attributes import MAX_ADDRESSES, Places, Rewriter

DEEPEST = 500
"""Elements nested deeper are not written, their text is. Chromium itself makes siblings of them from 512 on."""

_STOP_DEEPER = 5_000  # closing a tag looks through all that are open
_CHUNK = 1 << 16
_DOCTYPE = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*){0,5}(<!doctype\s+html[\w\s\"'/.:+-]{0,200}>)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"[a-z][a-z0-9]*(?:[-_.:][a-z0-9]+)*")
_OPENS_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")

_VOID = frozenset(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_GONE = frozenset((
    # Neither they nor what is in them are written: it runs, loads, or is not what a reader saw.
    "script", "template", "animate", "animatemotion", "animatetransform", "set", "discard", "mpath", "param",
    "base", "bgsound", "iframe", "noembed", "noframes", "frame", "keygen", "portal", "fencedframe", "basefont",
))  # fmt: skip
_BARE = frozenset(["noscript", "object", "embed", "applet", "frameset"])
"""Only what is in them is written: what is for readers without scripts or plug-ins is for readers of the archive."""
_RAW = {"xmp": "pre", "plaintext": "pre"}
_FOREIGN = ("svg", "math")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A page as it is served. `cut` says that only its beginning is in it."""

    html: str
    title: str
    cut: bool


def rewrite_page(text: str, url: str, *, part: Callable[[str], str], page: Callable[[str], str]) -> Rewritten:
    """A page that was had from `url`. `part` tells where an absolute URL of something that belongs into a page is
    served, `page` where a page is."""
    target = _Target(Places(url, part, page))
    parser = etree.HTMLParser(target=target, huge_tree=True)
    shortened = bounded(text)
    read = 0
    while read < len(shortened) and not target.too_deep:
        parser.feed(shortened[read : read + _CHUNK])
        read += _CHUNK
    if not read:
        return Rewritten("", "", cut=False)
    parser.close()
    doctype = _DOCTYPE.match(text[:10_000])
    html = (doctype[1] if doctype else "") + "".join(target.written)
    cut = target.too_deep or text.count("<") > MAX_SIGNS or target.places.asked > MAX_ADDRESSES
    return Rewritten(html, " ".join("".join(target.title).split())[:300], cut)


@dataclass(slots=True)
class _Target:
    """What lxml tells (a parser target), written anew."""

    places: Places
    written: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    too_deep: bool = False
    _open: list[tuple[str, str]] = field(default_factory=list)
    """The elements that are open: their names as read, and as written ("" where they are not)."""
    _muted: int = 0
    """How many of them have no content that is written."""
    _style: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.too_deep = len(self._open) > _STOP_DEEPER
        name = self._name(tag)
        if not self._muted:
            if tag in ("iframe", "frame"):
                self._frame(attributes)
            elif tag == "base":
                self.places.set_base(attributes.get("href", ""))
            elif name:
                name = self._begin(name, attributes)
        self._muted += tag in _GONE or tag == "style"
        self._open.append((tag, name))

    def _name(self, tag: str) -> str:
        """As which element it is written, "" as none."""
        if self._muted or tag in _GONE or tag in _BARE or len(self._open) > DEEPEST:
            return ""
        return _RAW.get(tag, tag if _TAG.fullmatch(tag) else "")

    def _begin(self, name: str, attributes: dict[str, str]) -> str:
        kept = Rewriter(self.places, name).attributes(attributes)
        if kept is None:
            return ""
        said = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
        self.written.append(f"<{name}{said}>")
        return name if name not in _VOID else ""

    def _frame(self, attributes: dict[str, str]) -> None:
        """A page in the page is not shown in it; a link leads to it."""
        page = self.places.absolute(attributes.get("src", ""))
        if page is not None:
            shown, place = escape(page.href[:200]), self.places.page_at(page.href)
            style = "display:inline-block;padding:.5em .8em;border:1px dashed;font:14px/1.4 sans-serif"
            self.written.append(
                f'<a href="{escape(place)}" target="_top" style="{style}">Page within this page: {shown}</a>'
            )

    def end(self, tag: str) -> None:
        """An element ends, and all in it that are still open."""
        if not any(known == tag for known, _ in reversed(self._open)):
            return
        closed = ""
        while closed != tag:
            closed, name = self._open.pop()
            self._close(closed, name)

    def _close(self, tag: str, name: str) -> None:
        if tag in _GONE or tag == "style":
            self._muted -= 1
        if tag == "style" and name:
            self.written.append(self._sheet())
        if name:
            self.written.append(f"</{name}>")

    def _sheet(self) -> str:
        """A sheet for an element whose content is raw, but in SVG is markup: it reads the same as both."""
        sheet = _OPENS_MARKUP.sub(r"\\3c ", rewrite_css("".join(self._style), self.places.part_at))
        self._style.clear()
        foreign = any(tag in _FOREIGN for tag, _ in self._open)
        return sheet.replace("&", "\\26 ") if foreign else sheet

    def data(self, text: str) -> None:
        """Characters."""
        tag, name = self._open[-1] if self._open else ("", "")
        if tag == "style" and name:
            self._style.append(text)
        elif not self._muted:
            self.written.append(escape(text, quote=False))
            if tag == "title" and not self._is_in_picture():
                self.title.append(text)

    def _is_in_picture(self) -> bool:
        return any(tag in _FOREIGN for tag, _ in self._open)

    def comment(self, text: str) -> None:
        """Nobody sees it, and it may be read as markup."""

    def pi(self, target: str, data: str | None = None) -> None:
        """As little as a comment."""

    def close(self) -> None:
        """All was told."""
        for tag, name in reversed(self._open):
            self._close(tag, name)
        self._open.clear()
