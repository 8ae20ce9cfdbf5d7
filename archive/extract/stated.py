"""What metadata says of who made an article: JSON-LD and meta tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from archive.extract import jsonld, names
from archive.extract.evidence import CONFIDENCE
from archive.extract.names import Named
from archive.extract.organisations import is_abbreviation, is_agency, is_personal
from archive.extract.page import Page, attribute
from archive.model import CreditRole, EvidenceSource

_META = (
    "author", "itemprop:author", "byl", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc.creator.author", "citation_author", "article:author_name", "cxenseparse:author",
    "article.author", "creator", "og:article:author", "og:author", "author_name", "authors", "rnews:author", "cre",
    "dc.contributor",
)  # fmt: skip
_META_OF_ACCOUNT = ("shareaholic:article_author_name", "sailthru.contributor")
# What a theme shows beside a shared link: the account that entered the article, often not who wrote it.
_CARD = re.compile(
    r"written|author|by\b|verfasst|geschrieben|autor|écrit|escrit|scritto|geschreven|skriv|автор|作者|執筆",
    re.IGNORECASE,
)
_ROLES: tuple[tuple[str, CreditRole], ...] = (
    ("editor", "editor"), ("translator", "translator"), ("contributor", "contributor"),
    ("reviewedBy", "contributor"), ("photographer", "photo"),
)  # fmt: skip
_OF_ARTICLE = frozenset(
    {
        "discussionforumposting",
        "webpage",
        "creativework",
        "podcastepisode",
        "videoobject",
        "recipe",
        "imagegallery",
        "mediagallery",
    }
)
_IN_SCRIPT = re.compile(
    r'\\?"(?:authors?|author_?names?|byline|writer)\\?"\s*:\s*\[?\s*'
    r'(?:\{[^{}\[\]]{0,200}?\\?"(?:full_?name|display_?name|name)\\?"\s*:\s*)?\\?"([^"\\{}\[\]]{3,80})\\?"',
    re.IGNORECASE,
)
_WEAK = 0.45
_LONGEST_ORGANISATION = 80
_MOST = 60  # names in one place; a longer list is no byline


@dataclass(frozen=True, slots=True)
class Statement:
    """Names that stand together in one place. What is `weak` may be about something else: it does not speak against
    a newsroom that is named elsewhere. `organisation` is what the place itself says of them, None for nothing."""

    source: EvidenceSource
    where: str
    confidence: float
    found: tuple[Named, ...]
    weak: bool = False
    organisation: bool | None = None


def stated(page: Page) -> Iterator[Statement]:
    """What JSON-LD and meta tags say, in the order in which they count."""
    yield from _of_node(page, page.article, CONFIDENCE["json-ld"])
    for name in _META:
        yield _statement("meta", f"meta {name}", page.meta.get(name, []))


def accounts(page: Page) -> Iterator[Statement]:
    """The accounts that entered the article: who wrote it only where nothing else is said."""
    if not page.article:
        for node in page.nodes:
            if jsonld.types(node) & _OF_ARTICLE:
                yield from _of_node(page, node, 0.6)
    for number in (1, 2):
        if _CARD.search(page.meta_first(f"twitter:label{number}")):
            yield _statement(
                "meta", f"meta twitter:data{number}", page.meta.get(f"twitter:data{number}", []), _WEAK
            )
    yield Statement("script", "data for scripts", _WEAK, _in_scripts(page), weak=True)
    for name in _META_OF_ACCOUNT:
        yield _statement("meta", f"meta {name}", page.meta.get(name, []), _WEAK)


def read(texts: Iterable[str], role: CreditRole | None = None) -> tuple[Named, ...]:
    """The names in some texts; `role` is what they are named for where no word before them says it."""
    found = [one for text in islice(texts, _MOST) for one in names.read(text)][:_MOST]
    persons = [one for one in found if not names.is_job(one.name)] or found
    return tuple(Named(one.name, one.role or role) for one in persons)


def read_shown(texts: Iterable[str]) -> tuple[Named, ...]:
    """The names in texts of a byline: what follows the first name of a person is a name, too, or is left out."""
    found = read(texts)
    if not found or not is_personal(found[0].name):
        return found
    return tuple(
        one for one in found if is_personal(one.name) or is_agency(one.name) or is_abbreviation(one.name)
    )


def _in_scripts(page: Page) -> tuple[Named, ...]:
    """Who the data that the page hands to its own scripts calls the author, where all of it calls one: data about
    other stories stands beside it."""
    scripts = (tag for tag in page.named("script") if "ld+json" not in attribute(tag, "type"))
    values = dict.fromkeys(found[1] for tag in scripts for found in _IN_SCRIPT.finditer(tag.text or ""))
    return read(values) if len(values) == 1 else ()


def _statement(
    source: EvidenceSource, where: str, texts: list[str], confidence: float | None = None
) -> Statement:
    worth = CONFIDENCE[source] if confidence is None else confidence
    return Statement(source, where, worth, read(texts), weak=worth <= _WEAK)


def _of_node(page: Page, node: jsonld.Node, confidence: float) -> Iterator[Statement]:
    """What a node says under `author` and its like: first the persons, then the organisations."""
    persons: list[str] = []
    others: list[str] = []
    for full in _members(page, node.get("author") or node.get("creator")):
        (others if _is_organisation(full) else persons).extend(_names(full))
    yield Statement("json-ld", "JSON-LD author", confidence, read(persons))
    whole = tuple(Named(name, None) for name in others[:_MOST] if 1 < len(name) <= _LONGEST_ORGANISATION)
    yield Statement("json-ld", "JSON-LD author (organisation)", confidence, whole, organisation=True)
    for name, role in _ROLES:
        texts = [text for full in _members(page, node.get(name)) for text in _names(full)]
        yield Statement("json-ld", f"JSON-LD {name}", confidence, read(texts, role))


def _members(page: Page, value: object) -> list[object]:
    """The members of a value, each whole where it only refers to a node by `@id`."""
    known = jsonld.by_id(page.nodes)
    members = value[:_MOST] if isinstance(value, list) else [value]
    return [known.get(str(one.get("@id")), one) if isinstance(one, dict) else one for one in members]


def _is_organisation(member: object) -> bool:
    return isinstance(member, dict) and "organization" in " ".join(jsonld.types(member))


def _names(member: object) -> list[str]:
    if not isinstance(member, dict):
        return jsonld.strings(member)
    parts = [jsonld.first(member, "givenName"), jsonld.first(member, "familyName")]
    return jsonld.strings(member.get("name")) or [" ".join(part for part in parts if part)]
