"""Questions about authors' names."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from archive import schema as t
from archive.authors import Names
from archive.model import AuthorAlias
from archive.store import rows
from archive.store.author_writer import ALIASES
from archive.store.source_reader import Queries

_PRINTED = (
    select(t.revision.c.authors, func.count().label("n"))
    .join(
        t.article,
        (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == t.article.c.latest),
    )
    .where(t.revision.c.authors != ())
    .group_by(t.revision.c.authors)
)


class AuthorReader(Queries):
    """Reads what is known of authors' names."""

    def author_aliases(self) -> list[AuthorAlias]:
        """The spellings that are another name's, by that name."""
        query = ALIASES.order_by(t.author_alias.c.name, t.author_alias.c.spelling)
        return [AuthorAlias(row.spelling, row.name) for row in self._all(query)]

    def author_names(self) -> Names:
        """The same by the keys of the spellings."""
        return rows.to_names(self._all(ALIASES))

    def printed_authors(self) -> Counter[str]:
        """Every spelling of an author's name -> the articles that are printed with it in their latest revision."""
        printed: Counter[str] = Counter()
        for row in self._all(_PRINTED):
            printed.update(dict.fromkeys(row.authors, row.n))
        return printed
