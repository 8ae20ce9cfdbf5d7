"""What happened to articles after they were found: the log of their edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, literal_column, select, text, union_all

from archive import schema as t
from archive.model import EDIT_KINDS, Edit, EditChoice, EditKind
from archive.store.source_reader import Queries

_FATES = ("gone", "back")

# SQLite takes an index of some rows only where the query says in so many words that it wants no others.
_FURTHER = t.revision.c.number > literal_column("1")
_FATE: ColumnElement[bool] = literal_column("change.action IN ('gone', 'back')")

_BEFORE = t.revision.alias("before")


class EditReader(Queries):
    """Reads the log of edits."""

    def edits(self, choice: EditChoice, *, limit: int, offset: int = 0) -> list[Edit]:
        """The edits of a choice, the newest first."""
        # In the order of both indexes, so that SQLite merges them and reads no further than it has to.
        some = _keys(choice).order_by(*(text(f"{column} DESC") for column in (1, 2, 3, 4)))
        some = some.limit(limit).offset(offset)
        return self._told(some, lambda edit: (edit.at, edit.kind, edit.article_id, edit.number))

    def count_edits(self, choice: EditChoice) -> dict[EditKind, int]:
        """How many edits of each kind there are in a choice; none is left out for its kind."""
        keys = _keys(replace(choice, kinds=EDIT_KINDS)).subquery()
        query = select(keys.c.kind, func.count().label("n")).group_by(keys.c.kind)
        return {row.kind: row.n for row in self._all(query)}

    def edits_of(self, article_id: int) -> list[Edit]:
        """All that happened to an article, the newest first; its first version, too, and trivial ones."""
        versions = _versions().where(t.revision.c.article_id == article_id)
        fates = _fates().where(_FATE, t.change.c.article_id == article_id)
        everything = union_all(versions, fates)
        return self._told(everything, lambda edit: (edit.at, edit.number))

    def _told(self, some: CompoundSelect[Any], order: Callable[[Edit], tuple[Any, ...]]) -> list[Edit]:
        found = [_edit(row) for row in self._all(_tell(some.subquery()))]
        return sorted(found, key=order, reverse=True)


def _keys(choice: EditChoice) -> CompoundSelect[Any]:
    """What finds the edits of a choice, from the indexes alone."""
    kinds = [kind for kind in choice.kinds if kind not in _FATES]
    fates = [kind for kind in choice.kinds if kind in _FATES]
    versions = _versions().where(
        _FURTHER, t.revision.c.kind.in_(kinds), *_within(choice, t.revision.c.captured_at, t.revision)
    )
    others = _fates().where(
        _FATE,
        t.change.c.action.in_(fates),
        t.change.c.article_id.not_in(select(t.removal.c.article_id)),  # of these there are no versions either
        *_within(choice, t.change.c.at, t.change),
    )
    return union_all(*([versions] if kinds or not fates else []), *([others] if fates else []))


def _versions() -> Select[Any]:
    return select(
        t.revision.c.captured_at.label("at"),
        t.revision.c.kind,
        t.revision.c.article_id,
        t.revision.c.number,
    )


def _fates() -> Select[Any]:
    number: ColumnElement[int] = literal_column("0").label("number")
    return select(t.change.c.at, t.change.c.action.label("kind"), t.change.c.article_id, number)


def _within(choice: EditChoice, at: Any, table: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if choice.since is not None:
        conditions.append(at >= choice.since)
    if choice.until is not None:
        conditions.append(at < choice.until)
    if choice.source_ids:
        theirs = select(t.article.c.id).where(t.article.c.source_id.in_(choice.source_ids))
        # The sum keeps SQLite from looking up article after article, with all their texts on the way.
        conditions.append((table.c.article_id + 0).in_(theirs))
    return conditions


def _tell(keys: Any) -> Select[Any]:
    """All that is told of the edits with these keys; of an article that went, by its latest version."""
    shown = func.iif(keys.c.number > 0, keys.c.number, t.article.c.latest)
    return (
        select(
            keys,
            t.article.c.source_id,
            t.article.c.url,
            t.source.c.name,
            t.revision.c.title,
            t.revision.c.language,
            t.revision.c.words_added,
            t.revision.c.words_removed,
            _BEFORE.c.title.label("title_before"),
        )
        .join(t.article, t.article.c.id == keys.c.article_id)
        .join(t.source, t.source.c.id == t.article.c.source_id)
        .join(t.revision, (t.revision.c.article_id == keys.c.article_id) & (t.revision.c.number == shown))
        .outerjoin(
            _BEFORE,
            (_BEFORE.c.article_id == keys.c.article_id) & (_BEFORE.c.number == keys.c.number - 1),
        )
    )


def _edit(row: Any) -> Edit:
    return Edit(
        article_id=row.article_id,
        source_id=row.source_id,
        source=row.name,
        url=row.url,
        at=row.at,
        kind=row.kind,
        number=row.number,
        title=row.title,
        title_before=row.title_before or "",
        language=row.language,
        words_added=row.words_added if row.number else 0,
        words_removed=row.words_removed if row.number else 0,
    )
