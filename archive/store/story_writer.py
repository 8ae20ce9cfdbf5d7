"""What can be changed of stories, inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archive.store.writing import Writer

if TYPE_CHECKING:
    from archive.likeness import Sketch


class StoryWriter(Writer):
    """Writes which articles are of one story."""

    def group(self, sketches: Mapping[int, Sketch | None], *, since: int, until: int) -> None:
        """These are the sketches of articles now, None for a text that is too short or gone: what the change log has
        from `since` to `until`. The stories are the same in whatever order sketches come. Nothing happens where
        another process has followed the log from `since` meanwhile."""
        from archive.store.grouping import Grouping  # noqa: PLC0415  (it is loaded only where it is needed)

        Grouping(self._connection).group(sketches, since=since, until=until)
