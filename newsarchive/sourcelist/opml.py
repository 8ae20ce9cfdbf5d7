"""OPML 1.0 and 2.0 (http://opml.org/spec2.opml): folders are collections, outlines with an address are sources.

No entity is expanded and nothing is fetched; a document that declares entities is refused.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.model import Source
from archive.store.transaction import SourceSettings
from archive.urls import identity
from newsarchive.sourcelist.lines import ListError, check_number, decoded, entry
from newsarchive.sources import ListedSource, Remark, SourceList, Word
from newsarchive.sources.words import check_collections

MAX_ELEMENTS = 100_000

_ERRORS_TOLD = 100
"""As many does libxml2 report."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_LONG = re.compile(rb"(?:\A|<)[^<]{100000}")
"""An element with more than that in it is no outline, but may take a hundred times its size in memory."""

_UNREADABLE = "\ufffd"


def read(data: bytes, *, today: date) -> SourceList:
    """The sources of an outline. One that stands in several folders is one source in several collections. What is
    broken is told with its line, and what can be made out beside it is read."""
    reading = _Reading(today)
    encoding = None
    if data.startswith(_UTF16):
        data, encoding = decoded(data).encode("utf-8", "replace"), "utf-8"
    elif b"\x00" in data:
        raise ListError("it is no text")
    if _LONG.search(data):
        raise ListError("it has an element of more than 100,000 characters")
    if data.count(b"&") <= MAX_ELEMENTS:
        data = _BARE_AMPERSAND.sub(b"&amp;", data)
    elements = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        encoding=encoding,
        remove_comments=True,
        remove_pis=True,
        recover=True,  # a mistake in one outline must not cost the others
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for number, (event, element) in enumerate(elements):
            reading.take(event, element, number)
    except etree.LxmlError as error:
        raise ListError(f"it is not OPML: {_sentence(error)}") from error
    return reading.result([Remark(error.line, _sentence(error.message)) for error in elements.error_log])


def write(sources: Iterable[Source]) -> str:
    """OPML 2.0 of names, addresses and collections; a source of several stands in the folder of each."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources"
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for source in sources:
        for collection in source.collections or ("",):
            folder = body
            if collection:
                folder = folders.setdefault(collection, etree.Element("outline", text=collection))
            etree.SubElement(folder, "outline", _attributes(source))
    body.extend(folders[name] for name in sorted(folders))
    return str(
        etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True).decode("utf-8")
    )


class _Reading:
    """Goes through the outlines, with the folders that are open around them."""

    def __init__(self, today: date) -> None:
        self._found_root = False
        self._today = today
        self._open: list[str] = []
        self._entries: dict[str, ListedSource] = {}
        self._problems: list[Remark] = []

    def take(self, event: str, element: Any, number: int) -> None:
        """The begin or the end of an element."""
        if number == 0:
            self._check_root(element)
        if number > 2 * MAX_ELEMENTS:
            raise ListError(f"it has more than {MAX_ELEMENTS:,} elements")
        check_number(len(self._entries) + len(self._problems))
        if event == "start":
            self._open.append(self._outline(element) if element.tag == "outline" else "")
        else:
            self._open.pop()
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def result(self, broken: list[Remark]) -> SourceList:
        """What was read, beside what the parser found broken. ListError where that leaves nothing."""
        if not self._found_root or (broken and not self._entries):
            raise ListError(f"it is not OPML: {broken[0].sentence}" if broken else "it is not OPML")
        if len(broken) >= _ERRORS_TOLD:
            self._problems.append(Remark(0, f"more is broken than these {len(broken)} places"))
        told = {problem.line for problem in self._problems}
        by_line = {problem.line: problem for problem in reversed(broken) if problem.line not in told}
        return SourceList(tuple(self._entries.values()), (*self._problems, *by_line.values()))

    def _check_root(self, root: Any) -> None:
        document_type = root.getroottree().docinfo.internalDTD
        if document_type is not None and any(True for _ in document_type.iterentities()):
            raise ListError("it declares entities, which a list of sources has no need of")
        if root.tag != "opml":
            raise ListError(f"it is not OPML but {str(root.tag)[:40]!r}; a feed is added by its address")
        self._found_root = True

    def _outline(self, outline: Any) -> str:
        """The name of a folder; "" for a source, which is taken."""
        said = {key: outline.get(key, "").strip() for key in ("xmlUrl", "htmlUrl", "title", "text", "type")}
        name = said["title"] or said["text"]
        url = said["xmlUrl"] or said["htmlUrl"]
        if not url:
            if said["type"]:
                self._problems.append(Remark(outline.sourceline, f"the outline {name!r} has no xmlUrl"))
            return "" if said["type"] else name
        try:
            self._add(outline.sourceline, url, name)
        except ValueError as error:
            self._problems.append(Remark(outline.sourceline, str(error)))
        return ""

    def _add(self, line: int, url: str, name: str) -> None:
        if _UNREADABLE in url + name:
            raise ValueError("this line cannot be decoded")
        words: dict[str, Word] = {"url": url, "collections": tuple(filter(None, self._open))}
        if name:
            words["name"] = name
        listed = entry(line, words, today=self._today)
        key = identity(listed.url)
        if known := self._entries.get(key):
            self._entries[key] = _in_both(known, listed)
            return
        self._entries[key] = listed


def _in_both(first: ListedSource, again: ListedSource) -> ListedSource:
    """The first with the collections of both."""
    both = (*first.said.settings["collections"], *again.said.settings["collections"])
    settings: SourceSettings = {**first.said.settings, "collections": check_collections(both)}
    return replace(first, said=replace(first.said, settings=settings))


def _attributes(source: Source) -> dict[str, str]:
    named = {"text": source.name, "title": source.name}
    if source.kind == "feed":
        return {**named, "type": "rss", "xmlUrl": source.url}
    return {**named, "type": "link", "htmlUrl": source.url}


def _sentence(said: object) -> str:
    """What the parser says, on one line and without the place, which is told before it."""
    text = " ".join(str(said).split())
    return re.sub(r", (?:line \d+, column \d+|try XML_|use XML_|see xml).*$", "", text).rstrip(".")[:200]
