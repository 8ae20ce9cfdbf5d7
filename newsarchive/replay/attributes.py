"""Attributes of archived elements: what is kept of them, and where their addresses lead. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ada_url import URL

from archive.extract.css import rewrite_css

_NAME = re.compile(r"[a-z_][a-z0-9_]*(?:[-:.][a-z0-9_]+)*")
_OWN_DATA = re.compile(
    r"data:(?:image/(?!svg)[a-z0-9.+-]+|(?:application|font)/[a-z0-9.+-]*(?:font|woff|ttf|otf)[a-z0-9.+-]*)[;,]",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"data:image/svg\+xml[;,]", re.IGNORECASE)
_SPACES = " \t\n\f\r"

MAX_ADDRESSES = 20_000
"""Further ones of a page lead nowhere."""

_LINKS = ("a", "area")
_SHOWN = ("img", "source", "video", "audio", "track", "input", "image")
_PICTURES = ("image", "feimage", "use")
_TOLD_BY_META = ("viewport", "color-scheme", "theme-color")
_LAZY = ("data-src", "data-lazy-src", "data-original")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")

_DROPPED = frozenset((
    # Addresses that are no longer asked for, behaviour, and what would change how a part is asked for.
    "accesskey", "action", "archive", "attributionsrc", "autofocus", "autoplay", "blocking", "charset", "cite",
    "classid", "code", "codebase", "contenteditable", "crossorigin", "data", "download", "dynsrc",
    "fetchpriority", "formaction", "formenctype", "formmethod", "formtarget", "http-equiv", "imagesizes",
    "imagesrcset", "integrity", "is", "itemid", "itemtype", "longdesc", "lowsrc", "manifest", "method", "nonce",
    "ping", "preload", "profile", "referrerpolicy", "rel", "resource", "sandbox", "shadowrootmode", "srcdoc",
    "target", "vocab", "xml:base", "xmlns:xlink",
))  # fmt: skip
_ADDRESSES = frozenset({"src", "srcset", "href", "xlink:href", "poster", "background", "style"})
_PAINTED = frozenset((
    "fill", "stroke", "filter", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end",
    "cursor", "mask-image", "background-image",
))  # fmt: skip
"""Attributes of SVG whose value is that of a property of CSS."""


@dataclass(slots=True)
class Places:
    """Where the addresses of one page lead. `url` is where it was had from, `base` what its addresses are relative
    to; `part` and `page` tell where an absolute URL is served as a part of a page and as a page."""

    url: str
    part: Callable[[str], str]
    page: Callable[[str], str]
    base: str = ""
    asked: int = 0
    _has_base: bool = False

    def __post_init__(self) -> None:
        self.base = self.url

    def set_base(self, href: str) -> None:
        """What a `base` element says; only the first counts (HTML, 4.2.3)."""
        absolute = self.absolute(href) if not self._has_base else None
        if absolute is not None:
            self.base, self._has_base = absolute.href, True

    def part_at(self, href: str) -> str:
        """Of a picture, a style sheet, a font: where it is served; a picture that stands in the address stays, ""
        for what is not shown."""
        href = href.strip(_SPACES)
        if href.startswith("#") or _OWN_DATA.match(href) or _PICTURE.match(href):
            return href
        absolute = self.absolute(href)
        return self.part(absolute.href) if absolute is not None else ""

    def page_at(self, href: str) -> str:
        """Of a link: where the page is shown; a place on the same page stays; "" for what is no page."""
        absolute = self.absolute(href)
        if absolute is None:
            return ""
        fragment = absolute.hash
        del absolute.hash
        if fragment and absolute.href == self.url:
            return fragment
        return self.page(absolute.href) + fragment

    def absolute(self, href: str) -> URL | None:
        """The address on the web, None where it says nothing or leads elsewhere."""
        self.asked += 1
        if self.asked > MAX_ADDRESSES or not href.strip(_SPACES):
            return None
        try:
            absolute = URL(href, self.base)
        except ValueError:
            return None
        if absolute.protocol not in ("http:", "https:"):
            return None
        absolute.username = absolute.password = ""
        return absolute


class Rewriter:
    """Rewrites the attributes of one element, `tag` by name."""

    def __init__(self, places: Places, tag: str) -> None:
        self._places = places
        self._tag = tag

    def attributes(self, said: dict[str, str]) -> dict[str, str] | None:
        """What the element keeps; None where the element itself is dropped."""
        said = {name.lower(): value for name, value in said.items()}
        if self._tag == "meta":
            told = said.get("name", "").lower() in _TOLD_BY_META
            return {"name": said["name"], "content": said.get("content", "")} if told else None
        if self._tag == "link":
            return self._sheet(said)
        if self._tag == "style" and said.get("type", "text/css").strip().lower() not in ("", "text/css"):
            return None
        kept = {name: value for name, value in said.items() if _is_plain(name)}
        kept = {name: self._painted(value) if name in _PAINTED else value for name, value in kept.items()}
        return kept | self._addresses(said)

    def _sheet(self, said: dict[str, str]) -> dict[str, str] | None:
        relations = said.get("rel", "").lower().split()
        if "stylesheet" not in relations or "alternate" in relations:
            return None
        if said.get("type", "").partition(";")[0].strip().lower() not in ("", "text/css"):
            return None
        place = self._places.part_at(said.get("href", ""))
        if not place.startswith("/"):
            return None
        return {"rel": "stylesheet", "href": place, "media": said.get("media", "all")}

    def _addresses(self, said: dict[str, str]) -> dict[str, str]:
        """The attributes that hold addresses, rewritten; those that would lead nowhere are left out."""
        found = self._sources(said) if self._tag in _SHOWN else {}
        found |= self._link(said)
        if self._tag == "video":
            found["poster"] = self._places.part_at(said.get("poster", ""))
        if "background" in said:
            found["background"] = self._places.part_at(said["background"])
        if "style" in said:
            found["style"] = self._painted(said["style"])
        return {name: value for name, value in found.items() if value}

    def _sources(self, said: dict[str, str]) -> dict[str, str]:
        """Pictures that a script would have loaded later are there at once: no script runs."""
        source, candidates = said.get("src", ""), said.get("srcset", "")
        if self._tag == "img" and (not source or source.lstrip().lower().startswith("data:")):
            source = next((said[name] for name in _LAZY if said.get(name)), source)
        if self._tag in ("img", "source") and not candidates:
            candidates = next((said[name] for name in _LAZY_SETS if said.get(name)), "")
        return {"src": self._places.part_at(source), "srcset": self._set(candidates)}

    def _link(self, said: dict[str, str]) -> dict[str, str]:
        href = said.get("href", said.get("xlink:href", ""))
        if self._tag in _LINKS:
            place = self._places.page_at(href)
            return {"href": place, "target": "" if place.startswith("#") else "_top" if place else ""}
        if self._tag in _PICTURES:
            return {"href": self._places.part_at(href)}
        return {"href": href if href.startswith("#") else ""}

    def _painted(self, value: str) -> str:
        return rewrite_css(value, self._places.part_at)

    def _set(self, candidates: str) -> str:
        """`srcset` (HTML, 4.8.4.2.1): addresses with what tells them apart, parted by commas."""
        kept = []
        for url, descriptor in srcset(candidates):
            if place := self._places.part_at(url):
                kept.append(f"{place} {descriptor}".rstrip())
        return ", ".join(kept)


def srcset(text: str) -> list[tuple[str, str]]:
    """The (address, descriptor) of each candidate."""
    found, at = [], 0
    while url := re.compile(r"[\s,]*([^\s]+)").match(text, at):
        at, address = url.end(), url[1]
        descriptor = ""
        if address.endswith(","):
            address = address.rstrip(",")
        else:
            rest = re.compile(r"[^,(]*(?:\([^)]*\)?[^,(]*)*").match(text, at)
            assert rest is not None
            descriptor, at = rest[0].strip(), rest.end()
        if address:
            found.append((address, " ".join(descriptor.split())))
    return found


def _is_plain(name: str) -> bool:
    """Whether an attribute is kept as it is."""
    return (
        _NAME.fullmatch(name) is not None
        and not name.startswith("on")
        and name not in _DROPPED
        and name not in _ADDRESSES
    )
