"""What is learnt of the sources while their pages are settled. It is kept now and then: what is lost with a crash is
learnt again from the next pages."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace

from archive.errors import StoreError
from archive.learning import Memory
from archive.model import Learnt, Lesson
from archive.store import Store, Transaction

_HELD = 128  # sources whose memories are held at a time
_EAGER = 16  # articles of a source after which each further one changes little
_PATIENCE = 8  # lessons that wait to be kept, and to be heeded where there were many


@dataclass(slots=True)
class _Held:
    memory: Memory
    learnt: Learnt
    unkept: int = 0
    unheeded: int = 0


class Learning:
    """The memories of the sources that are being read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: OrderedDict[int, _Held] = OrderedDict()

    def learnt(self, source_id: int) -> Learnt:
        """What the next page of a source is read with."""
        held = self._hold(source_id)
        if held.unheeded and (held.memory.taught < _EAGER or held.unheeded >= _PATIENCE):
            held.learnt, held.unheeded = held.memory.learnt(), 0
        return held.learnt

    def take(self, source_id: int, lesson: Lesson) -> None:
        """An article of a source was kept for the first time: what its page teaches."""
        held = self._hold(source_id)
        held.memory.learn(lesson)
        held.unkept += 1
        held.unheeded += 1

    def take_marks(self, source_id: int, lesson: Lesson) -> None:
        """The page of an article that has taught already was read anew: what its markup teaches."""
        self.take(source_id, replace(lesson, lines=()))

    def keep(self, tx: Transaction) -> None:
        """Keep what has waited for long enough, with what else is written."""
        for source_id in [one for one, held in self._held.items() if held.unkept >= _PATIENCE]:
            self._keep(tx, source_id)
        for source_id in list(self._held)[: max(0, len(self._held) - _HELD)]:
            self._keep(tx, source_id)
            self._held.pop(source_id, None)

    def keep_all(self) -> None:
        """Keep whatever is not kept yet; it is no loss where it cannot be."""
        with suppress(StoreError), self._store.transaction() as tx:
            for source_id in list(self._held):
                self._keep(tx, source_id)

    def _hold(self, source_id: int) -> _Held:
        held = self._held.get(source_id)
        if held is None:
            memory = self._store.memory(source_id)
            held = self._held[source_id] = _Held(memory, memory.learnt())
        self._held.move_to_end(source_id)
        return held

    def _keep(self, tx: Transaction, source_id: int) -> None:
        """Where somebody had it forgotten meanwhile, it is begun anew."""
        held = self._held[source_id]
        if held.unkept:
            held.unkept = 0
            if not tx.remember(source_id, held.memory):
                del self._held[source_id]
