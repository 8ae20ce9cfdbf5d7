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
from index.whoosh_engine.codec.narrow import fitting
from index.whoosh_engine.codec.records import Joined, Mask
from index.whoosh_engine.sorting import Numbers, changes, sorted_together, starts_of

_AT_ONCE = 1 << 18
"""So many numbers are moved at once, which bounds the memory that it takes."""

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
        self._linked = {*STEM_FIELDS, *STEM_FIELDS.values()}
        self._names = sorted(sources[0].arrays.fields, key=lambda name: name in STEM_FIELDS)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> FieldArrays:
        fields = [source.arrays.fields[name] for source in self._sources]
        union, places = _union([field.terms for field in fields])
        pieces = []
        for number, (source, new_docs, at) in enumerate(
            zip(self._sources, self._new_docs, places, strict=True)
        ):
            pieces.append(_Piece.of(fields[number], source.stays, new_docs, at, len(union)))
            fields[number] = replace(fields[number], terms=[], docs=_NONE, freqs=_NONE, positions=None)
        kept = np.sum([piece.postings for piece in pieces], axis=0) > 0
        new_terms = np.where(kept, np.cumsum(kept) - 1, -1)
        if name in self._linked:
            self._new_terms[name] = [new_terms[at] for at in places]
        postings = [piece.postings[kept] for piece in pieces]
        words = [piece.words[kept] for piece in pieces]
        forms_field, forms_starts, forms = self._forms(name, fields, int(kept.sum()))
        return FieldArrays(
            terms=list(compress(union, kept.tolist())),
            starts=_starts(np.sum(postings, axis=0)),
            docs=interleaved([piece.docs for piece in pieces], postings),
            freqs=interleaved([piece.freqs for piece in pieces], postings),
            positions=_interleaved_positions(pieces, words),
            lengths=np.concatenate(
                [field.lengths[source.stays] for field, source in zip(fields, self._sources, strict=True)]
            ),
            forms_field=forms_field,
            forms_starts=forms_starts,
            forms=forms,
        )

    def _forms(
        self, name: str, fields: list[FieldArrays], count: int
    ) -> tuple[str, Ints | None, Ints | None]:
        """The words that the stems stand for, by their new numbers."""
        forms_field = STEM_FIELDS.get(name, "")
        if not forms_field:
            return "", None, None
        if forms_field not in self._new_terms:
            self[forms_field]
        stems, forms = [], []
        for field, new_stems, new_forms in zip(
            fields, self._new_terms[name], self._new_terms[forms_field], strict=True
        ):
            assert field.forms is not None
            assert field.forms_starts is not None
            stems.append(np.repeat(new_stems, np.diff(field.forms_starts)))
            forms.append(new_forms[field.forms])
        stem, form = np.concatenate(stems), np.concatenate(forms)
        known = (stem >= 0) & (form >= 0)
        stem, form = sorted_together(stem[known], form[known])
        once = changes(stem, form)
        return forms_field, starts_of(stem[once], count), form[once]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a source gives to a field: its postings that stay, and for each term of all sources how many those are and
    how many words they count."""

    docs: AnyInts
    freqs: AnyInts
    positions: Numbered | None
    postings: Numbers
    words: Numbers

    @classmethod
    def of(cls, field: FieldArrays, stays: Mask, new_docs: AnyInts, at: Ints, count: int) -> _Piece:
        """`at` is the place of each of its terms among the `count` of all sources."""
        held = stays[field.docs]
        postings, words = np.zeros(count, np.int32), np.zeros(count, np.int32)
        postings[at] = _sums(held, field.starts)
        words[at] = _sums(np.where(held, field.freqs, 0), field.starts)
        docs, freqs, positions = field.docs, field.freqs, field.positions
        if not held.all():
            docs, freqs = docs[held], freqs[held]
            positions = None if positions is None else positions[:][np.repeat(held, field.freqs)]
        return cls(new_docs[docs], freqs, positions, postings, words)


def _interleaved_positions(pieces: list[_Piece], words: list[Numbers]) -> AnyInts | None:
    positions = [piece.positions for piece in pieces if piece.positions is not None]
    return interleaved(positions, words) if len(positions) == len(pieces) else None


def interleaved(parts: Sequence[Numbered], counts: Sequence[AnyInts]) -> AnyInts:
    """Numbers that stand in groups, the same groups in each part, group by group: of each those of the first part,
    then those of the second. `counts` says for each part how many stand in each group."""
    out = np.empty(sum(map(len, parts)), np.result_type(*(part.dtype for part in parts)))
    at = _starts(np.sum(counts, axis=0))[:-1]
    for part, count in zip(parts, counts, strict=True):
        starts = _starts(count)
        shifts = at - starts[:-1]
        for low in range(0, len(part), _AT_ONCE):
            high = min(low + _AT_ONCE, len(part))
            first, last = np.searchsorted(starts, (low, high - 1), side="right") - 1
            inside: Ints = starts[first : last + 2].clip(low, high)
            out[np.arange(low, high) + np.repeat(shifts[first : last + 1], inside[1:] - inside[:-1])] = part[
                low:high
            ]
        at += count
    return out


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


def _sums(numbers: NDArray[Any], starts: Ints) -> Ints:
    """The sum of each group of numbers."""
    return np.diff(_starts(numbers)[starts])


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
