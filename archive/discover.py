"""Where a home page or a section page leads: its feeds, and the links that look like articles. Pure.

What an article's address looks like differs from site to site, so that several weak signs are added up: a date
or a number in the path, a slug of several words, a headline's place on the page, a long link text. A link that
turns out to lead to another list costs one visit; an article that is missed is missed for good, so that the
threshold is low.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from archive.model import Link
from archive.urls import fetch_form, identity, same_site

MAX_BYTES = 5 << 20
MAX_LINKS = 1000

_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
}
_FEED_PATH = re.compile(r"/(rss|atom|feed|feeds)(\.(xml|rdf|json))?/?$|\.(rss|atom)$", re.IGNORECASE)
_COMMENT_FEED = re.compile(r"comments?/feed|/feed/comments?|comments?[-_.](rss|atom)", re.IGNORECASE)

_FILE = re.compile(
    r"\.(jpe?g|png|gif|webp|svg|ico|pdf|docx?|xlsx?|pptx?|zip|gz|mp3|mp4|m4a|mov|avi|webm|css|js|json|xml|rss|atom|"
    r"epub|ics|txt)$",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"/(tags?|topics?|themen?|category|categories|kategorie|authors?|autor(en)?|profile|users?|search|suche|login|"
    r"log-in|sign-?in|sign-?up|register|account|subscribe|subscriptions?|abo|newsletters?|about(-us)?|contact(-us)?|"
    r"kontakt|impressum|imprint|privacy(-policy)?|datenschutz|terms([-/].*)?|cookies?(-policy)?|legal|jobs|careers|"
    r"advertis\w*|shop|help|faq|rss|feeds?|page|wp-admin|wp-login\.php|wp-json|cart|archives?|share|print|"
    r"comments?)(/|$)",
    re.IGNORECASE,
)
_DATE_PATH = re.compile(r"/(19|20)\d\d[/-]?(0?[1-9]|1[0-2])([/-]?(0?[1-9]|[12]\d|3[01]))?([/-]|$)")
_ONLY_DATE = re.compile(r"/(19|20)\d\d(/\d{1,2}){0,2}/?$")
_NUMBER = re.compile(r"\d{4,}")
_ARTICLE_PATH = re.compile(r"/(articles?|story|stories|artikel|nota|noticia|beitrag)/", re.IGNORECASE)
_POST_QUERY = re.compile(r"(^|&)(p|id|article|story|aid|artid|newsid)=\d+(&|$)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4")
_AROUND = ("nav", "header", "footer", "aside", "form")
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page leads to, in the order of the page, each address once."""

    feeds: tuple[Link, ...] = ()
    articles: tuple[Link, ...] = ()


def discover(body: bytes, *, url: str, content_type: str = "") -> Discovery:
    """Read a page. `content_type` is the header of its response, for the charset. Never raises for any bytes."""
    charset = re.search(r"charset=[\"']?([\w.:-]+)", content_type)
    soup = BeautifulSoup(body[:MAX_BYTES], "lxml", from_encoding=charset[1] if charset else None)
    base = _base(soup, url)
    return Discovery(
        feeds=_once(_feeds(soup, base), except_for=url),
        articles=_once(_articles(soup, base, url), except_for=url),
    )


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.find("base", href=True)
    return _target(tag, url) or url if isinstance(tag, Tag) else url


def _feeds(soup: BeautifulSoup, base: str) -> Iterator[Link]:
    for tag in soup.find_all("link", href=True):
        is_feed = str(tag.get("type", "")).partition(";")[0].strip().lower() in _FEED_TYPES
        if is_feed and "alternate" in _words(tag, "rel"):
            yield from _feed(tag, base, str(tag.get("title", "")))
    for tag in soup.find_all("a", href=True):
        if _FEED_PATH.search(_path(str(tag["href"]))):
            yield from _feed(tag, base, tag.get_text(" ", strip=True))


def _feed(tag: Tag, base: str, title: str) -> Iterator[Link]:
    target = _target(tag, base)
    if target and same_site(target, base) and not _COMMENT_FEED.search(target):
        yield Link(target, role="feed", title=title)


def _articles(soup: BeautifulSoup, base: str, url: str) -> Iterator[Link]:
    for tag in soup.find_all("a", href=True):
        target = _target(tag, base)
        if (
            target
            and same_site(target, url)
            and _is_candidate(target)
            and "nofollow" not in _words(tag, "rel")
        ):
            text = tag.get_text(" ", strip=True)
            if _address_score(target) + _place_score(tag, text) >= _ENOUGH:
                yield Link(target)


def _is_candidate(target: str) -> bool:
    path = _path(target)
    if _FILE.search(path) or _NEVER.search(path) or _ONLY_DATE.search(path):
        return False
    return path.strip("/") != "" or _POST_QUERY.search(urlsplit(target).query) is not None


def _address_score(target: str) -> int:
    """How much the address looks like an article's."""
    parts = urlsplit(target)
    last = parts.path.rstrip("/").rpartition("/")[2]
    words = [word for word in re.split(r"[-_]", last.rpartition(".")[0] or last) if word]
    score = 0
    if _DATE_PATH.search(parts.path) or _ARTICLE_PATH.search(parts.path):
        score += 1
    if len(words) >= 3:
        score += 2 if len(words) >= 4 else 1
    if _NUMBER.search(last):
        score += 1
    if _POST_QUERY.search(parts.query):
        score += 2
    return score


def _place_score(tag: Tag, text: str) -> int:
    """How much the link stands where headlines stand."""
    score = 0
    around = {parent.name for parent in tag.parents}
    if around.intersection(_HEADINGS) or tag.find(_HEADINGS) is not None:
        score += 1
    if "article" in around or "main" in around:
        score += 1
    if len(text.split()) >= 4:
        score += 1
    return score - (2 if around.intersection(_AROUND) and not around.intersection(_HEADINGS) else 0)


def _target(tag: Tag, base: str) -> str | None:
    try:
        return fetch_form(str(tag["href"]), base)
    except ValueError:
        return None


def _once(links: Iterator[Link], *, except_for: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    own = identity(except_for)
    for link in links:
        key = identity(link.url)
        if key != own:
            found.setdefault(key, link)
        if len(found) == MAX_LINKS:
            break
    return tuple(found.values())


def _words(tag: Tag, attribute: str) -> list[str]:
    value = tag.get(attribute, "")
    return value.split() if isinstance(value, str) else [str(item) for item in value or ()]


def _path(url: str) -> str:
    """The path of a URL, "" where it is too broken to have one."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
