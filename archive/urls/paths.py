"""What the segments of a path say: a view of the page before them, an error page, a section, an article."""

from __future__ import annotations

import re

from ada_url import URL

_INDEX = re.compile(r"(?:index|default|home)(?:\.\w+)?")
_VIEW = re.compile(r"(?:amp|print|mobile|m|full|single|page|comments|share|\d{1,3}|index\.\w+)")
_NOT_A_PAGE = re.compile(
    r"(?:undefined|null|none|error|errors|page-?not-?found|not-?found|40[0-9]|50[0-9]|log-?in|sign-?in|sign-?up|register"
    r"|account|consent|cookie-?consent|cookie-?wall|captcha|access-?denied|subscribe|paywall)(?:\.\w+)?"
)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}(?![0-9a-z])")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_TELLING = re.compile(r"[\d_%-]")


def segments(url: URL) -> list[str]:
    """The segments of a path in lower case, without a last one that only says index.html."""
    path = [segment for segment in url.pathname.lower().split("/") if segment]
    return path[:-1] if path and _INDEX.fullmatch(path[-1]) else path


def are_views(path: list[str]) -> bool:
    """Whether these segments only choose another view of the page before them."""
    return all(_VIEW.fullmatch(segment) for segment in path)


def is_no_page(path: list[str]) -> bool:
    """Whether a path leads to an error page, or to a door in front of all pages."""
    return bool(path) and _NOT_A_PAGE.fullmatch(path[-1]) is not None


def language(path: list[str]) -> str:
    """The language or edition that a path begins with, "" where it begins with none."""
    return path[0] if path and _LANGUAGE.fullmatch(path[0]) else ""


def numbers(text: str) -> set[str]:
    """The numbers in a path that are long enough to be an article's; a date in eight digits is none."""
    return set(_NUMBER.findall(text.lower()))


def name(path: list[str]) -> str:
    """The last segment without its extension, "" for a home page."""
    return _EXTENSION.sub("", path[-1]) if path else ""


def is_telling(segment: str) -> bool:
    """Whether a segment looks like the name of an article, of several words or with a number; not of a section."""
    return _TELLING.search(segment) is not None
