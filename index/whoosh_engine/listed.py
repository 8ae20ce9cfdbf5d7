"""Matchers of what columns tell of the documents of a segment. All that match are worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.ranking import Floats
from index.whoosh_engine.arrays import AnyInts
from index.whoosh_engine.matchers import NO_DOCS, Docs, Mask, Matcher


class _Unscored(Matcher):
    """What is worth nothing."""

    def scores(self, docs: Docs) -> Floats:
        return np.zeros(len(docs), np.float32)

    def scored(self) -> tuple[Docs, Floats]:
        docs = self.docs()
        return docs, self.scores(docs)


class Listed(_Unscored):
    """Documents that are known by lists, which have none in common; `among` says of any documents which are in them,
    for less than the lists cost."""

    def __init__(self, lists: Sequence[AnyInts], among: Callable[[Docs], Mask]) -> None:
        self.most = sum([len(some) for some in lists])
        self._lists = lists
        self._among = among

    def docs(self) -> Docs:
        if not self._lists:
            return NO_DOCS
        some = self._lists[0] if len(self._lists) == 1 else np.concatenate(self._lists)
        return some.astype(np.intp)

    def among(self, docs: Docs) -> Mask:
        return self._among(docs)


class Tested(_Unscored):
    """Documents whose number in a column passes a test."""

    def __init__(self, numbers: AnyInts, test: Callable[[AnyInts], Mask]) -> None:
        self.most = len(numbers)
        self._numbers = numbers
        self._test = test

    def docs(self) -> Docs:
        return np.flatnonzero(self._test(self._numbers))

    def among(self, docs: Docs) -> Mask:
        return self._test(self._numbers.take(docs))
