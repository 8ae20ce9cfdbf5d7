"""The form in which a word is compared: without what people write differently or leave out.

Case, accents, points and vowel signs that may be left out, and forms of one letter that keyboards mix up make no
difference. Letters that are others for those who read them stay: Russian `й` is not `и`, Ukrainian `ї` is not `і`,
and the vowel signs of India, which Unicode calls marks as well, are no accents.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 64
"""Characters of a word that are compared; what is longer is data in disguise."""

_SAME: dict[str, str | None] = {
    **dict(zip("øđðłħŧı", "oddlhti", strict=True)),
    **dict(zip("’ʼ‘＇`", "'" * 5, strict=True)),
    **dict(zip("ٱىیکہھە", "اييكههه", strict=True)),
    "æ": "ae", "œ": "oe", "þ": "th", "ँ": "ं",
    **dict.fromkeys("ـ़׳״"),
}  # fmt: skip
"""Letters whose accent Unicode does not take for one; apostrophes; the forms of yeh, kaf, heh and alef that Arabic,
Persian and Urdu keyboards mix up; Hindi's two signs of nasal vowels; and what is left out in Arabic (the stretch), in
Hindi (the dot of borrowed sounds) and in Hebrew (geresh and gershayim)."""
_LETTERS = str.maketrans(_SAME)

_MARKS = re.compile(
    "(?<![иу])\u0306"  # й and ў are letters
    "|(?<!і)\u0308"  # so is ї
    "|(?<![кг])\u0301"  # and ќ and ѓ
    "|(?<![ويے])\u0654"  # and ؤ and ئ
    "|[\u0300\u0302-\u0305\u0307\u0309-\u036f]"
    "|[\u0591-\u05c7]"
    "|[\u0610-\u061a\u064b-\u0653\u0655-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
    "|[\u00ad\u200b-\u200f\u2060\ufeff]"
)
"""Accents of Europe, points of Hebrew, vowels of Arabic, and characters that nobody sees."""


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word as it is compared: lower case, bare letters, digits of any script as 0 to 9, no possessive 's. Folding
    twice changes nothing."""
    if word.isascii():
        plain = word.lower().replace("`", "'")
    else:
        plain = unicodedata.normalize("NFKD", word.casefold()).casefold()
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain).translate(_LETTERS))
        plain = "".join(map(_digit, unicodedata.normalize("NFC", plain)))
    plain = plain[:LONGEST_WORD]
    while plain.endswith("'s"):
        plain = plain[:-2]
    return plain.strip("'")


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
