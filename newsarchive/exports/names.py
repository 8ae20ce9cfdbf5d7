"""Names of bylines as bibliographies want them: family name first, where that can be told. Pure.

A byline holds people and agencies, and nothing says which is which. So only what looks like the name of a person in
a language that puts the family name last is taken apart; anything else stays as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FAMILY_FIRST = frozenset({"hu", "ja", "ko", "vi", "zh"})
_PARTICLES = frozenset({
    "af", "al", "auf", "bin", "da", "das", "de", "dei", "del", "della", "den", "der", "des", "di", "dos", "du", "el",
    "ibn", "la", "las", "le", "lo", "los", "ten", "ter", "van", "von", "y", "zu", "zum", "zur",
})  # fmt: skip
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_WORD = re.compile(r"(?:[A-ZÀ-ÖØ-ÞĀ-ɏ][\w.'’‐-]*|[dD]['’]\w+|O['’]\w+)")
_NO_PERSON = re.compile(
    r"\b(?:agen\w*|associated|bureau|correspondents?|desk|dpa|editor\w*|editors|group|institute|magazine|media|network|"
    r"newsroom|news|press\w*|presse|redac\w*|redakt\w*|redaz\w*|reporters?|reuters|service|staff|team|the|times|tribune|"
    r"und|university|with|writers?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart: `family` with its particles (`von der Leyen`), `suffix` such as Jr. or ""."""

    given: str
    family: str
    suffix: str = ""

    @property
    def family_first(self) -> str:
        """`Lane, Ada`, `King, Martin Luther, Jr.`"""
        return ", ".join(part for part in (self.family, self.given, self.suffix) if part)


def person(name: str, language: str = "") -> PersonName | None:
    """The parts of a person's name; None where it is not known to be one, or which part is the family name."""
    words = name.replace(",", " ").split()
    if language.partition("-")[0] in _FAMILY_FIRST or _NO_PERSON.search(name):
        return None
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if not 2 <= len(words) <= 6 or not all(_WORD.fullmatch(word) or word in _PARTICLES for word in words):
        return None
    last = len(words) - 1
    family = next((i for i, word in enumerate(words) if i and word in _PARTICLES), last)
    if words[0] in _PARTICLES or words[last] in _PARTICLES:
        return None
    return PersonName(" ".join(words[:family]), " ".join(words[family:]), suffix)
