"""WARC files that take the place of others: one that was written anew is exchanged for the old one so that, whatever
happens, the database and the file of that name belong together again when the archive is opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archive import warc
from archive.store import Store

_BESIDE = ".anew"


def beside(directory: Path, name: str) -> Path:
    """Where the file stands that is to take the place of another."""
    return directory / f"{name}{_BESIDE}"


def finish(store: Store, directory: Path) -> None:
    """Bring to its end what a kill interrupted: files that the database is waiting for take their places, and get a
    manifest; others that were left half-way are thrown away. Comes before anybody compares files with the database.
    Errors: WarcError, DiskFull."""
    for name in store.swaps():
        new = beside(directory, name)
        if new.exists():
            warc.replace_file(new, directory / name)
        manifest = warc.write_manifest(directory, name)
        closed = {file.name: file.sealed_at for file in store.warc_files()}.get(name)
        at = closed or datetime.fromtimestamp((directory / name).stat().st_mtime, UTC)
        with store.transaction() as tx:
            tx.swapped(warc.sealed_as(name, manifest, at))
    for left in directory.glob(f"**/*{_BESIDE}"):
        left.unlink()
