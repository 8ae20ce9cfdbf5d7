"""What all kinds of feeds share: plain text, names and addresses of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from archive.model import Link
from archive.urls import fetch_form, identity

_LONGEST = 2000
"""Characters of a title or a byline that are looked at; the rest cannot be meant."""

_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:br|p|div|li)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\u200b\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""No width, a changed direction for what follows, or no character at all."""

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)

_EMAIL = r"(?:mailto:)?[^\s<>()]+@[^\s<>()]+"
_EMAIL_AND_NAME = re.compile(rf"{_EMAIL}\s*\((.+)\)")
_NAME_AND_EMAIL = re.compile(rf"(.+?)\s*[<(]\s*{_EMAIL}\s*[>)]")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:;|,?\s+(?:and|&)\s)\s*")


def plain_text(text: str, *, markup: bool = True) -> str:
    """One line without tags, control characters or invisible ones; with `markup` its entities are read too."""
    text = _without_tags(text[:_LONGEST])
    if markup:
        text = _without_tags(unescape(text))  # a title that was escaped twice shows its tags only now
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", text)).split())


def language_tag(text: str) -> str:
    """The primary tag of BCP 47 text, "en" of "en-GB"; "" where it is none."""
    match = _LANGUAGE.fullmatch(text.strip())
    return match[1].lower() if match else ""


def author_names(bylines: Iterable[str]) -> tuple[str, ...]:
    """The people in the author fields of an entry, each once; an e-mail address is no name."""
    names = (name for line in bylines for name in _names(plain_text(line)))
    return tuple(dict.fromkeys(name for name in names if name))


def fetchable(href: str, base: str) -> str | None:
    """The address in the form it is fetched in, None where it cannot be fetched."""
    if not href.strip():
        return None  # resolved, it would be the feed itself
    try:
        return fetch_form(href, base)
    except ValueError:
        return None


def distinct(links: Iterable[Link]) -> Iterator[Link]:
    """The links in their order, each page once."""
    seen: set[str] = set()
    for link in links:
        page = identity(link.url)
        if page not in seen:
            seen.add(page)
            yield link


def entry_ids(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Of (URL, id) those whose id says more than the URL does: ids that two entries share are none."""
    urls: dict[str, str] = {}
    shared: set[str] = set()
    for url, identifier in pairs:
        name = " ".join(identifier[:_LONGEST].split())
        if name and name != url and urls.setdefault(name, url) != url:
            shared.add(name)
    return tuple((url, name) for name, url in urls.items() if name not in shared)


def _without_tags(text: str) -> str:
    return _TAG.sub("", _BLOCK.sub(" ", _UNSEEN.sub(" ", text)))


def _names(byline: str) -> list[str]:
    """The names in one byline: RSS wants "address (name)", others write "name <address>" or several names."""
    byline = _BY.sub("", byline, count=1) if _BY.match(byline) else byline
    if match := _EMAIL_AND_NAME.fullmatch(byline) or _NAME_AND_EMAIL.fullmatch(byline):
        byline = match[1].strip()
    if re.fullmatch(_EMAIL, byline):
        return []
    parts = _JOINT.split(byline)
    if len(parts) > 1:  # with an "and" its commas are those of a list
        parts = [name for part in parts for name in part.split(",")]
    parts = [part.strip() for part in parts if part.strip()]
    # "Health and Safety Executive" is one author: a name has a given name and a family name
    return parts if all(" " in part for part in parts) else [byline]
