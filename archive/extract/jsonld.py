"""JSON-LD of a page -> its nodes, and the one that describes the article.

schema.org in the wild: lists, `@graph`, articles inside `mainEntity`, references by `@id`, comments around
the JSON, raw line breaks inside strings, trailing commas, two objects in one script.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from archive.extract.text import clean, likeness

Node = dict[str, Any]

ARTICLE_TYPES = frozenset({
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "backgroundnewsarticle", "reviewnewsarticle", "askpublicnewsarticle", "advertisercontentarticle", "report",
    "liveblogposting", "socialmediaposting", "techarticle", "scholarlyarticle", "satiricalarticle", "review",
})  # fmt: skip
GALLERY_TYPES = frozenset({"imagegallery", "mediagallery", "videogallery"})
PAGE_TYPES = frozenset({"webpage", "itempage"})

_SAME_TITLE = 0.7  # likeness; the title of a page has the name of the site, too
_MAX_DEPTH = 8
_MAX_NODES = 5000
_MAX_VALUES = 1000  # in one script
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item")
_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[")
_CLOSINGS = ("-->", "//]]>", "// ]]>", "]]>", ";")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'([}\]"])(\s+)(")')
# What can still be read from JSON that is beyond repair: plain strings of the fields that matter.
_SALVAGE = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|inLanguage|description)"\s*:\s*"((?:[^"\\]|\\.){1,1000})"'
)
_TAG = re.compile(r"<[^<>]{0,200}>")


def read(scripts: Iterable[str]) -> list[Node]:
    """Every node of the given scripts, containers before what they contain; never raises."""
    roots = (root for script in scripts for root in _parse(script))
    return list(islice((node for root in roots for node in _walk(root, 0)), _MAX_NODES))


def article(nodes: list[Node], url: str, title: str) -> Node:
    """The node of the article of this page, an empty one where there is none.

    A page may describe others too (related stories, a list): the one with the page's address wins, then the
    one whose headline is nearest to the page's title, then the first. Where there is no article a gallery is one, or
    a video that has the title of the page.
    """
    candidates = [node for node in nodes if types(node) & ARTICLE_TYPES]
    candidates = candidates or [node for node in nodes if types(node) & GALLERY_TYPES]
    candidates = candidates or [
        node
        for node in nodes
        if "videoobject" in types(node) and _headline_likeness(node, title) >= _SAME_TITLE
    ]
    if not candidates:
        return {}
    return max(
        candidates, key=lambda node: (_has_address(node, url), _headline_likeness(node, title), len(node) > 3)
    )


def page(nodes: list[Node]) -> Node:
    """The node of the page itself, which some sites date instead of the article."""
    return next((node for node in nodes if types(node) & PAGE_TYPES), {})


def types(node: Node) -> frozenset[str]:
    """The schema.org types of a node in lower case, without the vocabulary's address."""
    return frozenset(name.rsplit("/", 1)[-1].lower() for name in strings(node.get("@type")))


def strings(value: object) -> list[str]:
    """The plain texts of a value: itself, its members, or the names of objects."""
    match value:
        case str():
            # Publishers escape JSON-LD as if it were HTML, once or twice.
            text = clean(_TAG.sub("", html.unescape(html.unescape(value))))
            return [text] if text else []
        case list():
            return [
                text for member in value[:200] if not isinstance(member, list) for text in strings(member)
            ]
        case dict():
            named = value.get("name") or value.get("@value") or value.get("url") or value.get("@id")
            return strings(named) if isinstance(named, str) else []
        case _:
            return []


def first(node: Node, *names: str) -> str:
    """The first text under any of these names, "" where there is none."""
    return next((text for name in names for text in strings(node.get(name))), "")


def by_id(nodes: list[Node]) -> dict[str, Node]:
    """Nodes by `@id`, the fullest of those that share one: others only refer to it."""
    found: dict[str, Node] = {}
    for node in nodes:
        identity = node.get("@id")
        if isinstance(identity, str) and len(node) > len(found.get(identity, {})):
            found[identity] = node
    return found


def _parse(script: str) -> list[object]:
    text = _unwrapped(script)
    repairs = (
        lambda t: t,
        lambda t: _TRAILING_COMMA.sub(r"\1", t),
        html.unescape,
        lambda t: _MISSING_COMMA.sub(r"\1,\2\3", _TRAILING_COMMA.sub(r"\1", t)),
    )
    for repair in repairs:
        try:
            return _values(repair(text))
        except (ValueError, RecursionError):
            continue
    salvaged: Node = dict(reversed(_SALVAGE.findall(text)))
    return [salvaged | {"@type": "Article"}] if "headline" in salvaged else []


def _unwrapped(text: str) -> str:
    """Without the comment and CDATA marks that hide a script from very old browsers."""
    text = text.strip()
    for opening in _OPENINGS:
        text = text.removeprefix(opening).lstrip()
    for closing in _CLOSINGS:
        text = text.removesuffix(closing).rstrip()
    return text


def _values(text: str) -> list[object]:
    """All JSON values that follow each other in a text; control characters in strings are accepted."""
    decoder, position = json.JSONDecoder(strict=False), 0
    found: list[object] = []
    text = text.strip()
    while position < len(text) and len(found) < _MAX_VALUES:
        value, position = decoder.raw_decode(text, position)
        found.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return found


def _walk(value: object, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _walk(member, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in _NESTED:
            yield from _walk(value.get(name), depth + 1)
        for other in value.values():  # authors and publishers are referred to by @id from elsewhere
            if isinstance(other, dict) and "@id" in other and len(other) > 1:
                yield other


def _has_address(node: Node, url: str) -> bool:
    wanted = url.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].rstrip("/")
    claimed = strings(node.get("url")) + strings(node.get("@id"))
    main = node.get("mainEntityOfPage")
    claimed += strings(main.get("@id")) if isinstance(main, dict) else strings(main)
    return any(claim.split("#")[0].split("?")[0].rstrip("/") == wanted for claim in claimed)


def _headline_likeness(node: Node, title: str) -> float:
    return round(likeness(first(node, "headline", "name"), title), 1)
