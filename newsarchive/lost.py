"""An archive whose database is lost is not an empty one: that is said before anything is answered."""

from __future__ import annotations

from pathlib import Path

from archive.errors import ArchiveError
from newsarchive.config import Config

_FILE = "sqlite:///"


class DatabaseLost(ArchiveError):
    """WARC files stand there, and no database."""


def refuse_lost(config: Config) -> None:
    """DatabaseLost where an answer would be that of a new, empty database. Looks at names only."""
    if not config.database_url.startswith(_FILE):
        return
    path = Path(config.database_url.removeprefix(_FILE))
    if path.exists() or next(config.warc_dir.glob("**/*.warc.gz*"), None) is None:
        return
    raise DatabaseLost(
        f"{path} is not there, but {config.warc_dir} has WARC files: newsarchive recover makes the database anew."
    )
