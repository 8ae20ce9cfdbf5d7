"""What of an archive goes into a backup, and how each file of it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive import warc
from archive.errors import DamagedArchive


@dataclass(frozen=True, slots=True)
class Origin:
    """An archive: its folder, its database, the folder of its WARC files; its settings, which need not be there."""

    home: Path
    database: Path
    warc_dir: Path
    settings: Path


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the manifest of a WARC file says of the whole of it."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A WARC file of which the first `end` bytes are wanted. `sealed` is None where there is more of it, or where
    nothing seals it; `is_open` tells that it is still being written to."""

    name: str
    path: Path
    end: int
    sealed: Sealed | None
    is_open: bool


def standing(directory: Path, name: str, end: int) -> Standing:
    """How a WARC file stands. DamagedArchive where it is not there, or shorter than the database says; WarcError
    where its manifest is damaged."""
    path = warc.path_of(directory, name)
    size = warc.size_of(directory, name) or 0
    if size < end:
        raise DamagedArchive(
            f"{path} has {size:,} bytes, but the database knows {end:,}; `newsarchive verify` tells more."
        )
    sealed = _sealed(warc.manifest_path(directory, name), end)
    return Standing(name, path, end, sealed, is_open=sealed is None and path.name.endswith(warc.OPEN))


def _sealed(path: Path, end: int) -> Sealed | None:
    if not path.exists():
        return None
    manifest = warc.read_manifest(path)
    return Sealed(path, manifest.sha256) if manifest.bytes == end else None
