"""The links of a page and where on it they stand, in one pass over its markup. No tree is built: a page of a million
tags, or of tags a million deep, costs no more than its length.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message

from bs4.dammit import EncodingDetector
from lxml import etree  # type: ignore[import-untyped]  # it ships no types

MAX_LINKS = 10_000
"""Links of either kind that are looked at."""

_LONGEST_TEXT = 2000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg"})
_PERIPHERY = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|footer|social|share)(?:$|[-_\s])",
    re.IGNORECASE,
)
_NO_TEXT = frozenset({"utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"})
"""Codecs that no page is written in. UTF-7 can smuggle markup through every check and no browser reads it."""


@dataclass(slots=True)
class Anchor:
    """A link as it stands on the page. `text` is that of its heading where it holds one; the others tell where it
    stands: in or around a heading, in what the page marks as content, in its periphery, in a header."""

    href: str
    rel: str
    title: str
    media_type: str = ""
    heading: bool = False
    content: bool = False
    periphery: bool = False
    header: bool = False
    text: str = ""


@dataclass(slots=True)
class PageLinks:
    """The links of a page: `declared` in its head, `anchors` in its text; `base` is that of <base>, "" without.
    `marks_content` tells that the page says where its content is."""

    base: str = ""
    declared: list[Anchor] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    marks_content: bool = False


def read_links(body: bytes, *, content_type: str = "") -> PageLinks:
    """The links of a page, whatever it is. `content_type` is the header."""
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    text = _decoded(body, content_type).replace("\0", "")
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        pass  # an empty page, or one too deep to go on: what came before it is read
    return reader.links


class _Reader:
    """Takes what the parser finds, in the order of the page."""

    def __init__(self) -> None:
        self.links = PageLinks()
        self._open: list[tuple[str, tuple[str, ...]]] = []
        """The elements that are open, with the kinds of place that each is."""
        self._depth: dict[str, int] = {}
        """How many open elements there are of each name, and of each kind of place."""
        self._anchor: Anchor | None = None
        self._text: list[str] = []
        self._heading_text: list[str] = []
        self._in_own_heading = False
        """Whether a heading is open that the link holds."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._add(" ")
        if tag == "a":
            self._begin(attributes)
        elif tag == "link":
            self._declare(attributes)
        elif tag == "base":
            self.links.base = self.links.base or attributes.get("href", "").strip()
        if tag in _VOID:
            return
        kinds = self._kinds(tag, attributes)
        self._open.append((tag, kinds))
        for kind in (tag, *kinds):
            self._depth[kind] = self._depth.get(kind, 0) + 1
        if self._anchor is not None and tag in _HEADINGS:
            self._anchor.heading = self._anchor.content = True
            self._in_own_heading = not self._heading_text

    def end(self, tag: str) -> None:
        """An element ends, and with it those in it that were never closed."""
        self._add(" ")
        if tag == "a":
            self._finish()
        while self._depth.get(tag, 0) and self._open:
            name, kinds = self._open.pop()
            for kind in (name, *kinds):
                self._depth[kind] -= 1
            if name in _HEADINGS:
                self._in_own_heading = False
            if name == tag:
                return

    def data(self, text: str) -> None:
        """Text of the page."""
        if self._anchor is not None and not self._in(*_UNSEEN):
            self._add(text[:_LONGEST_TEXT])

    def close(self) -> PageLinks:
        """The page ends."""
        self._finish()
        return self.links

    def _add(self, text: str) -> None:
        if self._anchor is not None:
            self._text.append(text)
            if self._in_own_heading:
                self._heading_text.append(text)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._finish()  # no link holds another
        if "href" not in attributes or len(self.links.anchors) >= MAX_LINKS:
            return
        heading = self._in(*_HEADINGS)
        self._anchor = _anchor(attributes)
        self._anchor.heading = heading
        self._anchor.content = heading or self._in("#content")
        self._anchor.periphery = self._in("#periphery")
        self._anchor.header = self._in("header")

    def _finish(self) -> None:
        if self._anchor is not None:
            text = "".join(self._heading_text).strip() or "".join(self._text)
            self._anchor.text = " ".join(text[: 2 * _LONGEST_TEXT].split())
            self.links.anchors.append(self._anchor)
        self._anchor = None
        self._text, self._heading_text = [], []
        self._in_own_heading = False

    def _declare(self, attributes: Mapping[str, str]) -> None:
        if "href" in attributes and len(self.links.declared) < MAX_LINKS:
            self.links.declared.append(_anchor(attributes))

    def _kinds(self, tag: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
        role = attributes.get("role", "").strip().lower()
        if tag in ("article", "main") or role == "main":
            self.links.marks_content = True
            return ("#content",)
        if tag == "footer" or role == "contentinfo":
            # The footer of a teaser holds its "read more", not the small print of the site.
            return () if tag == "footer" and self._in("article") else ("#periphery",)
        if tag == "nav" or role == "navigation":
            return ("#periphery",)
        if tag in ("html", "body"):
            return ()  # themes put every word they have into the classes of these
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        return ("#periphery",) if len(names) > 2 and _PERIPHERY.search(names) else ()

    def _in(self, *kinds: str) -> bool:
        return any(self._depth.get(kind) for kind in kinds)


def _anchor(attributes: Mapping[str, str]) -> Anchor:
    return Anchor(
        href=attributes["href"].strip(),
        rel=attributes.get("rel", "").lower(),
        title=attributes.get("title", ""),
        media_type=attributes.get("type", "").partition(";")[0].strip().lower(),
    )


def _decoded(body: bytes, content_type: str) -> str:
    """The page as text: its byte order mark decides, then whether it is UTF-8, which no other text is by chance, then
    the header, then what the page says of itself."""
    data, marked = EncodingDetector.strip_byte_order_mark(body)
    named = (marked, _charset(content_type), EncodingDetector.find_declared_encoding(data, is_html=True))
    encoding = next((known for name in named if name and (known := _codec(name))), "cp1252")
    if marked or encoding.startswith("iso2022"):
        return data.decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)  # which may end within a character
    except UnicodeDecodeError:
        return data.decode("utf-8" if encoding.startswith("utf-16") else encoding, "replace")


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    return header.get_content_charset()


def _codec(name: str) -> str | None:
    """The codec of text that a name means, None where there is none."""
    try:
        codec = codecs.lookup(name).name
        b" ".decode(codec, "replace")
    except (LookupError, ValueError):
        return None
    # What calls itself Latin-1 or ASCII is Windows-1252 (WHATWG Encoding Standard).
    return (
        {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(codec, codec)
        if codec.replace("-", "_") not in _NO_TEXT
        else None
    )
