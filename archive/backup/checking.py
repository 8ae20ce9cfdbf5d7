"""Is all there that the catalogue of a backup names, and is it what it was?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archive.backup.catalogue import Catalogue, Kept, read_catalogue
from archive.backup.copying import digest_of
from archive.errors import BackupError, WrongFolder


def check_backup(
    folder: Path, *, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[str]:
    """Read every byte of a backup; what is wrong, a sentence for each file, empty where all is well.
    WrongFolder where there is no backup."""
    catalogue = catalogue_of(folder)
    done = 0
    wrong = []
    for kept in catalogue.files():
        if message := _wrong(folder, kept):
            wrong.append(message)
        done += kept.bytes
        progress(done, catalogue.bytes)
    return wrong


def catalogue_of(folder: Path) -> Catalogue:
    """The catalogue of the backup in a folder. WrongFolder where there is none."""
    catalogue = read_catalogue(folder)
    if catalogue is None:
        raise WrongFolder(f"{folder} is no backup, or one whose first run was not finished.")
    return catalogue


def missing(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    """What is not there at all, or too short: told without reading it."""
    for kept in catalogue.files():
        path = folder / kept.path
        if not path.is_file():
            yield f"{path} is not there."
        elif path.stat().st_size < kept.bytes:
            yield f"{path} has {path.stat().st_size:,} bytes instead of {kept.bytes:,}."


def _wrong(folder: Path, kept: Kept) -> str:
    path = folder / kept.path
    try:
        if digest_of(path, kept.bytes) != kept.sha256:
            return f"{path} is not what was written there."
    except (OSError, BackupError) as error:
        return f"{path} cannot be read: {error}."
    return ""
