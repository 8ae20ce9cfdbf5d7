"""What the addresses of one source look like, learned from the pages that were read: which forms are articles'.

A template is an address with its numbers, dates and names taken out: `/news/{year}/{n}/{slug}.html`. What a feed or
a sitemap names is an article whatever its address; this is for links that a page merely holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from archive.urls import identity

ENOUGH_ARTICLES = 20
"""From so many articles on, a form that they have says article."""

MANY_ARTICLES = 50
"""From so many articles on, a form that none of them has may say that a page is none."""

ENOUGH_OTHERS = 5
MANY_OTHERS = 20
"""How often such a form was no article; the second holds where only a fixed word tells it from articles' forms."""

_SEEN = 3
_MOSTLY = 0.9

_EXTENSION = re.compile(r"\.([a-z]{2,5})$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d[-_.]?(?:0?[1-9]|1[0-2])[-_.]?(?:0?[1-9]|[12]\d|3[01])")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_ID_LAST = re.compile(r"\d{4,}$")
_ID_FIRST = re.compile(r"^\d{4,}")
_FIXED = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)?")
_LONGEST_FIXED = 24
_LONG_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Patterns:
    """How often each template was an article's, and how often another page's, in the pages of one source.

    `known` counts the articles, `shapes` are the templates of these without their fixed words.
    """

    articles: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    known: int = 0
    shapes: frozenset[str] = frozenset()

    @classmethod
    def learn(cls, articles: Iterable[str], others: Iterable[str]) -> Patterns:
        """From the addresses of pages that were articles, and of those that were read and were none. An address in
        both is an article's."""
        known = set(map(identity, articles))
        forms = _counted(known)
        shapes = frozenset(map(_shape, forms))
        return cls(forms, _counted(set(map(identity, others)) - known), len(known), shapes)

    def verdict(self, url: str) -> bool | None:
        """Whether a URL is an article's by what is known of others like it; None where too little is."""
        form = template(url)
        as_article, as_other = self.articles.get(form, 0), self.others.get(form, 0)
        if as_article:
            is_sure = as_article >= max(_SEEN, _MOSTLY * (as_article + as_other))
            return True if is_sure and self.known >= ENOUGH_ARTICLES else None
        enough = MANY_OTHERS if _shape(form) in self.shapes else ENOUGH_OTHERS
        return False if self.known >= MANY_ARTICLES and as_other >= enough else None


def template(url: str) -> str:
    """The form of an address within its site: fixed words stay, what differs from page to page is named by its kind.

    >>> template("https://a.com/news/2026/05/04/tea-at-noon.html?id=7")
    '/news/{year}/{n}/{n}/{slug}.html?id={n}'
    """
    parts = urlsplit(identity(url))
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    path = "".join(f"/{_kind(segment, is_last=False)}" for segment in segments[:-1])
    last = f"/{_kind(segments[-1], is_last=True)}" if segments else "/"
    names = sorted({part.partition("=")[0] for part in parts.query.split("&") if part})
    values = dict(part.partition("=")[::2] for part in parts.query.split("&") if part)
    query = "&".join(f"{name}={_value(values[name])}" for name in names)
    return f"{path}{last}{'?' + query if query else ''}"


def _counted(urls: Iterable[str]) -> dict[str, int]:
    return dict(Counter(map(template, urls)))


def _shape(form: str) -> str:
    """A template without its fixed words."""
    return re.sub(r"(?<=/)[^/{}?]+(?=/)", "{fixed}", form)


def _kind(segment: str, *, is_last: bool) -> str:
    extension = ""
    if is_last and (match := _EXTENSION.search(segment)):
        segment, extension = segment[: match.start()], match[0].lower()
    if kind := _kind_of_number(segment):
        return kind + extension
    words = len(_WORD.findall(segment))
    if not is_last and _FIXED.fullmatch(segment) and len(segment) <= _LONGEST_FIXED:
        return segment.lower()
    before = "{id}-" if _ID_FIRST.search(segment) else ""
    after = "-{id}" if _ID_LAST.search(segment) else ""
    name = "{slug}" if words > 1 else "{word}" if words else "{x}"
    return f"{before}{name}{after}{extension}"


def _kind_of_number(segment: str) -> str:
    if _YEAR.fullmatch(segment):
        return "{year}"
    if _DATE.fullmatch(segment):
        return "{date}"
    if _NUMBER.fullmatch(segment):
        return "{n}" if len(segment) < _LONG_NUMBER else "{id}"
    return "{hex}" if _HEX.fullmatch(segment) else ""


def _value(value: str) -> str:
    return "{n}" if _NUMBER.fullmatch(value) else "{x}"
