"""Stems: what the forms of a word have in common, by the rules of the language that a text is written in.

A stem names its language (`elect/en`), because the same letters are the stem of other words elsewhere: the stem of
`news` in French is `new`, and nobody who looks for news wants the English `new`. A word that the rules of its
language do not concern (of an unknown language, in another script, a number) is its own stem and names none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import Stemmer

from index.folding import fold

_LATIN = re.compile(r"[a-z']*[a-z][a-z']*")
_CYRILLIC = re.compile(r"[\u0400-\u052f']+")

_ALGORITHMS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "en": "english", "eo": "esperanto",
    "es": "spanish", "et": "estonian", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "st": "sesotho", "sv": "swedish", "tr": "turkish",
    "ru": "russian",
    "ar": "arabic", "fa": "persian", "el": "greek", "hi": "hindi", "hy": "armenian", "ne": "nepali", "ta": "tamil",
    "yi": "yiddish",
}  # fmt: skip
_SCRIPTS = {
    "ru": _CYRILLIC,
    "ar": re.compile(r"[\u0620-\u064a\u066e-\u06d3]+"),
    "fa": re.compile(r"[\u0620-\u064a\u066e-\u06d3]+"),
    "el": re.compile(r"[\u0370-\u03ff']+"),
    "hi": re.compile(r"[\u0900-\u097f]+"),
    "ne": re.compile(r"[\u0900-\u097f]+"),
    "hy": re.compile(r"[\u0530-\u058f]+"),
    "ta": re.compile(r"[\u0b80-\u0bff]+"),
    "yi": re.compile(r"[\u05d0-\u05f2]+"),
}
_SAME = {"nb": "no", "nn": "no", "mo": "ro", "in": "id", "ji": "yi", "iw": "he"}
"""Languages that share rules, and tags of former times."""

_BARE_ENDINGS = {
    "ca": ((re.compile(r"cio\Z"), "ció"),),
    "fr": ((re.compile(r"ee(?=s?\Z)"), "ée"), (re.compile(r"iere(?=s?\Z)"), "ière")),
    "hu": (
        (re.compile(r"(?<=[nrtb])([ao])l\Z"), r"\1́l"),
        (re.compile(r"nel\Z"), "nél"),
        (re.compile(r"ert\Z"), "ért"),
    ),
    "pl": ((re.compile(r"ow\Z"), "ów"),),
    "tr": (
        (re.compile(r"i(?=[^e]*\Z)(?=[^ae]*a[^e]*\Z)|(?<=a)([^aeiou]*)i(?=[^ae]*\Z)"), r"\1ı"),
        (re.compile(r"(?<=e)([^aeiou]*)u(?=[^ae]*\Z)"), r"\1ü"),
    ),
}
"""Endings that the rules of a language know only with the accents that a folded word has lost. Turkish has ı, not i,
beside a, and ü, not u, after e."""

_one_at_a_time = Lock()  # a stemmer works in its own memory


def rules(language: str) -> str:
    """Whose rules hold for texts with this language tag, "" where there are none: `en` for `en-GB`."""
    main = language.lower().replace("_", "-").partition("-")[0]
    main = _SAME.get(main, main)
    return main if main in _ALGORITHMS else ""


@lru_cache(maxsize=200_000)
def stem_term(word: str, language: str) -> str:
    """The term of a folded word in a field of stems, for a text with this language tag."""
    return stem_each([word], language)[0]


def stem_each(words: Sequence[str], language: str) -> list[str]:
    """Those of many words, for who remembers them."""
    main = rules(language)
    if not main:
        return list(words)
    concerned = [*map(_SCRIPTS.get(main, _LATIN).fullmatch, words)]
    spelt = [_accented(word, main) for word, match in zip(words, concerned, strict=True) if match]
    with _one_at_a_time:
        stems = iter(_stemmer(main).stemWords(spelt))
    terms = (f"{stem if stem.isascii() else fold(stem)}/{main}" for stem in stems)
    return [next(terms) if match else word for word, match in zip(words, concerned, strict=True)]


def _accented(word: str, main: str) -> str:
    """A folded word as the rules of its language know it."""
    if main not in _BARE_ENDINGS:
        return word
    bare = word
    for ending, accented in _BARE_ENDINGS[main]:
        word = ending.sub(accented, word)
    return unicodedata.normalize("NFC", word) if word != bare else word


def stem_terms(word: str, languages: frozenset[str]) -> tuple[str, ...]:
    """The terms that a folded word may have in an index of texts with these language tags, each once."""
    return tuple(dict.fromkeys([stem_term(word, main) for main in _rules_of(languages)]))


@lru_cache(maxsize=64)
def _rules_of(languages: frozenset[str]) -> list[str]:
    """Whose rules hold for texts with these language tags."""
    return sorted(set(map(rules, languages)))


@lru_cache(maxsize=64)
def _stemmer(main: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_ALGORITHMS[main], 0)
