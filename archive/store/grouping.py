"""Which articles are of one story, kept current inside one transaction. All of it follows from the texts.

It calculates with numpy, which takes a quarter of a second to load: only who groups should wait for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from archive import schema as t
from archive.likeness import Sketch, bands, same_story, stories
from archive.store.writing import Writer, insertion


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of an article."""

    story: int
    sketch: Sketch


class Grouping(Writer):
    """Writes sketches of texts and the stories that follow from them."""

    def group(self, sketches: Mapping[int, Sketch | None], *, since: int, until: int) -> None:
        """See `StoryWriter.group`."""
        moved_on = update(t.grouping).where(t.grouping.c.sequence == since).values(sequence=until)
        if self._connection.execute(moved_on).rowcount != 1:
            return
        for article_id, new in sorted(sketches.items()):
            known = self._known(article_id)
            if new != (known and known.sketch):
                self._change(article_id, known, new, until)

    def _known(self, article_id: int) -> _Known | None:
        row = self._connection.execute(_ONE, {"article_id": article_id}).first()
        return _known(row) if row else None

    def _change(self, article_id: int, known: _Known | None, new: Sketch | None, until: int) -> None:
        """Put a sketch in the place of another, or of none, and draw the stories anew that this concerns."""
        left: dict[int, _Known] = {}
        if known is not None:
            self._take_out(article_id, known.sketch)
            left = self._members({known.story})
        joined = self._stories_like(new) if new is not None else set()
        if new is not None:
            self._put_in(article_id, new, until)
        if left:
            self._draw({known.story, article_id, *joined} if known else set(), until)
        elif new is not None:  # it stood alone, so that nothing can fall apart: what it is like becomes one
            self._join({article_id, *joined}, until)

    def _take_out(self, article_id: int, old: Sketch) -> None:
        for band in bands(old):
            self._connection.execute(_WITHOUT_BAND, {"number": band, "gone": article_id})
        self._connection.execute(_WITHOUT, {"gone": article_id})

    def _put_in(self, article_id: int, new: Sketch, until: int) -> None:
        """A sketch, in a story of its own so far."""
        row = {"article_id": article_id, "story": article_id, "moved_at": until}
        self._connection.execute(
            insertion(t.likeness), {**row, "shingles": new.shingles, "minima": new.minima}
        )
        self._connection.execute(
            insertion(t.likeness_band), [{"band": band, "article_id": article_id} for band in bands(new)]
        )

    def _stories_like(self, new: Sketch) -> set[int]:
        """The stories of all articles that are linked with a sketch."""
        found = [_known(row) for row in self._connection.execute(_CANDIDATES, {"bands": bands(new)})]
        linked = same_story(new, [candidate.sketch for candidate in found])
        return {known.story for known, like in zip(found, linked, strict=True) if like}

    def _join(self, together: set[int], until: int) -> None:
        """Make one story of several."""
        first = min(together)
        for other in together - {first}:
            self._connection.execute(_RENAME, {"other": other, "to": first, "at": until})

    def _draw(self, of: set[int], until: int) -> None:
        """Find the stories among all articles of these anew."""
        members = self._members(of)
        found = stories({article_id: known.sketch for article_id, known in members.items()})
        for article_id, known in members.items():
            if known.story != found[article_id]:
                self._connection.execute(_MOVE, {"member": article_id, "to": found[article_id], "at": until})

    def _members(self, of: set[int]) -> dict[int, _Known]:
        """The articles of stories."""
        found = self._connection.execute(_MEMBERS, {"stories": list(of)})
        return {row.article_id: _known(row) for row in found}


def _known(row: Any) -> _Known:
    return _Known(row.story, Sketch(row.shingles, row.minima))


_ONE = select(t.likeness).where(t.likeness.c.article_id == bindparam("article_id"))
_MEMBERS = select(t.likeness).where(t.likeness.c.story.in_(bindparam("stories", expanding=True)))
_CANDIDATES = select(t.likeness).where(
    t.likeness.c.article_id.in_(
        select(t.likeness_band.c.article_id).where(
            t.likeness_band.c.band.in_(bindparam("bands", expanding=True))
        )
    )
)
_WITHOUT = delete(t.likeness).where(t.likeness.c.article_id == bindparam("gone"))
_WITHOUT_BAND = delete(t.likeness_band).where(
    t.likeness_band.c.band == bindparam("number"), t.likeness_band.c.article_id == bindparam("gone")
)
_RENAME: Any = (
    update(t.likeness)
    .where(t.likeness.c.story == bindparam("other"))
    .values(story=bindparam("to"), moved_at=bindparam("at"))
)
_MOVE: Any = (
    update(t.likeness)
    .where(t.likeness.c.article_id == bindparam("member"))
    .values(story=bindparam("to"), moved_at=bindparam("at"))
)
