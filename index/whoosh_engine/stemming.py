"""A field of stems, made of a field of exact words: postings of words with one stem become postings of that stem."""

from __future__ import annotations

import numpy as np

from index.analysis import PARAGRAPH
from index.whoosh_engine.arrays import AnyInts, FieldArrays, Ints, ValueArrays
from index.whoosh_engine.codec.narrow import narrowed
from index.whoosh_engine.lexicon import Lexicon
from index.whoosh_engine.sorting import Numbers, changes, sorted_together, starts_of


def stemmed(
    exact: FieldArrays, numbers: Numbers, forms_field: str, language: ValueArrays, lexicon: Lexicon
) -> FieldArrays:
    """The stems of the words of a field. `numbers` are those of its terms in the lexicon; `language` says of each
    document by whose rules."""
    terms = np.repeat(np.arange(len(exact.terms), dtype=np.int32), np.diff(exact.starts))
    docs, freqs = exact.docs[:], exact.freqs[:]
    if exact.terms[:1] == [PARAGRAPH.encode()]:
        first = int(exact.starts[1])
        terms, docs, freqs = terms[first:], docs[first:], freqs[first:]
    stems, pairs = _stems(terms, numbers, _language_of(language)[docs], language.values, lexicon)
    del terms
    in_order = lexicon.stems.in_order(dict.fromkeys(pairs[0].tolist()))
    forms_starts, forms = _forms(in_order.ranks[pairs[0]], pairs[1], len(in_order.words))
    of_stem, docs, freqs = sorted_together(in_order.ranks[stems], docs, freqs)
    del stems
    begins = changes(of_stem, docs)
    return FieldArrays(
        terms=in_order.encoded(),
        starts=starts_of(of_stem[begins], len(in_order.words)),
        docs=docs[begins],
        freqs=narrowed(np.add.reduceat(freqs, begins, dtype=np.int64)) if len(begins) else freqs,
        positions=None,
        lengths=exact.lengths,
        forms_field=forms_field,
        forms_starts=forms_starts,
        forms=forms,
    )


def _language_of(language: ValueArrays) -> Numbers:
    """By document, the number of its language, that of all languages where it has none."""
    held = np.diff(language.starts) > 0
    numbers = np.full(len(held), len(language.values), np.int32)
    numbers[held] = language.codes[language.starts[:-1][held]]
    return numbers


def _stems(
    terms: Numbers, numbers: Numbers, languages: Numbers, names: list[str], lexicon: Lexicon
) -> tuple[Numbers, tuple[Numbers, Numbers]]:
    """For each posting, of a term in a document of a language, the lexicon's number of the stem; and which stems
    stand for which terms, some of them twice."""
    stems = np.empty(len(terms), np.int32)
    table = np.empty(len(numbers), np.int32)
    pairs = [(stems[:0], terms[:0])]
    spoken = np.flatnonzero(np.bincount(languages)).tolist()
    for language in spoken:
        here = languages == language if len(spoken) > 1 else slice(None)
        used = np.flatnonzero(np.bincount(terms[here])).astype(np.int32)
        table[used] = lexicon.stems_of(numbers[used], names[language] if language < len(names) else "")
        stems[here] = table[terms[here]]
        pairs.append((table[used], used))
    stem, term = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return stems, (stem, term)


def _forms(stems: Numbers, terms: Numbers, count: int) -> tuple[Ints, AnyInts]:
    """The terms of each stem."""
    of_stem, of_term = sorted_together(stems, terms)
    once = changes(of_stem, of_term)
    return starts_of(of_stem[once], count), of_term[once]
