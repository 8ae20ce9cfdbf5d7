"""The words of a byline -> the names in it."""

from __future__ import annotations

import re

from archive.extract.datetext import is_month
from archive.extract.text import clean, one_of

_BY = one_of("""
    (?:written|posted|published|reported|story|words|text|article|reviewed|created|opinion|analysis|report|post|review)\\s+by
    by|von|par|por|di|door|av|af|oleh|autor(?:in|en)?|author(?:s|\\(s\\))?|text|reporter|redacción
    ein (?:artikel|beitrag|gastbeitrag|kommentar) von|geschrieben von
    a cura di|publié par|skrevet av|skriven av|автор|текст|写真|文|記者
""")
_LEAD = re.compile(rf"^{_BY}\b(?:\s*[:：.\-–|]+\s*|\s+)", re.IGNORECASE)
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
_PARENTHESIS = re.compile(r"\([^()]*\)")
_MAIL = re.compile(r"[<\[]?[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}[>\]]?")
_ADDRESS = re.compile(r"https?:|www\.|\S@\S|^\S+\.\S+$")
_FAMILY_NAME_FIRST = re.compile(r"(\w[\w'’-]+), (\w[\w'’-]+)")
_INITIAL_LAST = re.compile(r"\b(?:\w|Jr|Sr)\.$")
_MAX_BYLINE, _MAX_NAME, _MAX_WORDS = 2000, 60, 6


def split(text: str) -> list[str]:
    """The names in a byline: "By A. Author and B. Writer" is two."""
    text = _MAIL.sub(" ", _PARENTHESIS.sub(" ", text[:_MAX_BYLINE]))
    text = _LEAD.sub("", clean(text))
    if _ADDRESS.search(text):
        return []
    if turned := _FAMILY_NAME_FIRST.fullmatch(text):
        return [f"{turned[2]} {turned[1]}"]
    parts = [piece for part in _SPLIT.split(text) for piece in _at_commas(part)]
    names = (_LEAD.sub("", _TAIL.sub("", part)).strip(" ,;:-–—|") for part in parts)
    names = (name if _INITIAL_LAST.search(name) else name.rstrip(".") for name in names)
    return [name for name in names if _is_name(name)]


def is_led(text: str) -> bool:
    """Does the text begin as a byline does, with "By" or its like in another language?"""
    return bool(_LEAD.match(text))


def _at_commas(text: str) -> list[str]:
    return re.split(r"\s*,\s*(?!(?:jr|sr|md|m\.d|ph\.?d|esq|ii|iii)\b)", text, flags=re.IGNORECASE)


def _is_name(text: str) -> bool:
    if not 2 < len(text) <= _MAX_NAME or len(text.split()) > _MAX_WORDS or _NO_NAME.search(text):
        return False
    return any(c.isalpha() for c in text) and not is_month(text)
