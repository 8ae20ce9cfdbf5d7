"""What was learnt of sources. It follows from their pages, so that the journal does not tell it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.learning import Memory, pack, rebuilt, unpack
from archive.model import Revision
from archive.store import rows
from archive.store.source_reader import Queries
from archive.store.writing import Writer

_REBUILT_FROM = 100  # articles

_ONE = select(t.learnt).where(t.learnt.c.source_id == bindparam("source"))
_NEWEST = (
    select(t.revision)
    .join(
        t.article,
        (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == t.article.c.latest),
    )
    .where(t.article.c.source_id == bindparam("source"))
    .order_by(t.article.c.first_seen.desc())
    .limit(_REBUILT_FROM)
)


class LearningReader(Queries):
    """Reads what was learnt of sources."""

    def memory(self, source_id: int) -> Memory:
        """What was learnt of a source; where that is missing, what its newest articles teach."""
        memory = _unpacked(self._first(_ONE, source=source_id))
        return rebuilt(self._newest(source_id)) if memory is None else memory

    def _newest(self, source_id: int) -> list[Revision]:
        return [rows.to_revision(row) for row in reversed(self._all(_NEWEST, source=source_id))]


class LearningWriter(Writer):
    """Writes what was learnt of sources."""

    def remember(self, source_id: int, memory: Memory) -> bool:
        """Keep what was learnt of a source; False where somebody had it forgotten meanwhile."""
        lines, rest = pack(memory)
        columns = {"source_id": source_id, "generation": memory.generation, "lines": lines, "rest": rest}
        return bool(self._connection.execute(_REMEMBER, columns).rowcount)

    def forget(self, source_id: int) -> None:
        """Begin anew with what is learnt of a source."""
        self._replace_memory(source_id, Memory())

    def forget_words(self, source_id: int) -> None:
        """Keep nothing that the lines say which were learnt of a source."""
        memory = _unpacked(self._connection.execute(_ONE, {"source": source_id}).first())
        if memory is not None:
            memory.forget_words()
            self._replace_memory(source_id, memory)

    def _replace_memory(self, source_id: int, memory: Memory) -> None:
        lines, rest = pack(memory)
        columns = {"source_id": source_id, "generation": memory.generation, "lines": lines, "rest": rest}
        if not self._connection.execute(_NEXT, {"source": source_id, "lines": lines, "rest": rest}).rowcount:
            self._connection.execute(_REMEMBER, columns | {"generation": 1})


_INSERT = insert(t.learnt)
_REMEMBER = _INSERT.on_conflict_do_update(
    index_elements=["source_id"],
    set_={"lines": _INSERT.excluded.lines, "rest": _INSERT.excluded.rest},
    where=t.learnt.c.generation == _INSERT.excluded.generation,
)
_NEXT = (
    update(t.learnt)
    .where(t.learnt.c.source_id == bindparam("source"))
    .values(generation=t.learnt.c.generation + 1, lines=bindparam("lines"), rest=bindparam("rest"))
)


def _unpacked(row: Any) -> Memory | None:
    """The memory of a row; None where there is none, or none that can be read."""
    if row is None:
        return None
    try:
        memory = unpack(row.lines, row.rest)
    except ValueError:
        memory = Memory()
    memory.generation = row.generation
    return memory
