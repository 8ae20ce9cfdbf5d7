"""Are these the authors? Names count once, whatever their case, accents and punctuation.

Labels disagree on whether an agency, the newsroom or the paper itself is an author. So there are two counts: of all
names, and of persons, for which names with a word of such are left out on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_BY = re.compile(r"(?:by|von|par|por|di|af|av|door|text)(?::|\s)\s*")
_ORGANISATION = re.compile(
    r"\b(?:afp|ani|ansa|ap|dpa|efe|epa|ians|pti|reuters|sda|sid|upi|xinhua|anadolu|bloomberg|agen\w+|wire|bureau"
    r"|press|presse|news|nachrichten|newsroom|redaktion|redazione|redaccion|redaction|staff|desk|editors?|editorial"
    r"|team|correspondents?|reports?|sponsored|times|post|media|tribune|telegram|gazette|journal|network|magazine"
    r"|tv|radio|today|daily|institute|university|school|com|net|org|de)\b"
)
_LEAST_OF_A_PAPER = 2
_TELLING = 5
"""Letters of a paper's name above which it is known as a part of another name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names in both, only in what was read, only in what is right."""

    common: int
    extra: int
    lost: int


def names(right: Iterable[str], read: Iterable[str]) -> Names:
    """All names."""
    return _compared(_known(right), _known(read))


def persons(right: Iterable[str], read: Iterable[str], publisher: str) -> Names:
    """Names without those of organisations; `publisher` is a host name."""
    paper = re.sub(r"\W", "", publisher.partition(".")[0].lower())
    wanted, had = (
        {name for name in _known(side) if not _is_organisation(name, paper)} for side in (right, read)
    )
    return _compared(wanted, had)


def _compared(wanted: set[str], had: set[str]) -> Names:
    return Names(len(wanted & had), len(had - wanted), len(wanted - had))


def _known(spelt: Iterable[str]) -> set[str]:
    return {_plain(name) for name in spelt} - {""}


def _plain(name: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFKC", name).split())
    letters = unicodedata.normalize("NFKD", tidy).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    led = _BY.match(bare)
    return " ".join(_WORD.findall(bare[led.end() :] if led else bare))


def _is_organisation(name: str, paper: str) -> bool:
    if _ORGANISATION.search(name):
        return True
    joined = name.replace(" ", "")
    if len(paper) <= _LEAST_OF_A_PAPER:
        return False
    return joined in {paper, f"the{paper}"} or (len(paper) > _TELLING and paper in joined)
