"""What can go wrong in the index.

IndexProblem
├── NoIndex            there is no usable generation yet; build one with `newsarchive rebuild`
│   └── OldIndex        it was made by another version of newsarchive; rebuild it
├── DamagedIndex       a generation cannot be read; the archive is untouched, rebuild it
├── IndexAhead         it followed the change log of another database; rebuild it
├── IndexBusy          another process writes this index
└── RebuildFailed      the new generation did not pass its check; the old one goes on serving
"""

from __future__ import annotations


class IndexProblem(Exception):
    """The base of all errors that the index raises; its text is one sentence for a person."""


class NoIndex(IndexProblem):
    """There is no usable generation yet."""


class OldIndex(NoIndex):
    """An index was made by another version of newsarchive."""


class DamagedIndex(IndexProblem):
    """A generation cannot be read."""


class IndexAhead(IndexProblem):
    """The index followed the change log of another database than the one that is there."""


class IndexBusy(IndexProblem):
    """Another process writes this index."""


class RebuildFailed(IndexProblem):
    """The new generation did not pass its check."""
