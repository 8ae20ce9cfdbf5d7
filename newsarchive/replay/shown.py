"""A capture as a document that a browser may be given. Pure but for the cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Literal

from archive.extract.css import rewrite_css
from archive.extract.decode import MAX_CHARACTERS, decode
from archive.extract.parts import FONTS, PICTURES, STYLE
from newsarchive.replay.addresses import PREFIX, memento_path, timestamp
from newsarchive.replay.attributes import Places
from newsarchive.replay.kept import Kept
from newsarchive.replay.markup import rewrite_page

Kind = Literal["page", "picture", "text", "file"]

_HTML = ("text/html", "application/xhtml+xml")
_TEXTS = ("application/json", "application/xml", "application/javascript")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"),
    (b"wOF2", "font/woff2"), (b"wOFF", "font/woff"),
)  # fmt: skip
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")
_CUT = "The page is larger than is shown here: only its beginning is."
_CACHED = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a capture: a document of ours (HTML, but plain text for a "text"), the title that the page
    has ("" for none), and why something is missing ("" where nothing is)."""

    kind: Kind
    document: str
    title: str
    notice: str


def media_type_of(kept: Kept) -> str:
    """The type that was said; where none was, the one that the first bytes have. Nothing else is guessed."""
    if kept.media_type not in _UNSAID:
        return kept.media_type
    start = kept.body[:1000].lstrip()
    if kept.media_type == "" and start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "text/html"
    return next((kind for magic, kind in _MAGIC if kept.body.startswith(magic)), kept.media_type)


def show(kept: Kept, part_prefix: str) -> Shown:
    """The document for a capture; what belongs into it is asked for behind `part_prefix`."""
    kind = media_type_of(kept)
    if kind in _HTML:
        return _page(kept, part_prefix)
    if kind in PICTURES:
        return Shown("picture", _picture(part_prefix + kept.capture.url), "", kept.notice)
    if kind.startswith("text/") or kind.endswith(("+xml", "+json")) or kind in _TEXTS:
        text = decode(kept.body, kept.content_type)
        return Shown("text", text, "", kept.notice or (_CUT if len(text) == MAX_CHARACTERS else ""))
    return Shown("file", _file(kept, kind), "", kept.notice)


def part(kept: Kept, part_prefix: str) -> tuple[str, bytes] | None:
    """The media type and the bytes of a part of a page: a style sheet, rewritten; a picture, a font, a sound or a
    film as they are; None for anything else."""
    kind = media_type_of(kept)
    if kind == STYLE:
        placed = Places(kept.capture.url, lambda url: part_prefix + url, lambda _url: "").part_at
        sheet = rewrite_css(decode(kept.body, kept.content_type), placed)
        return "text/css; charset=utf-8", sheet.encode()
    if kind in PICTURES or kind in FONTS or kind.startswith(("audio/", "video/")):
        return kind, kept.body
    return None


def _page(kept: Kept, part_prefix: str) -> Shown:
    at = timestamp(kept.capture.captured_at)
    text = decode(kept.body, kept.content_type)
    page = rewrite_page(
        text,
        kept.capture.url,
        part=lambda url: part_prefix + url,
        page=lambda url: f"{PREFIX}{at}/{url}",
    )
    cut = page.cut or len(text) == MAX_CHARACTERS
    return Shown("page", page.html, page.title, kept.notice or (_CUT if cut else ""))


_PLAIN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<style>html{{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}}"
    "body{{margin:2rem auto;max-width:40rem;padding:0 1rem;overflow-wrap:anywhere}}img{{max-width:100%}}</style>"
    "{body}"
)


def _picture(place: str) -> str:
    return _PLAIN.format(title="A picture", body=f'<img src="{escape(place)}" alt="The archived picture">')


def _file(kept: Kept, kind: str) -> str:
    named = escape(kind or "a type that was not said")
    link = escape(memento_path(kept.capture, "id_"))
    body = (
        f"<p>This is a file of {len(kept.body):,} bytes, {named}. It is not shown here; "
        f'<a href="{link}" target="_top">download it</a> as it was sent.</p>'
    )
    return _PLAIN.format(title="A file", body=body)


class Shelf:
    """The documents that were shown last, so that the bar and the page below it need one reading. Shared by
    threads."""

    def __init__(self) -> None:
        self._shown: OrderedDict[int, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, capture_id: int, make: Callable[[], Shown]) -> Shown:
        """The document for a capture, made where it is not here."""
        with self._lock:
            if capture_id in self._shown:
                self._shown.move_to_end(capture_id)
                return self._shown[capture_id]
        shown = make()
        with self._lock:
            self._shown[capture_id] = shown
            while len(self._shown) > _CACHED:
                self._shown.popitem(last=False)
        return shown
