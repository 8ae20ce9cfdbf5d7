"""Sources into the archive: one, or a list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count
from typing import Any

from archive.errors import SourceExists
from archive.model import Source
from archive.store import Store, Transaction
from archive.urls import identity
from newsarchive.sources.listed import ListedSource, Remark, SourceList
from newsarchive.sources.settings import NOTHING, Said
from newsarchive.sources.words import DEFAULT_INTERVAL, names_of, numbered

Progress = Callable[[int, int], None]
"""Called with how many of how many are done."""

_PART = 500
"""Entries of a list in one transaction: about a second."""


@dataclass(slots=True)
class Outcome:
    """What became of a list: how many sources were added, changed and kept as they were, how many entries refused."""

    added: int = 0
    changed: int = 0
    kept: int = 0
    failed: int = 0
    remarks: list[Remark] = field(default_factory=list)


def add_source(
    store: Store, tx: Transaction, url: str, said: Said = NOTHING, *, now: datetime
) -> tuple[int, str]:
    """A new source, adaptive unless an interval was said, called as was said or after its host. Returns its number
    and its name. SourceExists where its URL is taken, or the name that was said."""
    roll = _Roll(store.sources())
    if known := roll.of(url):
        raise SourceExists(f"There is a source of that URL already: {known.name} (number {known.id}).")
    name = said.settings.get("name")
    return _add(tx, url, said, [name] if name else roll.names_for(url, None), now)


def import_list(
    store: Store,
    wanted: SourceList,
    *,
    now: datetime,
    update: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Add the sources of a list. One that is there already is left, or takes the settings of the list where that is
    to `update` it; what the list does not say of it stays. `dry_run` only tells. A long list goes in parts, so that
    a crawl that is under way need not wait for all of it; an end in between costs the part."""
    outcome = Outcome(failed=len(wanted.problems), remarks=[*wanted.problems, *wanted.notes])
    importing = _Importing(outcome, now=now, update=update)
    total = len(wanted.entries)
    size = _PART if not dry_run else max(total, 1)
    for start in range(0, total, size):
        writing: AbstractContextManager[Transaction | None] = (
            nullcontext() if dry_run else store.transaction()
        )
        with writing as tx:
            importing.begin(tx, _Roll(store.sources()))
            for done, entry in enumerate(wanted.entries[start : start + size], start + 1):
                importing.take(entry)
                if progress is not None:
                    progress(done, total)
    outcome.remarks.sort(key=lambda remark: remark.line)
    return outcome


class _Roll:
    """The sources of an archive by their addresses, and the names that are taken."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_identity = {identity(source.url): source for source in sources}
        self.names = {source.name for source in self._by_identity.values()}
        self._numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))

    def of(self, url: str) -> Source | None:
        """The source of an address."""
        return self._by_identity.get(identity(url))

    def names_for(self, url: str, wanted: str | None) -> Iterator[str]:
        """Free names, without end: as wanted, else after the host, and then with numbers. More than one is needed
        because a source that was removed keeps its name, and is not among the sources."""
        first = (wanted,) if wanted else names_of(url)
        for name in chain(first, numbered(first[0], self._numbers[first[0]])):
            if name not in self.names:
                self.names.add(name)
                yield name


class _Importing:
    """Takes the entries of a list one by one; without a transaction it only counts and tells."""

    def __init__(self, outcome: Outcome, *, now: datetime, update: bool) -> None:
        self._tx: Transaction | None = None
        self._roll = _Roll(())
        self._outcome = outcome
        self._now = now
        self._update = update
        self._lines: dict[str, int] = {}

    def begin(self, tx: Transaction | None, roll: _Roll) -> None:
        """Go on in this transaction, in which nobody else adds to the roll."""
        self._tx = tx
        self._roll = roll

    def take(self, entry: ListedSource) -> None:
        """Add a source, change it, or tell why neither."""
        first = self._lines.setdefault(identity(entry.url), entry.line)
        known = self._roll.of(entry.url)
        if first != entry.line:
            self._outcome.kept += 1
            self._remark(entry, f"the same address as in line {first}; it is left out")
        elif known is None:
            self._add(entry)
        elif self._update:
            self._change(entry, known)
        else:
            self._outcome.kept += 1
            self._remark(entry, f"{known.name} (number {known.id}) is there already")

    def _add(self, entry: ListedSource) -> None:
        wanted = entry.said.settings.get("name")
        names = self._roll.names_for(entry.url, wanted)
        name = next(names) if self._tx is None else _add(self._tx, entry.url, entry.said, names, self._now)[1]
        self._outcome.added += 1
        if wanted and name != wanted:
            self._remark(entry, f"the name {wanted} is taken; it is called {name}")

    def _change(self, entry: ListedSource, known: Source) -> None:
        settings = entry.said.over(known.rules)
        if replace(known, **settings) == known:
            self._outcome.kept += 1
            return
        try:
            if self._tx is not None:
                self._tx.change_source(known.id, **settings)
        except SourceExists as error:
            self._outcome.failed += 1
            self._remark(entry, str(error))
        else:
            self._outcome.changed += 1
            self._roll.names.add(settings.get("name", known.name))

    def _remark(self, entry: ListedSource, sentence: str) -> None:
        self._outcome.remarks.append(Remark(entry.line, sentence))


def _add(tx: Transaction, url: str, said: Said, names: Iterable[str], now: datetime) -> tuple[int, str]:
    """Add it under the first of the names that is free; SourceExists where none is."""
    settings: dict[str, Any] = {"interval": DEFAULT_INTERVAL, "adaptive": True, **said.over()}
    refused = SourceExists("There is no name for it.")
    for name in names:
        try:
            return tx.add_source(url=url, now=now, **(settings | {"name": name})), name
        except SourceExists as error:
            refused = error
    raise refused
