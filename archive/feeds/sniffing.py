"""What a body is: by what it holds, and only then by what the server calls it."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from archive.feeds.unpacking import inflate, is_gzip

BodyKind = Literal["feed", "sitemap", "page", "other"]

_HEAD = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_TAG = re.compile(r"<(?:[\w.-]+:)?([a-z][\w.-]*)", re.IGNORECASE)
_RSS_IN_RDF = re.compile(r"purl\.org/rss/|my\.netscape\.com/rdf/", re.IGNORECASE)
_JSON_FEED = re.compile(
    rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/', re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_HTML_TAGS = frozenset((
    "html", "head", "body", "title", "meta", "link", "script", "style", "noscript", "base", "div",
    "main", "header", "nav", "section", "article", "p", "span", "a", "img", "table", "center", "font",
    "h1", "h2", "ul", "ol", "form", "iframe",
))  # fmt: skip
_KIND_OF_ROOT: dict[str, BodyKind] = {
    "rss": "feed", "feed": "feed", "urlset": "sitemap", "sitemapindex": "sitemap",
}  # fmt: skip
_KIND_OF_TYPE: dict[str, BodyKind] = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/feed+json": "feed",
    "text/html": "page",
    "application/xhtml+xml": "page",
}


def sniff(body: bytes, media_type: str) -> BodyKind:
    """What a body is, by its root element, its gzip contents or its JSON keys, else by its media type.

    A page is HTML; "other" is everything that holds no links for us, such as images, PDF and other XML.
    """
    if is_gzip(body):
        kind = _by_content(inflate(body, _HEAD), "text/plain")
        return kind if kind in ("feed", "sitemap") else "other"
    media_type = media_type.partition(";")[0].strip().lower()
    return _by_content(body, media_type) or _KIND_OF_TYPE.get(media_type, "other")


def _by_content(body: bytes, media_type: str) -> BodyKind | None:
    head = _decoded(body[:_HEAD]).lstrip()
    if head.startswith("{"):
        return "feed" if _JSON_FEED.search(body) else None
    if head.startswith("<"):
        return _by_root(head)
    return "sitemap" if media_type in ("text/plain", "") and _is_list_of_addresses(head) else None


def _decoded(head: bytes) -> str:
    """The head as text in which markup can be found; other characters do not matter here."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head.decode(encoding, "replace").removeprefix("\ufeff")
    return head.decode("latin-1")


def _by_root(text: str) -> BodyKind | None:
    start, is_html = _skip_prologue(text)
    tag = _TAG.match(text, start)
    if is_html:
        return "page"
    if tag is None:
        return None
    name = tag[1].lower()
    if name == "rdf":
        return "feed" if _RSS_IN_RDF.search(text) else "other"
    if name in _HTML_TAGS:
        return "page"
    return _KIND_OF_ROOT.get(name)


def _skip_prologue(text: str) -> tuple[int, bool]:
    """Where the first element stands after comments, instructions and the doctype; and whether that is HTML's."""
    at, is_html = 0, False
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif text.startswith("<?", at):
            end = text.find(">", at)
        elif text[at : at + 9].lower() == "<!doctype":
            is_html = text[at + 9 : at + 30].split()[:1] in (["html"], ["HTML"], ["html>"], ["HTML>"])
            end = _end_of_doctype(text, at)
        else:
            return at, is_html
        if end < 0:
            return len(text), is_html
        at = text.index(">", end) + 1


def _end_of_doctype(text: str, at: int) -> int:
    """The doctype's `>`, or the `]` of its internal subset, which holds others; -1 where it is cut."""
    end, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < end:
        closed = re.compile(r"\]\s*>").search(text, subset)
        return closed.start() if closed else -1
    return end


def _is_list_of_addresses(text: str) -> bool:
    """Whether text is a sitemap of one address a line (sitemaps.org); a cut last line may be anything."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:20]
    return bool(lines) and all(_ADDRESS.fullmatch(line) for line in lines)
