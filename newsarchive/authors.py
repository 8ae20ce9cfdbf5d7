"""Names of authors that look as if they were one person's. Pure: a person decides.

Two spellings are alike where they have the same words, in whatever order and with whatever accents (`Lane, Ada`);
where one only abbreviates first names of the other or leaves some out (`A. Lane`, `Ada M. Lane`); or where one letter
is another one, is missing, or changed its place with its neighbour (`Ada Lnae`), in names that are long enough for
that to be no chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from archive.authors import Names, key
from index.analysis import fold
from index.highlight import distance
from index.model import MISSING, SearchRequest

_LONG_ENOUGH = 9
"""Letters of a name of which one may be wrong."""

_MOST_OF_A_KIND = 50
"""So many names with one last name are compared with each other: of more, a last name says too little."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A spelling that may be the author `name`, how many articles are printed with each, and why it may be."""

    spelling: str
    name: str
    spelling_count: int
    name_count: int
    why: str


def suggested(printed: Mapping[str, int], names: Names) -> list[Likeness]:
    """What could be said to be one, of spellings and the articles printed with them, those first that concern most
    articles. Spellings that are said to be somebody's already are left out."""
    words = {spelling: _words(spelling) for spelling in printed if key(spelling) not in names}
    found: dict[frozenset[str], str] = {}
    for why, pairs in (
        ("the same words", _same_words(words)),
        ("the same last name, and first names that fit", _same_last_name(words)),
        ("a letter differs", _a_letter_differs(words)),
    ):
        for pair in pairs:
            found.setdefault(frozenset(pair), why)
    alike = [_likeness(pair, printed, why) for pair, why in found.items()]
    return sorted(alike, key=lambda one: (-one.spelling_count, -one.name_count, one.name, one.spelling))


def with_names(request: SearchRequest, names: Names) -> SearchRequest:
    """The request with its filters by the names that authors are known by: an address from before still finds."""
    if not names:
        return request
    filters = tuple(
        replace(chosen, value=names.get(key(chosen.value), chosen.value))
        if chosen.field == "author" and chosen.value != MISSING
        else chosen
        for chosen in request.filters
    )
    return replace(request, filters=tuple(dict.fromkeys(filters)))


def _words(spelling: str) -> tuple[str, ...]:
    """The folded words of a name, the last name last."""
    last, comma, first = spelling.partition(",")
    turned = f"{first} {last}" if comma and len(first.split()) <= 3 else spelling
    return tuple(filter(None, (fold(word.strip(".")) for word in turned.replace(".", ". ").split())))


def _likeness(pair: Iterable[str], printed: Mapping[str, int], why: str) -> Likeness:
    """Of two, the one with fewer articles may be the other; of equals, the shorter one."""
    spelling, name = sorted(pair, key=lambda one: (printed[one], len(one), one))
    return Likeness(spelling, name, printed[spelling], printed[name], why)


def _same_words(words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for spelling, of in words.items():
        groups[tuple(sorted(of))].append(spelling)
    for group in groups.values():
        for one, other in combinations(group[:_MOST_OF_A_KIND], 2):
            if key(one) != key(other):
                yield one, other


def _same_last_name(words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for spelling, of in words.items():
        if len(of) > 1:
            groups[of[-1]].append(spelling)
    for group in groups.values():
        if len(group) <= _MOST_OF_A_KIND:
            for one, other in combinations(group, 2):
                if words[one] != words[other] and _fit(words[one][:-1], words[other][:-1]):
                    yield one, other


def _fit(first: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether first names may be the same person's: the very first ones agree, as far as they are written out, and
    the others of the shorter name stand in the longer one in their order."""
    fewer, more = sorted((first, other), key=len)
    if not _agree(fewer[0], more[0]):
        return False
    rest = iter(more[1:])
    return all(any(_agree(name, candidate) for candidate in rest) for name in fewer[1:])


def _agree(name: str, other: str) -> bool:
    """`a` with `ada`; two names that are written out are the same."""
    return name == other or (1 in (len(name), len(other)) and name[0] == other[0])


def _a_letter_differs(words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Pairs that are alike once a letter is left out of one or of both, then looked at closely."""
    shortened: dict[str, list[str]] = defaultdict(list)
    for spelling, of in words.items():
        name = " ".join(of)
        if len(name) >= _LONG_ENOUGH:
            for variant in {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}:
                shortened[variant].append(spelling)
    for group in shortened.values():
        for one, other in combinations(group[:_MOST_OF_A_KIND], 2):
            if distance(" ".join(words[one]), " ".join(words[other]), 1) == 1:
                yield one, other
