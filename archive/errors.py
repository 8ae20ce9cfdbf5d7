"""What can go wrong in the archive.

ArchiveError
├── FetchError              one URL could not be fetched; `cause` is a code for counting
│   ├── AddressRefused      the address is not one that may be fetched
│   ├── LimitExceeded       too large, too slow, too many redirects
│   ├── ProtocolError       not HTTP/1.1 as we can keep it
│   └── ConnectionFailed    no name, no route, no answer, no valid certificate
├── StoreError
│   ├── UnknownSource       no source of that name or id
│   ├── SourceExists        a source of that name or URL is there already
│   ├── NewerArchive        written by a newer version of the program; left untouched
│   ├── SoundDatabase       the database needs no recovery
│   └── DamagedArchive      a file is shorter than the database says
├── WarcError               a record cannot be written or read back
│   └── DiskFull            there is no room for what was to be written, a record or a transaction (a StoreError, too)
├── BackupError             a backup cannot be made, read or restored
│   └── WrongFolder         the folder is not one for that; nothing was done
├── NoArchiveFile           a path is no file that can be imported
└── ArchiveBusy             another process is crawling this archive
"""

from __future__ import annotations


class ArchiveError(Exception):
    """The base of all errors that the archive raises; its text is one sentence for a person."""


class FetchError(ArchiveError):
    """One URL could not be fetched."""

    cause = "failed"

    def __init__(self, message: str, *, url: str = "", cause: str | None = None) -> None:
        super().__init__(message)
        self.url = url
        if cause is not None:
            self.cause = cause


class AddressRefused(FetchError):
    """The scheme, port or address is not one that may be fetched."""

    cause = "address-refused"


class LimitExceeded(FetchError):
    """The response is larger, slower or longer in redirects than allowed."""

    cause = "limit"


class ProtocolError(FetchError):
    """The server did not speak HTTP/1.1 in a form that can be kept."""

    cause = "protocol"


class ConnectionFailed(FetchError):
    """No connection: name, route, time-out, or certificate."""

    cause = "connection"


class StoreError(ArchiveError):
    """The database refused."""


class UnknownSource(StoreError):
    """No source has that name or id."""


class SourceExists(StoreError):
    """A source of that name or URL is there already."""


class NewerArchive(StoreError):
    """The database was written by a newer version of the program."""


class SoundDatabase(StoreError):
    """The database is sound and was left as it is."""


class DamagedArchive(StoreError):
    """A file of the archive is missing or shorter than the database says."""


class WarcError(ArchiveError):
    """A WARC record cannot be written or read back."""


class BackupError(ArchiveError):
    """A backup cannot be made, read or restored."""


class WrongFolder(BackupError):
    """The folder that somebody named holds something else than it must; nothing was done."""


class DiskFull(WarcError, StoreError):
    """There is no room for a record or a transaction; nothing of it was written."""


class NoArchiveFile(ArchiveError):
    """A path that is no file that can be imported; nothing was done."""


class ArchiveBusy(ArchiveError):
    """Another process holds the lock of this archive."""
