"""A page, parsed once: what every question about it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from archive.extract import jsonld
from archive.extract.text import clean

_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})
_DEEPEST = 256
_LONGEST_META = 2000  # characters; longer values are no metadata


@dataclass(frozen=True)
class Page:
    """The markup of one page. `url` is where it was found, for relative links; nothing here is changed."""

    url: str
    soup: BeautifulSoup

    @cached_property
    def tags(self) -> list[Tag]:
        """All elements in document order."""
        return list(self.soup.find_all(True))

    @cached_property
    def by_name(self) -> dict[str, list[Tag]]:
        """Elements in document order by their name."""
        found: dict[str, list[Tag]] = {}
        for tag in self.tags:
            found.setdefault(tag.name, []).append(tag)
        return found

    def named(self, *names: str) -> list[Tag]:
        """All elements of these names."""
        return [tag for name in names for tag in self.by_name.get(name, [])]

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of the `meta` elements by lower-case name or property; microdata as "itemprop:name"."""
        found: dict[str, list[str]] = {}
        for tag in self.named("meta"):
            content = clean(attribute(tag, "content") or attribute(tag, "value"))[:_LONGEST_META]
            for label in ("name", "property", "http-equiv"):
                if content and (name := attribute(tag, label).strip().lower()):
                    found.setdefault(name, []).append(content)
            for name in attribute(tag, "itemprop").lower().split():
                if content:
                    found.setdefault(f"itemprop:{name}", []).append(content)
        return found

    def meta_first(self, *names: str) -> str:
        """The first content under any of these names, in the order of the names."""
        return next((content for name in names for content in self.meta.get(name, [])), "")

    def items(self, name: str) -> list[str]:
        """What microdata says under a name of schema.org, in the order of the page."""
        tags = (tag for tag in self.tags if name.lower() in attribute(tag, "itemprop").lower().split())
        texts = (clean(attribute(tag, "content")) or visible_text(tag) for tag in tags)
        return [text for text in texts if text]

    @cached_property
    def nodes(self) -> list[jsonld.Node]:
        """All nodes of its JSON-LD."""
        scripts = (tag for tag in self.named("script") if "ld+json" in attribute(tag, "type").lower())
        return jsonld.read(script.string or script.get_text() for script in scripts)

    @cached_property
    def document_title(self) -> str:
        """The text of the `title` element in the head (inline drawings have elements of that name too)."""
        titles = (tag for tag in self.named("title") if tag.find_parent("svg") is None)
        return next((text for tag in titles if (text := clean(tag.get_text(" ")))), "")[:_LONGEST_META]

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
        return list(dict.fromkeys(names))

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
    """Parse decoded markup; broken markup is repaired as lxml does. A malformed `url` counts as none."""
    try:
        _ = urlsplit(url).port
    except ValueError:
        url = ""
    soup = BeautifulSoup(text, "lxml")
    _cut(soup)
    return Page(url, soup)


def _cut(soup: BeautifulSoup) -> None:
    """Empty what is nested deeper than any page that a person reads, so that climbing up stays cheap."""
    depth: dict[int, int] = {}
    deep: list[Tag] = []
    for tag in soup.find_all(True):
        parent = depth.get(id(tag.parent), 0)
        depth[id(tag)] = parent + 1
        if parent + 1 == _DEEPEST:
            deep.append(tag)
    for tag in deep:
        tag.clear()


def attribute(tag: Tag, name: str) -> str:
    """The value of an attribute as one string, "" where it is not set."""
    value = tag.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def hooks(tag: Tag) -> str:
    """What themes and scripts hold an element by: its classes and its id, in lower case."""
    return f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower()


def visible_text(tag: Tag, limit: int | None = None) -> str:
    """The text a reader sees in an element, on one line; "" where it is longer than `limit` characters."""
    pieces: list[str] = []
    length = 0
    for steps, part in enumerate(tag.descendants):
        if limit is not None and (length > limit or steps > 2 * limit):
            return ""
        if type(part) is not NavigableString or (part.parent is not None and part.parent.name in _HIDDEN):
            continue
        pieces.append(part)
        length += len(part.strip())
    text = clean(" ".join(pieces))
    return text if limit is None or len(text) <= limit else ""
