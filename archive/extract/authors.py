"""Who wrote it?

Persons named by JSON-LD, then by meta tags, then by the first visible byline; organisations (agencies, the
newsroom, the site) only where no person is named. Dates, counts, sections and labels that stand in bylines
are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import Tag

from archive.extract import jsonld
from archive.extract.byline import Front, names_author
from archive.extract.datetext import is_month
from archive.extract.page import Page, attribute, visible_text
from archive.extract.text import clean, key, one_of

_META = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
    "citation_author", "article:author_name", "cxenseparse:author", "dcsext.author", "article.author", "creator",
    "og:article:author", "og:author", "twitter:data1", "rbauthors", "bt:author", "shareaholic:article_author_name",
)  # fmt: skip
_BY = one_of("""
    (?:written|posted|published|reported|story|words|text|article|reviewed|created|opinion|analysis|report|post|review)\\s+by
    by|von|par|por|di|door|av|af|oleh|autor(?:in|en)?|author(?:s|\\(s\\))?|text|reporter|redacción
    ein (?:artikel|beitrag|gastbeitrag|kommentar) von|geschrieben von
    a cura di|publié par|skrevet av|skriven av|автор|текст|写真|文|記者
""")
_LEAD = re.compile(rf"^{_BY}\b(?:\s*[:：.\-–|]+\s*|\s+)", re.IGNORECASE)
_LABEL = re.compile(r"(?:author|autor(?:in|en)?|auteur|written by|by|von|text)s?:?", re.IGNORECASE)
_BY_LATER = re.compile(
    r"(?:posted|published|written|veröffentlicht|publié|publicado)\b.{0,60}\s(?:by|von|par|por)\s(.{3,60})$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|/•·、\n]|\s[&+]\s|\s(?:and|und|et|y|e|og|och|en|ja|i|with|mit|и)\s)\s*", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s*(?:[-–—|,]\s*)?"
    + one_of(r"""
        (?:for|of|at|from|in|on)\s+the\s.*
        \b(?:staff|senior|chief|contributing|special|guest)\b.*
        \b(?:reporter|writer|editor|correspondent|columnist|redakteur(?:in)?)\b.*
        \(.*\)?|\d.*|@.*|<.*
    """)
    + "$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\d|@|admin|\b"
    + one_of("""
        ago|comments?|off|min|minutes?|read|updated?|published|posted|share|follow|view all|posts?
        more|home|contact|subscribe|login|sign|photos?|image|credit|uhr|kommentare?
        monday|tuesday|wednesday|thursday|friday|saturday|sunday
        january|february|april|june|july|august|september|october|november|december
        veröffentlicht|eingetragen|rechte|vorbehalten|getty|istockphoto|instagram|sponsored|exclusive|head|ceo|founder
        unknown|none|null|undefined|guest|user|article|facebook|twitter|e-?mail|click|copyright|by|the author|author
    """)
    + r"\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b"
    + one_of("""
        associated press|press|presse|reuters|afp|dpa|ap|upi|ani|pti|ians|sid|sda|efe|ansa|xinhua|bloomberg
        agency|agencies|agentur|agencias?|agence|agenzia|wire|bureau
        news|nachrichten|newsroom|redaktion|redazione|redacción|redaccion|redaction|rédaction|redactie|staff|desk|team
        editorial|editors?|correspondents?|reporters?|contributors?
        times|post|media|tribune|telegraph|gazette|journal|magazine|network|tv|radio|daily|web|online
        institute|university|inc|ltd|llc|gmbh|foundation|association|board|com|net|org
    """)
    + r"\b",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"https?:|www\.|\S@\S|^\S+\.\S+$")
_FAMILY_NAME_FIRST = re.compile(r"(\w[\w'’-]+), (\w[\w'’-]+)")
_INITIAL_LAST = re.compile(r"\b(?:\w|Jr|Sr)\.$")
_MAX_NAME, _MAX_WORDS, _MAX_AUTHORS = 60, 6, 20


def authors(page: Page, front: Front, hint: Iterable[str] = ()) -> tuple[str, ...]:
    """The authors in the order of the page, each once; `hint` are those of the feed."""
    groups = [
        _of_node(page),
        *([*page.meta.get(name, [])] for name in _META),
        *_visible(front),
        list(hint),
    ]
    organisations: list[str] = []
    for group in groups:
        names = [name for text in group for name in split(text)]
        persons = [name for name in names if not is_organisation(name, page)]
        if persons:
            return _distinct(persons)
        organisations = organisations or [name for name in names if _is_name(name)]
    return _distinct(organisations)


def split(text: str) -> list[str]:
    """The names in a byline: "By A. Author and B. Writer" is two."""
    text = _LEAD.sub("", clean(_PARENTHESIS.sub(" ", text)))
    if _ADDRESS.search(text):
        return []
    if turned := _FAMILY_NAME_FIRST.fullmatch(text):
        return [f"{turned[2]} {turned[1]}"]
    parts = [piece for part in _SPLIT.split(text) for piece in _at_commas(part)]
    names = (_LEAD.sub("", _TAIL.sub("", part)).strip(" ,;:-–—|") for part in parts)
    names = (name if _INITIAL_LAST.search(name) else name.rstrip(".") for name in names)
    return [name for name in names if _is_name(name)]


def is_organisation(name: str, page: Page) -> bool:
    """An agency, a newsroom or the site itself instead of a person."""
    words = key(name)
    joined = words.replace(" ", "")
    sites = {key(site) for site in page.site_names}
    return words in sites or joined == page.host_words or bool(_ORGANISATION.search(name))


def _at_commas(text: str) -> list[str]:
    return re.split(r"\s*,\s*(?!(?:jr|sr|md|m\.d|ph\.?d|esq|ii|iii)\b)", text, flags=re.IGNORECASE)


def _is_name(text: str) -> bool:
    if not 2 < len(text) <= _MAX_NAME or len(text.split()) > _MAX_WORDS or _NO_NAME.search(text):
        return False
    return any(c.isalpha() for c in text) and not is_month(text)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key(name), name)
    return tuple(found.values())[:_MAX_AUTHORS]


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
        if _LEAD.match(text) or _LABEL.fullmatch(label):
            yield [text]
        elif later := _BY_LATER.search(text):
            yield [later[1]]
    for group in front.authored:
        yield _texts(group[:1])


def _texts(tags: list[Tag]) -> list[str]:
    """What the elements say, without repeating what an inner one of them says."""
    outer = set(map(id, tags))
    innermost = [tag for tag in tags if not any(id(inner) in outer for inner in tag.find_all(True))]
    texts = []
    for tag in innermost:
        named = tag.find(True, {"itemprop": "name"})
        link = tag.find("a") if tag.name != "a" else None
        source = named or (link if isinstance(link, Tag) and names_author(link) else tag)
        texts.append(attribute(source, "content") or visible_text(source))
    return texts
