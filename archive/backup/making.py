"""Making a backup, or bringing it up to date."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.backup.catalogue import (
    FILE_NAME,
    Catalogue,
    Kept,
    KeptWarc,
    read_catalogue,
    write_catalogue,
)
from archive.backup.copying import copy_file, digest_of, extend_file
from archive.backup.origin import Origin, Standing, standing
from archive.errors import ArchiveBusy, BackupError, DamagedArchive, WrongFolder
from archive.store import Store, copy_database

LOCK = "newsarchive-backup.lock"
_ROUNDS = 3

Progress = Callable[[int, int], None]
"""Called with the bytes that were looked at, and all."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: what it holds, and how many files and bytes of it had to be copied this time."""

    catalogue: Catalogue
    copied_files: int
    copied_bytes: int


def make_backup(
    origin: Origin,
    folder: Path,
    *,
    now: datetime,
    software: str,
    progress: Progress = lambda _done, _all: None,
) -> Made:
    """Copy what `folder` lacks of an archive, whoever is writing to that meanwhile, and read back what was written.

    WrongFolder where the folder holds something else; ArchiveBusy where another process makes a backup there or an
    article is being removed; DamagedArchive where a file of the archive is not what it must be; BackupError. All of
    them leave the backup that was there before as it was.
    """
    _refuse_inside(origin, folder)
    folder.mkdir(parents=True, exist_ok=True)
    before = read_catalogue(folder)
    with _locked(folder, begun=before is not None):
        for _ in range(_ROUNDS):
            made = _Making(origin, folder, before, now, software, progress).run()
            if made is None:
                continue
            write_catalogue(folder, made.catalogue)
            _forget_others(folder, made.catalogue)
            return made
    raise ArchiveBusy(
        "An article is being removed; a removal that was killed is gone on with by the next crawl."
    )


