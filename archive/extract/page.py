"""A page, parsed once: what every question about it starts from."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from archive.extract import jsonld
from archive.extract.bounds import DEEPEST
from archive.extract.text import clean

Element: TypeAlias = Any
"""An element of lxml, which ships no types. Two of one document are the same where they are identical."""

HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "rt", "rp"})
_WITH_HOOKS = etree.XPath("descendant-or-self::*[@class or @id]")
_WITH_ITEMPROP = etree.XPath("descendant-or-self::*[@itemprop]")
_WITH_PROPERTY = etree.XPath("descendant-or-self::*[@property]")
_WITH_REL = etree.XPath("descendant-or-self::*[@rel]")
_ENTRY = re.compile(r"h-?entry")
_EMPTY = re.compile(rb"<(?:html|head|body)\b[^<>]{0,2000}/>", re.IGNORECASE)
_ENTRIES = {"hentry", "h-entry"}
_MOST_META = 1000
_PARSELY = {
    "title": "parsely-title", "link": "parsely-link", "image_url": "parsely-image-url", "tags": "parsely-tags",
    "pub_date": "parsely-pub-date", "section": "parsely-section",
    "author": "parsely-author", "authors": "parsely-author",
}  # fmt: skip
_LONGEST_META = 2000  # characters; longer values are no metadata
_MOST_SITE_NAMES = 20
_LONGEST_HOOKS = 1000
_NO_CHARACTER = re.compile(
    "&#(?:0{0,20}(?:[0-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])(?![0-9])"
    "|x0{0,20}(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""References to control characters and the like, of which XML, and so trafilatura, knows none: one lost the page."""


@dataclass(frozen=True)
class Page:
    """The markup of one page. `url` is where it was found, for relative links; nothing here is changed.

    `text` is what the tree was parsed from; comments and processing instructions are not in the tree. `tags` are
    all elements in document order. They live as long as the page: lxml makes an element anew once nobody holds it,
    and it would be another one then.
    """

    url: str
    text: str
    root: Element
    tags: list[Element]

    @cached_property
    def by_name(self) -> dict[str, list[Element]]:
        """Elements in document order by their name."""
        found: dict[str, list[Element]] = {}
        for tag in self.tags:
            found.setdefault(tag.tag, []).append(tag)
        return found

    def named(self, *names: str) -> list[Element]:
        """All elements of these names."""
        return [tag for name in names for tag in self.by_name.get(name, [])]

    @cached_property
    def _hooked(self) -> list[tuple[Element, str]]:
        return [(tag, hooks(tag)) for tag in _WITH_HOOKS(self.root)]

    @cached_property
    def _of_pattern(self) -> dict[re.Pattern[str], list[Element]]:
        return {}

    def hooked(self, pattern: re.Pattern[str]) -> list[Element]:
        """Elements in document order in whose classes and id a pattern is found; each spelling is looked at once."""
        if pattern not in self._of_pattern:
            meant = {
                held_by for held_by in {held_by for _, held_by in self._hooked} if pattern.search(held_by)
            }
            self._of_pattern[pattern] = [tag for tag, held_by in self._hooked if held_by in meant]
        return self._of_pattern[pattern]

    @cached_property
    def described(self) -> list[tuple[Element, str]]:
        """Elements that microdata names, in document order, with the names as they are written."""
        return [(tag, attribute(tag, "itemprop")) for tag in _WITH_ITEMPROP(self.root)]

    @cached_property
    def properties(self) -> list[tuple[Element, str]]:
        """Elements that RDFa names, in document order, with the names as they are written."""
        return [(tag, attribute(tag, "property")) for tag in _WITH_PROPERTY(self.root)]

    @cached_property
    def entries(self) -> list[Element]:
        """The entries that microformats name (hAtom, h-entry), in document order."""
        return [tag for tag in self.hooked(_ENTRY) if _ENTRIES & set(attribute(tag, "class").split())]

    @cached_property
    def related(self) -> list[Element]:
        """Elements that say how the page is related to what they link to (`rel`), in document order."""
        return list(_WITH_REL(self.root))

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of the `meta` elements by lower-case name or property; microdata as "itemprop:name"."""
        found: dict[str, list[str]] = {}
        for tag in self.named("meta")[:_MOST_META]:
            content = clean(attribute(tag, "content") or attribute(tag, "value"))[:_LONGEST_META]
            for label in ("name", "property", "http-equiv"):
                if content and (name := attribute(tag, label).strip().lower()):
                    found.setdefault(name, []).append(content)
            for name in attribute(tag, "itemprop").lower().split():
                if content:
                    found.setdefault(f"itemprop:{name}", []).append(content)
        for content in found.get("parsely-page", [])[:1]:
            for name, value in _parsely(content):
                found.setdefault(name, []).append(value)
        return found

    def meta_first(self, *names: str) -> str:
        """The first content under any of these names, in the order of the names."""
        return next((content for name in names for content in self.meta.get(name, [])), "")

    def items(self, name: str) -> list[str]:
        """What microdata says under a name of schema.org, in the order of the page."""
        tags = (tag for tag, names in self.described if name.lower() in names.lower().split())
        texts = (clean(attribute(tag, "content")) or visible_text(tag) for tag in tags)
        return [text for text in texts if text]

    @cached_property
    def nodes(self) -> list[jsonld.Node]:
        """All nodes of its JSON-LD."""
        scripts = (tag for tag in self.named("script") if "ld+json" in attribute(tag, "type").lower())
        return jsonld.read("".join(script.itertext()) for script in scripts)

    @cached_property
    def document_title(self) -> str:
        """The text of the `title` element in the head (inline drawings have elements of that name too)."""
        titles = (tag for tag in self.named("title") if not is_inside(tag, {"svg"}))
        return next((text for tag in titles if (text := clean(" ".join(tag.itertext())))), "")[:_LONGEST_META]

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the article, empty where there is none."""
        return jsonld.article(self.nodes, self.url, self.meta_first("og:title") or self.document_title)

    @cached_property
    def site_names(self) -> list[str]:
        """What the site calls itself."""
        publisher = self.article.get("publisher")
        sites = [node for node in self.nodes if "website" in jsonld.types(node)]
        names = [
            *self.meta.get("og:site_name", []),
            *jsonld.strings(publisher),
            *(name for site in sites for name in jsonld.strings(site.get("name"))),
            *self.meta.get("application-name", []),
        ]
        return list(dict.fromkeys(names))[:_MOST_SITE_NAMES]

    @cached_property
    def host_words(self) -> str:
        """The registered part of the host in one word: `example` of `www.example.co.uk`."""
        labels = [part for part in (urlsplit(self.url).hostname or "").split(".") if part != "www"]
        return max(labels[:-1], key=len, default="")

    def absolute(self, reference: str) -> str:
        """An absolute http(s) address, "" for everything else."""
        try:
            address = urljoin(self.url, reference.strip())
            parts = urlsplit(address)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            return ""
        return address if usable and " " not in address else ""


