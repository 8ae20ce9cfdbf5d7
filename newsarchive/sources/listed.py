"""What a list of sources says, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.sources.settings import Said


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a line of a list; 0 is the list as a whole."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ListedSource:
    """An entry of a list. `url` is in the form that is fetched."""

    line: int
    url: str
    said: Said


@dataclass(frozen=True, slots=True)
class SourceList:
    """What could be read of a list. `problems` are the entries that could not, `notes` say what was left out."""

    entries: tuple[ListedSource, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
