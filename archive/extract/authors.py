"""Who wrote it?

Persons named by JSON-LD, then by meta tags, then by the first visible byline; organisations (agencies, the
newsroom, the site) only where no person is named. Dates, counts, sections and labels that stand in bylines
are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from archive.extract import jsonld, names
from archive.extract.byline import Front, names_author
from archive.extract.page import Element, Page, attribute, visible_text
from archive.extract.text import key, one_of

_META = (
    "author", "itemprop:author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "citation_author", "article:author_name", "cxenseparse:author", "article.author", "creator",
    "og:article:author", "og:author", "twitter:data1", "shareaholic:article_author_name",
)  # fmt: skip
_LABEL = re.compile(r"(?:author|autor(?:in|en)?|auteur|written by|by|von|text)s?:?", re.IGNORECASE)
_BY_LATER = re.compile(
    r"(?:posted|published|written|veröffentlicht|publié|publicado)\b.{0,60}\s(?:by|von|par|por)\s(.{3,60})$",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b"
    + one_of("""
        associated press|press|presse|reuters|afp|dpa|ap|upi|ani|pti|ians|sid|sda|efe|ansa|xinhua
        agency|agencies|agentur|agencias?|agence|agenzia|wire|bureau
        news|nachrichten|newsroom|redaktion|redazione|redacción|redaccion|redaction|rédaction|redactie|staff|desk|team
        editorial|editors?|correspondents?|reporters?|contributors?
        times|post|media|tribune|telegraph|gazette|journal|magazine|network|tv|radio|daily|web|online
        institute|university|inc|ltd|llc|gmbh|foundation|association|board|com|net|org
    """)
    + r"\b",
    re.IGNORECASE,
)
_MAX_AUTHORS = 20


def authors(page: Page, front: Front, hint: Iterable[str] = (), ruled: Iterable[str] = ()) -> tuple[str, ...]:
    """The authors in the order of the page, each once; `hint` are those of the feed, `ruled` the texts that a person
    said are the byline."""
    if by_rule := [name for text in ruled for name in names.split(text)]:
        return _distinct([name for name in by_rule if not is_organisation(name, page)] or by_rule)
    stated = (page.meta.get(name, []) for name in _META)
    groups = chain([_of_node(page)], stated, _visible(front), [list(hint)])
    organisations: list[str] = []
    for group in groups:
        found = [name for text in group for name in names.split(text)]
        persons = [name for name in found if not is_organisation(name, page)]
        if persons:
            return _distinct(persons)
        organisations = organisations or found
    return _distinct(organisations)


def is_organisation(name: str, page: Page) -> bool:
    """An agency, a newsroom or the site itself instead of a person."""
    words = key(name)
    joined = words.replace(" ", "")
    sites = {key(site) for site in page.site_names}
    return words in sites or joined == page.host_words or bool(_ORGANISATION.search(name))


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    by_key: dict[str, str] = {}
    for name in found:
        by_key.setdefault(key(name), name)
    return tuple(by_key.values())[:_MAX_AUTHORS]


def _of_node(page: Page) -> list[str]:
    """Names under `author` of the article's node; persons before organisations."""
    known = jsonld.by_id(page.nodes)
    value = page.article.get("author") or page.article.get("creator")
    members = value if isinstance(value, list) else [value]
    persons: list[str] = []
    others: list[str] = []
    for member in members:
        full = known.get(str(member.get("@id")), member) if isinstance(member, dict) else member
        is_other = isinstance(full, dict) and "organization" in " ".join(jsonld.types(full))
        named = _names(full) if isinstance(full, dict) else jsonld.strings(full)
        (others if is_other else persons).extend(named)
    return persons or others


def _names(node: jsonld.Node) -> list[str]:
    whole = jsonld.strings(node.get("name"))
    parts = [jsonld.first(node, "givenName"), jsonld.first(node, "familyName")]
    return whole or [" ".join(part for part in parts if part)]


def _visible(front: Front) -> Iterator[list[str]]:
    """Texts of bylines: marked elements near the headline, lines that begin with "By", marked ones anywhere."""
    for group in front.authored:
        yield _texts(front.near(group))
    texts = [line.text for line in front.lines]
    for label, text in zip(["", *texts], texts, strict=False):
        if names.is_led(text) or _LABEL.fullmatch(label):
            yield [text]
        elif later := _BY_LATER.search(text):
            yield [later[1]]
    for group in front.authored:
        yield _texts(group[:1])


def _texts(tags: list[Element]) -> list[str]:
    """What the elements say, without repeating what an inner one of them says."""
    outer: set[Element] = set()
    for tag in tags:
        for holder in tag.iterancestors():
            if holder in outer:
                break
            outer.add(holder)
    texts = []
    for tag in (tag for tag in tags if tag not in outer):
        named = tag.find(".//*[@itemprop='name']")
        link = tag.find(".//a") if tag.tag != "a" else None
        source = tag
        if named is not None:
            source = named
        elif link is not None and names_author(link):
            source = link
        texts.append(attribute(source, "content") or visible_text(source))
    return texts
