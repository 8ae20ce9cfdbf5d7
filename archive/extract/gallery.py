"""The captions of a gallery: its text. Elsewhere captions are no part of the text."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from archive.extract import kind
from archive.extract.boilerplate import is_boilerplate
from archive.extract.lines import Line, lines_of
from archive.extract.page import Element, Page, hooks, is_inside

_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption|bildunterschrift|legende)(?:$|[\s_-])|(?:slide|photo|image)-?(?:text|description)"
)
_GALLERY = re.compile(
    r"galler(?:y|ia|ie)|galer(?:ie|ía|ia)|slide(?:s|show)?(?![a-z])|diapora|carousel|fotostrecke|bilderstrecke"
)
_COUNT = re.compile(r"^\W*\d{1,3}\s*(?:/|of|von|de|sur|di|из)\s*\d{1,3}\W*")
_LEAST = 3
_MOST = 500
_LEAST_LETTERS = 20


def captions(page: Page) -> list[Line]:
    """The captions in the order of the page; of a page that does not say that it is a gallery, those inside one."""
    declared = kind.says(page, "gallery")
    holders = page.named("figcaption") or page.hooked(_CAPTION)
    lines = [
        replace(line, text=_COUNT.sub("", line.text), kind="caption")
        for holder in islice(holders, _MOST)
        if (declared or _is_in_one(holder)) and not is_inside(holder, ("nav", "aside", "footer"))
        for line in lines_of(holder)
    ]
    found = {
        line.text: line
        for line in lines
        if len(line.text) >= _LEAST_LETTERS and not is_boilerplate(line.text)
    }
    return list(found.values()) if len(found) >= _LEAST else []


def _is_in_one(holder: Element) -> bool:
    return any(_GALLERY.search(hooks(tag)) for tag in holder.iterancestors())
