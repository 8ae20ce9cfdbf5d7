"""How a text in the query box could go on: words, authors, sources and other values of the index, operators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from index.aids import MAX_COMPLETIONS, Completion, CompletionKind
from index.analysis import tokens
from index.conditions import STATES
from index.fields import FIELDS
from index.labels import language_name
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.terms import OutOfTime, Terms, after
from index.whoosh_engine.valuesearch import found_in

Held = Callable[[str], tuple[Sequence[str], Ints]]
"""The values of a facet field, and how many articles have each."""

_WORD = re.compile(r"(?:^|(?<=[\s\"()]))(?P<sign>[-+]*)(?:(?P<field>[A-Za-z_]+):)?(?P<begun>[^\s\"()]*)$")
_QUOTED = re.compile(r"(?P<sign>)(?P<field>[A-Za-z_]+):\"(?P<begun>[^\"]*)$")
_VALUES: dict[str, CompletionKind] = {
    "author": "author", "source": "source", "section": "section", "tag": "tag", "lang": "language",
}  # fmt: skip
_FACETS = {"lang": "language"}
_WORD_FIELDS = {"": ("body_exact", "title_exact"), "title": ("title_exact",), "was": ("was",)}
_OPERATORS = (
    *(f"{name}:" for name in FIELDS),
    "near/5 ", "para(", "atleast3(", "first100(", "OR ", "NOT ",
)  # fmt: skip
_FROM = 2
"""Letters from which on words and names are offered; operators from the first one on."""

_LOOKED_AT = 50
"""So many of the commonest words of a segment are compared with those of the others."""

_COUNTED = 2
"""So many times as many as are wanted are counted in all segments: in some of them they may not be among these."""

_ONE_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Typed:
    """The text that is to go on: `head` stays, `begun` is what its last word begins with, in a `field` or in none."""

    head: str
    field: str
    begun: str


def completions(text: str, terms: Terms, held: Held, size: int) -> tuple[Completion, ...]:
    """At most `size` ways to go on, those of a kind by how many articles have them; none where nothing was begun, or
    where the time is over."""
    typed = _typed(text)
    size = min(max(size, 0), MAX_COMPLETIONS)
    try:
        if typed is None:
            return ()
        if typed.field:
            return tuple(_in_field(typed, terms, held))[:size]
        return _mixed(typed, terms, held, size)
    except OutOfTime:
        return ()


def _typed(text: str) -> _Typed | None:
    """What was begun; None where nothing was, or a phrase, which is not completed but as a value of a field."""
    found = (_QUOTED if text.count('"') % 2 else _WORD).search(text)
    if found is None or not (found["field"] or found["begun"]):
        return None
    head = text[: found.end("sign")] if found["sign"] else text[: found.start()]
    return _Typed(head, (found["field"] or "").lower(), found["begun"])


def _mixed(typed: _Typed, terms: Terms, held: Held, size: int) -> tuple[Completion, ...]:
    """Operators first, which are few; then words, and names at least a third."""
    operators = list(_operators(typed))
    names = (
        [one for field in ("author", "source") for one in _values(typed, field, held)]
        if len(typed.begun) >= _FROM
        else []
    )
    names.sort(key=lambda one: -one.count)
    left = size - len(operators)
    few = min(len(names), max(left // 3, 1)) if left > 0 else 0
    common = _words(typed, terms, left - few)
    return tuple([*operators, *common, *names[: left - len(common)]][:size])


def _in_field(typed: _Typed, terms: Terms, held: Held) -> Iterator[Completion]:
    if typed.field in _VALUES:
        yield from _values(typed, typed.field, held)
    elif typed.field == "is":
        for state in STATES:
            if state.startswith(typed.begun.lower()):
                yield Completion(f"{typed.head}is:{state}", f"is:{state}", "operator")
    elif typed.field in _WORD_FIELDS:
        yield from _words(typed, terms, MAX_COMPLETIONS)


def _operators(typed: _Typed) -> Iterator[Completion]:
    if typed.begun:
        for name in _OPERATORS:
            if name.lower().startswith(typed.begun.lower()) and name.strip() != typed.begun:
                yield Completion(typed.head + name, name.strip(), "operator")


def _values(typed: _Typed, field: str, held: Held) -> list[Completion]:
    """Values of which a word begins as what was typed does, in the form that the query language wants."""
    values, counts = held(_FACETS.get(field, field))
    found = found_in(values, typed.begun, language_name if field == "lang" else None)
    found = [code for code in found if counts[code]]
    found.sort(key=lambda code: (-int(counts[code]), values[code]))
    kind = _VALUES[field]
    completed = []
    for code in found[:MAX_COMPLETIONS]:
        added = f"{field}:{_quoted(values[code])}"
        completed.append(Completion(typed.head + added, added, kind, int(counts[code])))
    return completed


def _quoted(value: str) -> str:
    """A value as one word of a query; quotation marks cannot stand in a quoted one."""
    return value if _ONE_WORD.fullmatch(value) else '"' + value.replace('"', " ") + '"'


def _words(typed: _Typed, terms: Terms, size: int) -> list[Completion]:
    """Words that begin so, as many articles have them in one of their fields."""
    begun = tokens(typed.begun)
    if len(begun) != 1 or len(begun[0]) < _FROM or size <= 0:
        return []
    prefix = f"{typed.field}:" if typed.field else ""
    names = _WORD_FIELDS[typed.field]
    known: dict[str, int] = {}
    for name in names:
        for word, count in _commonest(terms, name, begun[0]).items():
            known[word] = max(known.get(word, 0), count)
    likely = nsmallest(size * _COUNTED, known, key=lambda word: (-known[word], word))
    holding = {word: max(terms.holding(name, word) for name in names) for word in likely}
    best = sorted(holding, key=lambda word: (-holding[word], word))[:size]
    return [Completion(typed.head + prefix + word, prefix + word, "word", holding[word]) for word in best]


def _commonest(terms: Terms, name: str, begun: str) -> dict[str, int]:
    """The commonest words of a field that begin so -> the articles that have them, at least: of each segment its 50
    commonest."""
    found: dict[str, int] = {}
    for shelf in terms.shelves:
        terms.check()
        field = shelf.segment.field(name)
        if field is None:
            continue
        first, end = field.between(begun.encode(), after(begun))
        counts = field.doc_freqs[first:end]
        if len(counts) > _LOOKED_AT:
            numbers = np.argpartition(counts, -_LOOKED_AT)[-_LOOKED_AT:]
        else:
            numbers = np.arange(len(counts))
        for number in numbers.tolist():
            word = field.term(first + number).decode()
            found[word] = found.get(word, 0) + int(counts[number])
    return found
