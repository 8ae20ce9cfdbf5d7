"""Telling words: what sets some articles apart from all, and one article from the others.

Articles are read, not postings: what is done grows with the articles that are looked at, of which there are few, and
not with the index. Forms of one word count together; the form that most of them have stands for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

from index.aids import SignificantWord
from index.analysis import stem_term, tokens
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.terms import Terms

LOOKED_AT = 200
"""So many of the articles found, the first in the order asked for, are read for what is significant of them."""

_FIELD = "body"
_FEWEST = 2  # articles that have a word, so that it says something of more than one
_SHORTEST = 3
_COMPARED = 2_000
"""So many of the words that most of the articles have are compared with the index."""

_SHARE = 0.1
"""A word that more than a tenth of all articles have tells little of one of them."""


@dataclass(slots=True)
class Words:
    """The words of some articles: of each stem, how many of the articles have it, and in which forms."""

    articles: int = 0
    stems: Counter[str] = field(default_factory=Counter)
    _forms: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, text: str, language: str) -> None:
        """A further article."""
        forms = {(stem_term(word, language), word) for word in set(tokens(text)) if _speaks(word)}
        self.articles += 1
        self.stems.update({stem for stem, _ in forms})
        self._forms.update(forms)

    def forms(self, stems: Collection[str]) -> dict[str, str]:
        """For each of some stems the form that most of the articles have; the first of the alphabet among equals."""
        best: dict[str, tuple[int, str]] = {}
        for (stem, word), count in self._forms.items():
            if stem in stems:
                best[stem] = min(best.get(stem, (1, "")), (-count, word))
        return {stem: word for stem, (_, word) in best.items()}


def significant(
    words: Words, terms: Terms, *, documents: int, known: Collection[str], size: int
) -> tuple[SignificantWord, ...]:
    """The words that stand in more of the articles than in all `documents`, without those with the stems that are
    `known` anyway, the most telling first.

    How telling a word is: the difference of its two shares, times their ratio, so that neither the rarest words
    (chance) nor the commonest (grammar) come first."""
    common = words.stems.most_common(_COMPARED)
    stems = sorted(stem for stem, count in common if count >= _FEWEST and stem not in known)
    if not stems or not documents:
        return ()
    everywhere = _holding(terms, stems)
    here = np.array([words.stems[stem] for stem in stems], np.int64)
    share = here / words.articles
    background = np.maximum(everywhere, here) / max(documents, words.articles)
    scores = (share - background) * (share / background)
    order = np.lexsort((np.arange(len(stems)), -scores))[:size]
    chosen = [(stems[n], n) for n in order.tolist() if scores[n] > 0]
    forms = words.forms({stem for stem, _ in chosen})
    return tuple(
        SignificantWord(forms[stem], int(here[n]), int(max(everywhere[n], here[n])), float(scores[n]))
        for stem, n in chosen
    )


def telling(text: str, language: str, terms: Terms, *, documents: int, size: int) -> list[tuple[str, float]]:
    """The words that tell one article from the others, each with what it is worth: often here, rarely elsewhere.
    Words that no other article has, or that a tenth of all have, are none."""
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for word, count in Counter(tokens(text)).items():
        if _speaks(word):
            stem = stem_term(word, language)
            counts[stem] += count
            forms.setdefault(stem, Counter())[word] += count
    stems = sorted(counts)
    if not stems:
        return []
    everywhere = _holding(terms, stems)
    often = np.sqrt(np.array([counts[stem] for stem in stems], np.float64))
    most = max(_SHARE * documents, _FEWEST)
    worth = often * np.log((documents + 1) / (everywhere + 1))
    worth[(everywhere < _FEWEST) | (everywhere > most)] = 0
    order = np.lexsort((np.arange(len(stems)), -worth))[:size]
    return [
        (min(forms[stems[n]].items(), key=lambda one: (-one[1], one[0]))[0], float(worth[n]))
        for n in order.tolist()
        if worth[n] > 0
    ]


def stems_of(words: Iterable[str], languages: Iterable[str]) -> set[str]:
    """The stems of some words in all of these languages."""
    tags = list(languages)
    return {stem_term(word, tag) for word in words for tag in tags} | set(words)


def _holding(terms: Terms, stems: list[str]) -> Ints:
    """In how many documents each stem stands, deleted ones too."""
    found = np.zeros(len(stems), np.int64)
    encoded = [stem.encode() for stem in stems]
    for shelf in terms.shelves:
        terms.check()
        field = shelf.segment.field(_FIELD)
        if field is None:
            continue
        numbers = np.array([field.find(stem) for stem in encoded], np.int64)
        there = numbers >= 0
        found[there] += field.doc_freqs[numbers[there]]
    return found


def _speaks(word: str) -> bool:
    """Whether a word can tell anything: no number, and longer than most words of grammar; a word of a script that is
    cut into pairs has two letters."""
    if word.isascii():
        return len(word) >= _SHORTEST and word.isalpha()
    return len(word) > 1 and any(map(str.isalpha, word))
