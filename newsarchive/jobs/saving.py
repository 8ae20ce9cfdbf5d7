"""A second copy of the archive, and the archive out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.backup import Catalogue, Made, Origin, make_backup, place_settings, restore_backup
from archive.errors import ArchiveError
from archive.store import database_path
from index.model import IndexStatus
from newsarchive import __version__
from newsarchive.clock import now
from newsarchive.config import FILE_NAME, Config, ConfigError, load_config
from newsarchive.jobs.indexing import rebuild
from newsarchive.lock import crawl_lock

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """An archive that was made of a backup: with the settings of the backup, or those that were there."""

    catalogue: Catalogue
    config: Config
    settings_placed: bool
    index: IndexStatus | None


def backup(config: Config, folder: Path, *, progress: Progress) -> Made:
    """Bring a backup up to date, or make it. No crawl need end for it; `progress` gets bytes.
    Errors: WrongFolder, ArchiveBusy, DamagedArchive, BackupError."""
    software = f"newsarchive/{__version__}"
    return make_backup(_origin(config), folder, now=now(), software=software, progress=progress)


def restore(
    home: Path,
    environ: Mapping[str, str],
    folder: Path,
    *,
    index: bool = True,
    progress: Progress,
    rebuilding: Progress | None = None,
) -> Restored:
    """Make an archive in `home` of a backup, and its index; where `home` has no settings, those of the backup hold,
    which may say where database and WARC files stand. Errors: WrongFolder, BackupError, ConfigError, ArchiveBusy."""
    with crawl_lock(home):
        placed = place_settings(folder, home / FILE_NAME)
        try:
            config = load_config(home, environ)
            catalogue = restore_backup(folder, _origin(config), progress=progress)
        except (ArchiveError, ConfigError):
            if placed:
                (home / FILE_NAME).unlink()
            raise
    status = rebuild(config, progress=rebuilding) if index and catalogue.articles else None
    return Restored(catalogue, config, placed, status)


def _origin(config: Config) -> Origin:
    return Origin(
        home=config.home,
        database=database_path(config.database_url),
        warc_dir=config.warc_dir,
        settings=config.home / FILE_NAME,
    )
