"""A field of stems, made of a field of exact words: postings of words with one stem become postings of that stem."""

from __future__ import annotations

import numpy as np

from index.analysis import PARAGRAPH, stem_term
from index.whoosh_engine.arrays import FieldArrays, Ints, ValueArrays
from index.whoosh_engine.sorting import Vocabulary, changes, sorted_together, starts_of


def stemmed(exact: FieldArrays, forms_field: str, language: ValueArrays) -> FieldArrays:
    """The stems of the words of a field; `language` says of each document by whose rules."""
    words = np.repeat(np.arange(len(exact.terms)), np.diff(exact.starts))
    docs, freqs = exact.docs.astype(np.int64), exact.freqs.astype(np.int64)
    if exact.terms[:1] == [PARAGRAPH.encode()]:
        first = int(exact.starts[1])
        words, docs, freqs = words[first:], docs[first:], freqs[first:]
    stems = Vocabulary()
    numbers = _stem_numbers(exact.terms, words, _language_of(language)[docs], language.values, stems)
    names, ranks = stems.sorted()
    forms_starts, forms = _forms(ranks[numbers], words, len(names))
    of_stem, docs, freqs = sorted_together(ranks[numbers], docs, freqs)
    begins = changes(of_stem, docs)
    return FieldArrays(
        terms=[name.encode() for name in names],
        starts=starts_of(of_stem[begins], len(names)),
        docs=docs[begins],
        freqs=np.add.reduceat(freqs, begins) if len(begins) else freqs,
        positions=None,
        lengths=exact.lengths,
        forms_field=forms_field,
        forms_starts=forms_starts,
        forms=forms,
    )


def _language_of(language: ValueArrays) -> Ints:
    """By document, the number of its language, that of all languages where it has none."""
    held = np.diff(language.starts) > 0
    numbers = np.full(len(held), len(language.values), np.int64)
    numbers[held] = language.codes[language.starts[:-1][held]]
    return numbers


def _stem_numbers(
    terms: list[bytes], words: Ints, languages: Ints, names: list[str], stems: Vocabulary
) -> Ints:
    """For each posting, of a word in a document of a language, the number of the stem. Each word is stemmed once in
    each language that it comes in."""
    numbers = np.empty(len(words), np.int64)
    table = np.empty(len(terms), np.int64)
    for language in np.unique(languages).tolist():
        here = languages == language
        used = np.flatnonzero(np.bincount(words[here], minlength=len(terms)))
        name = names[language] if language < len(names) else ""
        table[used] = stems.numbers((stem_term(terms[n].decode(), name) for n in used.tolist()), len(used))
        numbers[here] = table[words[here]]
    return numbers


def _forms(stems: Ints, words: Ints, count: int) -> tuple[Ints, Ints]:
    """The words of each stem."""
    stems, words = sorted_together(stems, words)
    once = changes(stems, words)
    return starts_of(stems[once], count), words[once]