def parse(text: str, url: str) -> Page:
    """Parse decoded markup; broken markup is repaired as lxml does. A malformed `url` counts as none.

    What is nested deeper than DEEPEST is left out: climbing up from it has to stay cheap.
    """
    try:
        _ = urlsplit(url).port
    except ValueError:
        url = ""
    text = _NO_CHARACTER.sub("", text)
    markup = text.encode("utf-8", "replace")
    root, ended_early = _tree(markup, deep=False)
    if ended_early:  # where it becomes too deep, and all that follows is lost
        root, _ = _tree(markup, deep=True)
        _cut(root)
        text = etree.tostring(root, encoding="unicode", method="html")
    return Page(url, text, root, list(root.iter()))


def _tree(markup: bytes, *, deep: bool) -> tuple[Element, bool]:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=deep
    )
    try:
        root = etree.fromstring(_EMPTY.sub(_open, markup), parser)
    except etree.XMLSyntaxError:
        root = None
    ended_early = parser.error_log.last_error is not None and any(
        error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log
    )
    return (etree.Element("html") if root is None else root), ended_early


def _open(tag: re.Match[bytes]) -> bytes:
    """A tag of the whole page is never empty, whatever it says (HTML standard, 13.2.6.4.7): lxml would believe it."""
    return tag[0][:-2] + b">"


def _cut(root: Element) -> None:
    depth: dict[Element, int] = {}
    deep: list[Element] = []
    for tag in root.iter():
        depth[tag] = below = depth.get(tag.getparent(), 0) + 1
        if below == DEEPEST:
            deep.append(tag)
    for tag in deep:
        for inner in list(tag):
            tag.remove(inner)
        tag.text = None


def _parsely(content: str) -> Iterator[tuple[str, str]]:
    """What Parse.ly's one meta element of JSON says, under the names of its separate ones."""
    with suppress(ValueError, RecursionError):
        told = json.loads(html.unescape(content))
        for key, name in _PARSELY.items():
            value = told.get(key) if isinstance(told, dict) else None
            for one in value[:_MOST_META] if isinstance(value, list) else [value]:
                if isinstance(one, str) and (text := clean(one)):
                    yield name, text[:_LONGEST_META]


def attribute(tag: Element, name: str) -> str:
    """The value of an attribute, "" where it is not set."""
    value: str | None = tag.get(name)
    return value or ""


def hooks(tag: Element) -> str:
    """What themes and scripts hold an element by: its classes and its id, in lower case."""
    return f"{attribute(tag, 'class')} {attribute(tag, 'id')}"[:_LONGEST_HOOKS].lower()


def is_inside(tag: Element, names: Iterable[str]) -> bool:
    """Does an element of one of these names hold this one?"""
    return next(tag.iterancestors(*names), None) is not None


def shown(tag: Element) -> Iterator[tuple[str, Element]]:
    """The strings that a reader sees in an element, each with the element that it stands in; a line break is one,
    too."""
    walk = etree.iterwalk(tag, events=("start", "end"))
    for event, part in walk:
        if event == "start":
            if part.tag in HIDDEN:
                walk.skip_subtree()
            elif part.tag == "br":
                yield "\n", part
            elif part.text:
                yield part.text, part
        elif part is not tag and part.tail:
            yield part.tail, part.getparent()


def shown_after(tag: Element) -> Iterator[tuple[str, Element]]:
    """The strings that a reader sees after an element, each with the element that it stands in."""
    while (holder := tag.getparent()) is not None:
        if tag.tail:
            yield tag.tail, holder
        following = tag.getnext()
        if following is not None:
            yield from shown(following)
        tag = holder if following is None else following


def visible_text(tag: Element, limit: int | None = None) -> str:
    """The text a reader sees in an element, on one line; "" where it is longer than `limit` characters."""
    if limit is None:
        return clean(" ".join(text for text, _ in shown(tag)))
    if any(steps > 2 * limit for steps, _ in enumerate(tag.iter())):
        return ""
    pieces: list[str] = []
    length = 0
    for text, _ in shown(tag):
        pieces.append(text)
        length += len(text.strip())
        if length > limit:
            return ""
    found = clean(" ".join(pieces))
    return found if len(found) <= limit else ""
