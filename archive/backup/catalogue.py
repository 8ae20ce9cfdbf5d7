"""The catalogue of a backup: which files belong to it, how long they are, and their digests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from archive.backup.copying import sync_folder
from archive.errors import BackupError

FILE_NAME = "newsarchive-backup.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the backup: where it stands in its folder, its length in bytes and their SHA-256, hexadecimal. It may
    be longer, where a later run was killed; what is behind `bytes` is none of this backup's business."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptWarc:
    """A WARC file by its name in the archive. `is_open` tells that it was still being written, `manifest` is what
    seals it, None where nothing does."""

    name: str
    content: Kept
    is_open: bool
    manifest: Kept | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a backup holds; the counts are those of its database."""

    made_at: datetime
    software: str
    articles: int
    revisions: int
    captures: int
    database: Kept
    settings: Kept | None
    warcs: tuple[KeptWarc, ...]

    def files(self) -> Iterator[Kept]:
        """Every file that belongs to it."""
        yield self.database
        if self.settings:
            yield self.settings
        for warc in self.warcs:
            yield warc.content
            if warc.manifest:
                yield warc.manifest

    @property
    def bytes(self) -> int:
        """How much it holds."""
        return sum(kept.bytes for kept in self.files())

    @property
    def by_name(self) -> dict[str, KeptWarc]:
        """The WARC files by their names in the archive."""
        return {warc.name: warc for warc in self.warcs}


def read_catalogue(folder: Path) -> Catalogue | None:
    """The catalogue of a backup, None where there is none. BackupError where it cannot be read."""
    path = folder / FILE_NAME
    try:
        said = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BackupError(f"{path} is of another version of newsarchive; nothing was changed.")
    try:
        return _from_json(said)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(f"{path} is not what a backup writes: {error!r}.") from error


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Put this catalogue in the place of the one before, in one step."""
    said = {"format": FORMAT, **asdict(catalogue), "made_at": catalogue.made_at.isoformat()}
    beside = folder / f"{FILE_NAME}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(said, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / FILE_NAME)
    sync_folder(folder)


def _from_json(said: dict[str, Any]) -> Catalogue:
    return Catalogue(
        made_at=datetime.fromisoformat(said["made_at"]),
        software=said["software"],
        articles=said["articles"],
        revisions=said["revisions"],
        captures=said["captures"],
        database=_kept(said["database"]),
        settings=_kept(said["settings"]) if said["settings"] else None,
        warcs=tuple(
            KeptWarc(
                name=_inside(warc["name"]),
                content=_kept(warc["content"]),
                is_open=warc["is_open"],
                manifest=_kept(warc["manifest"]) if warc["manifest"] else None,
            )
            for warc in said["warcs"]
        ),
    )


def _kept(said: dict[str, Any]) -> Kept:
    return Kept(_inside(said["path"]), int(said["bytes"]), str(said["sha256"]))


def _inside(path: str) -> str:
    """A path that does not leave its folder: a backup may come from a stranger's disk."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise ValueError(f"{path} is no path within the backup")
    return path
