"""An archive made of a backup, where there is none yet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from archive.backup.catalogue import Catalogue, Kept
from archive.backup.checking import catalogue_of, missing
from archive.backup.copying import copy_file, digest_of
from archive.backup.origin import Origin
from archive.errors import BackupError, DamagedArchive, WrongFolder
from archive.store import Store

MARK = "restore-unfinished.json"
"""Stands in the archive's folder until all is there: who begins again goes on, who begins another one is refused."""

Progress = Callable[[int, int], None]


def restore_backup(
    folder: Path, target: Origin, *, progress: Progress = lambda _done, _all: None
) -> Catalogue:
    """Make the archive `target` of the backup in `folder`; every byte is checked against its digest on the way.

    Files come first, the database last, so that a restore that was killed is no archive; the next run goes on.
    WrongFolder where there is something already, or no backup; BackupError where the backup is damaged.
    """
    catalogue = catalogue_of(folder)
    if said := next(missing(folder, catalogue), ""):
        raise BackupError(f"The backup is damaged: {said} Nothing was restored.")
    _begin(target, catalogue)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(done, catalogue.bytes)

    for warc in catalogue.warcs:
        name = f"{warc.name}.open" if warc.is_open else warc.name
        _put(folder, warc.content, target.warc_dir / name, advance)
        if warc.manifest:
            _put(folder, warc.manifest, target.warc_dir / f"{warc.name}.manifest", advance)
    _put(folder, catalogue.database, target.database, advance)
    _check(target, catalogue)
    (target.home / MARK).unlink()
    return catalogue


def place_settings(folder: Path, target: Path) -> bool:
    """Put the settings of a backup where there are none; whether that was done. WrongFolder where it is no backup."""
    settings = catalogue_of(folder).settings
    if settings is None or target.exists():
        return False
    _put(folder, settings, target, lambda _bytes: None)
    return True


def _begin(target: Origin, catalogue: Catalogue) -> None:
    """Mark the place as one that this backup is being restored to. WrongFolder where it is taken."""
    mark = target.home / MARK
    whose = json.dumps({"made_at": catalogue.made_at.isoformat(), "database": catalogue.database.sha256})
    if mark.exists():
        if mark.read_text("utf-8") != whose:
            raise WrongFolder(
                f"Another backup was begun to be restored to {target.home}; choose an empty folder."
            )
        return
    if target.database.exists():
        raise WrongFolder(f"There is an archive at {target.database} already; restore to an empty folder.")
    for taken in (target.warc_dir, target.home / "index"):
        if taken.exists() and any(taken.iterdir()):
            raise WrongFolder(f"There are files in {taken} already; restore to an empty folder.")
    target.home.mkdir(parents=True, exist_ok=True)
    mark.write_text(whose, "utf-8")


def _put(folder: Path, kept: Kept, path: Path, advance: Callable[[int], None]) -> None:
    """Bring a file of the backup to its place, unless it is there already."""
    if path.exists() and path.stat().st_size == kept.bytes and digest_of(path, kept.bytes) == kept.sha256:
        advance(kept.bytes)
        return
    if copy_file(folder / kept.path, path, kept.bytes, advance) != kept.sha256:
        path.unlink()
        raise BackupError(f"The backup is damaged: {folder / kept.path} is not what was written there.")


def _check(target: Origin, catalogue: Catalogue) -> None:
    with Store(f"sqlite:///{target.database}") as store:
        counts, found = store.counts(), store.quick_check()
    expected = (catalogue.articles, catalogue.revisions, catalogue.captures)
    if found or (counts.articles, counts.revisions, counts.captures) != expected:
        raise DamagedArchive(f"What was restored to {target.home} is not what was saved: {found or counts}.")
