"""What a page is made of besides its markup: style sheets, pictures, fonts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ada_url import URL

from archive.extract.css import rewrite_css
from archive.extract.page import Page, attribute

MOST_STYLES = 10
MOST_PICTURES = 30

PICTURES = frozenset((
    "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
    "image/x-icon", "image/vnd.microsoft.icon", "image/svg+xml",
))  # fmt: skip
FONTS = frozenset((
    "font/woff", "font/woff2", "font/ttf", "font/otf", "font/sfnt", "application/font-woff",
    "application/font-woff2", "application/x-font-ttf", "application/x-font-woff", "application/vnd.ms-fontobject",
))  # fmt: skip
STYLE = "text/css"
"""Media types of what can be part of a page; none of them is more than drawn."""

_LONGEST_SHEET = 1_000_000  # characters; what larger ones ask for is not looked for


def styles(page: Page) -> tuple[str, ...]:
    """The addresses of its style sheets, absolute."""
    sheets = (
        tag for tag in page.related if tag.tag == "link" and _is_sheet(attribute(tag, "rel").lower().split())
    )
    return _several(
        (page.absolute(attribute(tag, "href")) for tag in sheets if attribute(tag, "href")), MOST_STYLES
    )


def pictures(page: Page) -> tuple[str, ...]:
    """The addresses of the pictures that it shows, absolute: of several sizes of one, the address that every browser
    understands."""
    named = (attribute(tag, "src") or attribute(tag, "data-src") for tag in page.named("img"))
    return _several((page.absolute(address) for address in named if address), MOST_PICTURES)


def parts_of_sheet(sheet: str, url: str) -> tuple[str, ...]:
    """The addresses that a style sheet asks for, absolute."""
    found: list[str] = []

    def note(address: str) -> str:
        found.append(address)
        return address

    rewrite_css(sheet[:_LONGEST_SHEET], note)
    return _several((_joined(url, address) for address in found), MOST_PICTURES)


def _is_sheet(relations: list[str]) -> bool:
    return "stylesheet" in relations and "alternate" not in relations


def _joined(base: str, address: str) -> str:
    try:
        return URL(address, base).href
    except ValueError:
        return ""


def _several(addresses: Iterable[str], most: int) -> tuple[str, ...]:
    """Each once and without its fragment, at most so many."""
    found = (address.partition("#")[0] for address in addresses)
    web = dict.fromkeys(address for address in found if address.startswith(("http://", "https://")))
    return tuple(islice(web, most))