class _Making:
    """One attempt: a snapshot of the database, then all that it knows of."""

    def __init__(
        self,
        origin: Origin,
        folder: Path,
        before: Catalogue | None,
        now: datetime,
        software: str,
        progress: Progress,
    ) -> None:
        self._origin = origin
        self._folder = folder
        self._before = before
        self._now = now
        self._software = software
        self._progress = progress
        self._files = self._bytes = self._done = self._total = 0

    def run(self) -> Made | None:
        """None where something was removed from the archive in the middle of it: what was copied does not fit."""
        path = self._folder / f"archive-{self._now:%Y%m%dT%H%M%S%fZ}.db"
        copy_database(self._origin.database, path)
        url = f"sqlite:///{path}"
        with Store(url, readonly=True) as snapshot:
            if found := snapshot.quick_check():
                raise DamagedArchive(f"{self._origin.database} is damaged: {found[0]}.")
            counts, ends, removed = snapshot.counts(), snapshot.warc_ends(), snapshot.removals()
        self._refuse_other(ends)
        files = [standing(self._origin.warc_dir, name, end) for name, end in ends.items()]
        self._total = sum(file.end for file in files)
        warcs = tuple(self._warc(file) for file in files)
        database = Kept(path.name, path.stat().st_size, digest_of(path, path.stat().st_size))
        self._count(database)
        catalogue = Catalogue(
            made_at=self._now,
            software=self._software,
            articles=counts.articles,
            revisions=counts.revisions,
            captures=counts.captures,
            database=database,
            settings=self._settings(),
            warcs=warcs,
        )
        if any(removal.finished_at is None for removal in removed) or self._removals() != removed:
            return None
        return Made(catalogue, self._files, self._bytes)

    def _removals(self) -> list[object]:
        with Store(f"sqlite:///{self._origin.database}", readonly=True) as store:
            return list(store.removals())

    def _refuse_other(self, ends: dict[str, int]) -> None:
        """What was taken in of one archive must not go because another one is saved to the same place."""
        known = self._before.by_name if self._before else {}
        if known and not known.keys() & ends.keys():
            raise WrongFolder(f"{self._folder} is the backup of another archive; choose another folder.")

    def _settings(self) -> Kept | None:
        source = self._origin.settings
        if not source.exists():
            return None
        size = source.stat().st_size
        found = digest_of(source, size)
        kept = Kept(f"newsarchive-{found[:16]}.toml", size, found)
        if not self._has(kept):
            copy_file(source, self._folder / kept.path, size, lambda _bytes: None)
            self._count(kept)
        return kept

    def _warc(self, file: Standing) -> KeptWarc:
        before = self._before.by_name.get(file.name) if self._before else None
        content = self._content(file, before.content if before else None)
        if file.sealed and file.sealed.sha256 != content.sha256:
            raise DamagedArchive(
                f"{file.path} is not what its manifest says; `newsarchive verify` tells where. "
                "The backup that was there is as it was."
            )
        return KeptWarc(file.name, content, file.is_open, self._manifest(file))

    def _content(self, file: Standing, known: Kept | None) -> Kept:
        """The beginning of a WARC file up to what the database knows: taken over, made longer, or copied."""
        if known and self._has(known) and known.bytes <= file.end:
            if file.sealed and (known.bytes, known.sha256) == (file.end, file.sealed.sha256):
                self._advance(file.end)
                return known
            at = self._done
            target = self._folder / known.path
            found = extend_file(file.path, target, known.bytes, file.end, known.sha256, self._advance)
            if found is not None:
                more = file.end - known.bytes
                self._files, self._bytes = self._files + bool(more), self._bytes + more
                return replace(known, bytes=file.end, sha256=found)
            self._done = at  # it was written anew: something was cut out of it
        path = self._free(f"warc/{file.name}", known)
        kept = Kept(path, file.end, copy_file(file.path, self._folder / path, file.end, self._advance))
        self._count(kept)
        return kept

    def _manifest(self, file: Standing) -> Kept | None:
        if file.sealed is None:
            return None
        size = file.sealed.path.stat().st_size
        found = digest_of(file.sealed.path, size)
        kept = Kept(f"warc/{file.name}.{found[:16]}.manifest", size, found)
        if not self._has(kept):
            copy_file(file.sealed.path, self._folder / kept.path, size, lambda _bytes: None)
            self._count(kept)
        return kept

    def _free(self, path: str, known: Kept | None) -> str:
        """A path that the backup which is there does not use: that stays as it is until this one is complete."""
        if known is None or known.path != path:
            return path
        return f"{path}.anew"

    def _has(self, kept: Kept) -> bool:
        path = self._folder / kept.path
        return path.exists() and path.stat().st_size >= kept.bytes

    def _count(self, kept: Kept) -> None:
        self._files, self._bytes = self._files + 1, self._bytes + kept.bytes

    def _advance(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total)


def _refuse_inside(origin: Origin, folder: Path) -> None:
    place = folder.resolve()
    for taken in (origin.home.resolve(), origin.warc_dir.resolve()):
        if place == taken or (taken == origin.warc_dir.resolve() and place.is_relative_to(taken)):
            raise WrongFolder(
                f"{folder} is where the archive itself stands; choose a folder on another disk."
            )
    if not origin.database.exists():
        raise BackupError(f"There is no archive at {origin.database}: nothing to save.")


@contextmanager
def _locked(folder: Path, *, begun: bool) -> Iterator[None]:
    """Hold the folder, which must be empty or a backup, whole or begun."""
    names = {path.name for path in folder.iterdir()}
    if names and not begun and LOCK not in names:
        raise WrongFolder(f"{folder} is not empty, and is no backup of newsarchive; choose an empty folder.")
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ArchiveBusy(
            f"Another process is making a backup in {folder}; wait for it or stop it."
        ) from None
    finally:
        os.close(handle)


def _forget_others(folder: Path, catalogue: Catalogue) -> None:
    """Take away what belonged to earlier backups, or to attempts that were killed; nothing that is not ours."""
    named = {kept.path for kept in catalogue.files()}
    ours = [
        *folder.glob("archive-*.db*"),
        *folder.glob("newsarchive-*.toml*"),
        *folder.glob(f"{FILE_NAME}.new"),
        *(folder / "warc").glob("**/*.warc.gz*"),
    ]
    for path in ours:
        if path.is_file() and path.relative_to(folder).as_posix() not in named:
            path.unlink()
