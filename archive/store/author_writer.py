"""What can be changed of authors' names, inside one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from archive import schema as t
from archive.authors import Names, key
from archive.store.rows import to_names
from archive.store.writing import Writer, insertion


class AuthorWriter(Writer):
    """Writes which spellings of names are one person's. Articles that are concerned come into the change log, so that
    the index follows; the journal tells of the spelling alone, since the articles say what they said."""

    def alias_author(self, spelling: str, name: str, at: datetime) -> str:
        """A spelling is one of the author `name`, and so is every spelling that was known by it until now. Returns
        the name that all of them are known by: another one where `name`, too, is a spelling of somebody. ValueError
        where nothing would change."""
        spelling, name = _tidy(spelling), _tidy(name)
        names = self._names()
        of_name = names.get(key(name), name)
        if key(of_name) != key(spelling):  # else the two change places
            name = of_name
        if names.get(key(spelling), spelling) == name:
            raise ValueError(f"{spelling} is known as {name} already")
        moved = {one for one, of in names.items() if key(of) == key(spelling)} - {key(name)}
        told = {**dict.fromkeys(sorted(moved), ""), key(spelling): spelling}
        if key(name) in names:
            told.setdefault(key(name), name)
        self._say(told, name, at)
        self._log(set(told), at)
        return name

    def unalias_author(self, spelling: str, at: datetime) -> bool:
        """A spelling stands for itself again; False where it does already."""
        if key(spelling) not in self._names():
            return False
        self._connection.execute(_TAKE_BACK, {"of": key(spelling), "now": at})
        self._note({key(spelling)})
        self._log({key(spelling)}, at)
        return True

    def _names(self) -> Names:
        return to_names(self._connection.execute(ALIASES))

    def _say(self, spellings: dict[str, str], name: str, at: datetime) -> None:
        """The spellings of these keys, "" for one that is known, are those of a name."""
        for one, spelling in spellings.items():
            self._connection.execute(_PUT, _row(one, spelling, name, at))
        self._note(set(spellings))

    def _note(self, keys: set[str]) -> None:
        found = self._connection.execute(_IDS, {"keys": sorted(keys)})
        self._notes.aliases.update(row.id for row in found)

    def _log(self, keys: set[str], at: datetime) -> None:
        """The articles that one of these spellings is printed with are to be searched by other names."""
        concerned = [
            row.id for row in self._connection.execute(_AUTHORS) if not keys.isdisjoint(map(key, row.authors))
        ]
        if concerned:
            rows = [{"article_id": one, "action": "renamed", "at": at} for one in concerned]
            self._connection.execute(insertion(t.change), rows)


ALIASES = select(t.author_alias).where(t.author_alias.c.name != t.author_alias.c.spelling)
_IDS = select(t.author_alias.c.id).where(t.author_alias.c.key.in_(bindparam("keys", expanding=True)))
_AUTHORS = (
    select(t.article.c.id, t.revision.c.authors)
    .join(
        t.revision,
        (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == t.article.c.latest),
    )
    .where(t.revision.c.authors != ())
    .order_by(t.article.c.id)
)
_INSERT = insertion(t.author_alias)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["key"], set_={"name": _INSERT.excluded.name, "at": _INSERT.excluded.at}
)


_TAKE_BACK = (
    update(t.author_alias)
    .where(t.author_alias.c.key == bindparam("of"))
    .values(name=t.author_alias.c.spelling, at=bindparam("now"))
)


def _row(one: str, spelling: str, name: str, at: datetime) -> dict[str, object]:
    return {"key": one, "spelling": spelling, "name": name, "at": at}


def _tidy(name: str) -> str:
    """A name as it is kept. ValueError for none."""
    tidy = " ".join(name.split())
    if not tidy:
        raise ValueError("a name has at least one letter")
    return tidy
