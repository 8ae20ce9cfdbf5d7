"""Several segments -> one, without the documents that are gone: all terms of a field at once, nothing posting by
posting.

Postings are sorted by term in each segment already, and documents keep their order: what is left to do is to lay the
groups of postings that share a term behind each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.schema import STEM_FIELDS
from index.whoosh_engine.arrays import AnyInts, FieldArrays, Ints, Numbered, SegmentArrays, ValueArrays
from index.whoosh_engine.codec.narrow import fitting, narrowed
from index.whoosh_engine.codec.records import Joined, Mask
from index.whoosh_engine.interleaving import Interleaved, Renumbered
from index.whoosh_engine.memory import give_back
from index.whoosh_engine.sorting import changes, starts_of

_MANY = 1 << 20
"""Postings, of which it takes much longer to merge them than to give back their memory."""

_FORM_BITS = 32
"""Of the number of a word, beside that of its stem."""

_NONE: AnyInts = np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be merged, with the documents of it that stay."""

    arrays: SegmentArrays
    stays: Mask


def merged(sources: Sequence[Source]) -> SegmentArrays:
    """One segment of the documents that stay, in the order of the sources. Its fields are made when they are asked
    for, each time anew: whoever writes them needs to hold one at a time."""
    first = sources[0].arrays
    return SegmentArrays(
        size=sum(int(source.stays.sum()) for source in sources),
        fields=_MergedFields(sources),
        numbers={
            name: np.concatenate([source.arrays.numbers[name][source.stays] for source in sources])
            for name in first.numbers
        },
        values={name: _merged_values(sources, name) for name in first.values},
        stored=Joined([(source.arrays.stored, source.stays) for source in sources]),
        texts=Joined([(source.arrays.texts, source.stays) for source in sources]),
    )


class _MergedFields(Mapping[str, FieldArrays]):
    """The fields of several segments. Stems come after the exact words that they stand for, whose numbers change."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._new_docs = _new_docs([source.stays for source in sources])
        self._new_terms: dict[str, list[Ints]] = {}
        self._before = 0  # postings of the field that was made last
        self._linked = {*STEM_FIELDS, *STEM_FIELDS.values()}
        self._names = sorted(sources[0].arrays.fields, key=lambda name: name in STEM_FIELDS)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> FieldArrays:
        self._let_go(self._before)
        fields = [source.arrays.fields[name] for source in self._sources]
        union, places = _union([field.terms for field in fields])
        pieces = []
        for number, (source, new_docs, at) in enumerate(
            zip(self._sources, self._new_docs, places, strict=True)
        ):
            pieces.append(_Piece.of(fields[number], source.stays, new_docs, at, len(union)))
            fields[number] = replace(fields[number], terms=[], docs=_NONE, freqs=_NONE, positions=None)
            source.arrays.let_go()
        starts = [piece.starts for piece in pieces]
        kept = np.diff(np.sum(starts, axis=0, dtype=np.int64)) > 0
        if not kept.all():
            union = list(compress(union, kept.tolist()))
            pieces = [piece.of_groups(kept) for piece in pieces]
            starts = [piece.starts for piece in pieces]
        if name in self._linked:
            new_terms = np.where(kept, np.cumsum(kept) - 1, -1)
            self._new_terms[name] = [new_terms[at] for at in places]
        del places
        docs = Interleaved([piece.docs for piece in pieces], starts).whole()
        pieces = [replace(piece, docs=_NONE) for piece in pieces]  # so that never both are held twice
        self._let_go(len(docs))
        freqs = Interleaved([piece.freqs for piece in pieces], starts).whole()
        pieces = [replace(piece, freqs=_NONE) for piece in pieces]
        self._let_go(len(docs))
        self._before = len(docs)
        forms_field, forms_starts, forms = self._forms(name, fields, len(union))
        return FieldArrays(
            terms=union,
            starts=np.sum(starts, axis=0, dtype=np.int64),
            docs=docs,
            freqs=freqs,
            positions=_interleaved_positions(pieces),
            lengths=np.concatenate(
                [field.lengths[source.stays] for field, source in zip(fields, self._sources, strict=True)]
            ),
            forms_field=forms_field,
            forms_starts=forms_starts,
            forms=forms,
        )

    def _let_go(self, postings: int) -> None:
        """Give back the memory of what was read and of what is done with, where it was so many postings, and many."""
        if postings >= _MANY:
            for source in self._sources:
                source.arrays.let_go()
            give_back()

    def _forms(
        self, name: str, fields: list[FieldArrays], count: int
    ) -> tuple[str, Ints | None, Ints | None]:
        """The words that the stems stand for, by their new numbers."""
        forms_field = STEM_FIELDS.get(name, "")
        if not forms_field:
            return "", None, None
        if forms_field not in self._new_terms:
            self[forms_field]
        pairs = []
        for field, new_stems, new_forms in zip(
            fields, self._new_terms[name], self._new_terms[forms_field], strict=True
        ):
            assert field.forms is not None
            assert field.forms_starts is not None
            stem, form = new_stems.repeat(np.diff(field.forms_starts)), new_forms[field.forms]
            known = (stem >= 0) & (form >= 0)
            pairs.append(stem[known] << _FORM_BITS | form[known])
        pair: Ints = np.concatenate(pairs)
        pair.sort()
        pair = pair[changes(pair)]
        return forms_field, starts_of(pair >> _FORM_BITS, count), pair & ((1 << _FORM_BITS) - 1)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a source gives to a field: its postings that stay. For each term of all sources, where those start and
    where their words do; behind the last, where they end."""

    docs: Numbered
    freqs: Numbered
    positions: Numbered | None
    starts: AnyInts
    word_starts: AnyInts

    @classmethod
    def of(cls, field: FieldArrays, stays: Mask, new_docs: AnyInts, at: Ints, count: int) -> _Piece:
        """`at` is the place of each of its terms among the `count` of all sources."""
        docs, freqs, positions = field.docs, field.freqs, field.positions
        starts = field.starts
        word_starts = starts if positions is None else _starts(freqs[:])[starts]
        if not stays.all():
            held = stays[docs[:]]
            if positions is not None:
                positions = positions[:][np.repeat(held, freqs[:])]
                word_starts = _starts(np.where(held, freqs[:], 0))[starts]
            docs, freqs, starts = docs[:][held], freqs[:][held], _starts(held)[starts]
        spread = _spread(np.diff(starts), at, count)
        words = spread if positions is None else _spread(np.diff(word_starts), at, count)
        return cls(Renumbered(docs, new_docs), freqs, positions, spread, words)

    def of_groups(self, kept: Mask) -> _Piece:
        """The same without the terms that have no posting in any source."""
        ends = np.append(kept, True)
        return replace(self, starts=self.starts[ends], word_starts=self.word_starts[ends])


