"""Did you mean: for a word that no article has, or hardly any, the word of the index that is spelt most alike.

What is offered is the whole query, with each such word replaced; whoever offers it counts what it finds, and leaves
out what finds no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index import querytree as tree
from index.analysis import words
from index.query import Query
from index.whoosh_engine.terms import OutOfTime, Terms
from index.whoosh_engine.wordmatch import RANKED, STEMS, WordMatch

MAX_REPLACED = 3
"""So many words of a query at most are replaced."""

_SHORTEST = 3
_LONG = 5  # letters from which on two of them may be wrong
_RARE = (5, 20)
_SELDOM = (50, 50)
"""A word that at most 5 articles have may be meant as one that 20 times as many have, one letter away; so may a word
of 7 letters that at most 50 have, where 50 times as many have the other one."""

_LONGER = 7

_FIELDS = {"": ("body_exact", "title_exact"), "title": ("title_exact",), "url": ("address",)}

Replacement = tuple[int, int, str]
"""From one character of the query to another: what is to stand there."""


def respelt(query: Query, terms: Terms) -> str | None:
    """The query with its unknown words replaced by known ones; None where there is nothing to replace, or no time
    left for it."""
    try:
        replacements = list(_replacements(query, terms))[:MAX_REPLACED]
    except OutOfTime:
        return None
    text = query.text
    for start, end, better in sorted(
        replacements, reverse=True
    ):  # from the end: the places before stay right
        text = text[:start] + better + text[end:]
    return text if replacements else None


def _replacements(query: Query, terms: Terms) -> Iterator[Replacement]:
    leaves = [leaf for leaf in tree.wanted(query.tree) if isinstance(leaf, tree.Words)]
    joined: set[tree.Words] = set()
    for one, other in pairwise(leaves):
        if one not in joined and (found := _joined(one, other, query.text, terms)):
            joined |= {one, other}
            yield found
    for leaf in leaves:
        if leaf not in joined:
            yield from _in_leaf(leaf, query.text, terms)


def _in_leaf(leaf: tree.Words, text: str, terms: Terms) -> Iterator[Replacement]:
    start, end = leaf.span
    for word in words(text[start:end]):
        if word.text not in leaf.words or len(word.text) < _SHORTEST or not word.text.isalpha():
            continue
        better = _better(word.text, leaf, terms)
        if better:
            yield start + word.start, start + word.end, better


def _better(word: str, leaf: tree.Words, terms: Terms) -> str | None:
    """The word to replace one with, None where that is well as it is."""
    fields = _FIELDS.get(leaf.field, (leaf.field,))
    known = _holding(terms, fields, word)
    if not leaf.exact and leaf.field in RANKED:
        stems = WordMatch(terms).stems(word)
        known = max([known, *(_holding(terms, [STEMS[name] for name in fields], stem) for stem in stems)])
    most, oftener = _SELDOM if len(word) >= _LONGER and known > _RARE[0] else _RARE
    if known > most:
        return None
    least = (
        -(-oftener * known // len(terms.shelves)) if known else 1
    )  # at least so many of them are in one segment
    distance = 1 if known or len(word) < _LONG else 2
    best = _likeliest(word, fields, terms, distance, least=least, holding=oftener * known)
    if not known and (best is None or best.away > 1):
        parted = _parted(word, fields, terms)
        if parted:
            return f'"{parted}"' if not leaf.exact else parted
    return best.word if best else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    word: str
    away: int
    holding: int

    def rank(self, typed: str) -> tuple[int, bool, int, str]:
        """The least is the likeliest: the nearest, letters in another order before other letters, the commonest."""
        return self.away, sorted(self.word) != sorted(typed), -self.holding, self.word


def _likeliest(
    word: str, fields: tuple[str, ...], terms: Terms, distance: int, *, least: int, holding: int
) -> _Candidate | None:
    """The likeliest of the words that are at most so many letters away and that so many articles hold; `least` of one
    segment do."""
    away: dict[str, int] = {}
    for name in fields:
        away |= terms.spelt_like(name, word, distance, least=least)
    for far in range(1, distance + 1):
        spelt = [other for other, letters in away.items() if letters == far and other.isalpha()]
        candidates = (_Candidate(other, far, _holding(terms, fields, other)) for other in spelt)
        likely = [one for one in candidates if one.holding >= holding]
        if likely:
            return min(likely, key=lambda one: one.rank(word))
    return None


def _parted(word: str, fields: tuple[str, ...], terms: Terms) -> str | None:
    """Two known words that are written as one: of all ways to part them that with the rarer half in most articles."""
    best: tuple[int, str] | None = None
    for at in range(_SHORTEST, len(word) - _SHORTEST + 1):
        terms.check()
        one, other = word[:at], word[at:]
        holding = min(_holding(terms, fields, one), _holding(terms, fields, other))
        if holding and (best is None or holding > best[0]):
            best = holding, f"{one} {other}"
    return best[1] if best else None


def _joined(one: tree.Words, other: tree.Words, text: str, terms: Terms) -> Replacement | None:
    """Two words side by side of which articles have one at most, but their letters as one word."""
    if one.field != other.field or len(one.words) > 1 or len(other.words) > 1 or one.exact or other.exact:
        return None
    (start, middle), (following, end) = one.span, other.span
    if middle >= following or text[middle:following].strip():
        return None
    fields = _FIELDS.get(one.field, (one.field,))
    if _holding(terms, fields, one.words[0]) and _holding(terms, fields, other.words[0]):
        return None
    word = one.words[0] + other.words[0]
    return (start, end, word) if _holding(terms, fields, word) else None


def _holding(terms: Terms, fields: Sequence[str], word: str) -> int:
    """In how many articles a word stands at least."""
    return max(terms.holding(name, word) for name in fields)