def _interleaved_positions(pieces: Sequence[_Piece]) -> Numbered | None:
    positions = [piece.positions for piece in pieces if piece.positions is not None]
    if len(positions) < len(pieces):
        return None
    return Interleaved(positions, [piece.word_starts for piece in pieces])


def _spread(counts: Ints, at: Ints, count: int) -> AnyInts:
    """Where each of `count` groups starts, and the last one ends, of which those `at` these places have numbers: so
    many."""
    spread = np.zeros(count, np.int64)
    spread[at] = counts
    return narrowed(_starts(spread))


def _union(lists: list[list[bytes]]) -> tuple[list[bytes], list[Ints]]:
    """The terms of all sources in order, and where in them those of each source stand."""
    union = sorted(set(chain.from_iterable(lists)))
    places = {term: place for place, term in enumerate(union)}
    return union, [np.fromiter(map(places.__getitem__, terms), np.int64, len(terms)) for terms in lists]


def _new_docs(masks: list[Mask]) -> list[AnyInts]:
    """For each source the new numbers of its documents, of those that stay, in as few bytes as they need: there will
    be one for each posting."""
    sizes = np.cumsum([0, *(mask.sum() for mask in masks)])
    width = fitting(max(int(sizes[-1]) - 1, 0))
    numbers = (np.cumsum(mask) - 1 + before for mask, before in zip(masks, sizes[:-1].tolist(), strict=True))
    return [
        new.astype(width) for new in numbers
    ]  # that of a document which goes may wrap around: nobody asks for it


def _starts(counts: NDArray[Any]) -> Ints:
    """Where groups of these sizes start, and where the last one ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def _merged_values(sources: Sequence[Source], name: str) -> ValueArrays:
    """A column of values. Those that no document has any more are gone."""
    columns = [source.arrays.values[name] for source in sources]
    union = sorted(set(chain.from_iterable(column.values for column in columns)))
    places = {value: place for place, value in enumerate(union)}
    codes, counts = [], []
    for column, source in zip(columns, sources, strict=True):
        renumbered = np.fromiter(map(places.__getitem__, column.values), np.int64, len(column.values))
        held = np.diff(column.starts)
        codes.append(renumbered[column.codes[np.repeat(source.stays, held)]])
        counts.append(held[source.stays])
    code = np.concatenate(codes)
    used = np.bincount(code, minlength=len(union)) > 0
    values = list(compress(union, used.tolist()))
    return ValueArrays(values, _starts(np.concatenate(counts)), (np.cumsum(used) - 1)[code])
