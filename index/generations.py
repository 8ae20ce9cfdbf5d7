"""HOME/index on disk: generations, which one is served, and the state that each commit leaves beside it.

    CURRENT             the number of the generation that is served; replaced atomically
    lock                held while generations are made or switched
    gen-N/              a whole index; the files of the engine
    gen-N/lock          held by the one process that writes this generation
    gen-N/state-C.json  what holds after the engine's commit C; written, and on disk, before that commit

Whichever commit is seen, its state is there: a checkpoint can never run ahead of the documents or lag behind.
The directory is for its owner only, since an engine may keep pickles in it, which are as good as code.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import DamagedIndex, IndexBusy, NoIndex, OldIndex
from index.schema import SCHEMA_VERSION

CURRENT = "CURRENT"
_GENERATION = re.compile(r"gen-(\d{1,9})", re.ASCII)
_STATE = re.compile(r"state-(\d+)\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """What holds after a commit. `last_id` is the id up to which a rebuild has read, None when it is done."""

    schema_version: int
    checkpoint: int
    documents: int
    last_id: int | None = None

    def check_version(self) -> None:
        """`OldIndex` where the index was written for other fields than ours."""
        if self.schema_version != SCHEMA_VERSION:
            msg = (
                "The index was made by another version of newsarchive; `newsarchive rebuild` makes a new one."
            )
            raise OldIndex(msg)


@dataclass(frozen=True, slots=True)
class Generation:
    """One index in its folder."""

    number: int
    path: Path

    def state(self, commit: int) -> State:
        """The state after that commit. FileNotFoundError where a later commit has taken it away."""
        text = (self.path / f"state-{commit}.json").read_text("utf-8")
        try:
            return State(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise DamagedIndex(f"The state of index generation {self.number} cannot be read.") from error

    def write_state(self, commit: int, state: State) -> None:
        """Leave the state for a commit that is about to be made."""
        write_durably(self.path / f"state-{commit}.json", json.dumps(asdict(state)))

    def forget_states(self, commit: int) -> None:
        """Take away what no reader of this commit or of the one before it needs."""
        for path in self.path.iterdir():
            found = _STATE.fullmatch(path.name)
            if found and not commit - 1 <= int(found[1]) <= commit:
                path.unlink(missing_ok=True)


def prepare(directory: Path) -> None:
    """Make the folder, readable by its owner only."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)


def current(directory: Path) -> Generation:
    """The generation that is served. `NoIndex` where there is none."""
    try:
        text = (directory / CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        raise NoIndex("Nothing has been indexed yet; `newsarchive rebuild` builds the index.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndex("The index cannot be read; `newsarchive rebuild` builds a new one.") from error
    if not _GENERATION.fullmatch(f"gen-{text}"):
        raise DamagedIndex("The index does not say which generation it serves; run `newsarchive rebuild`.")
    generation = Generation(int(text), directory / f"gen-{text}")
    if not generation.path.is_dir():
        raise NoIndex("The index is gone; `newsarchive rebuild` builds a new one.")
    return generation


def all_generations(directory: Path) -> list[Generation]:
    """The generations that stand there, finished or not, in the order of their numbers."""
    found = ((_GENERATION.fullmatch(path.name), path) for path in directory.glob("gen-*"))
    return sorted((Generation(int(m[1]), p) for m, p in found if m), key=lambda g: g.number)


def create(directory: Path) -> Generation:
    """An empty folder for the next generation."""
    existing = all_generations(directory)
    number = existing[-1].number + 1 if existing else 1
    generation = Generation(number, directory / f"gen-{number}")
    generation.path.mkdir(mode=0o700)
    sync_directory(directory)
    return generation


def switch(directory: Path, generation: Generation) -> None:
    """Serve this generation from now on."""
    sync_directory(generation.path)
    write_durably(directory / CURRENT, f"{generation.number}\n")


def remove(generation: Generation) -> None:
    """Take a generation away; who reads it already goes on, its files stay until they are closed."""
    shutil.rmtree(generation.path, ignore_errors=True)


def write_durably(path: Path, text: str) -> None:
    """Replace a file by one with this text, so that it is the old or the new one whatever happens."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Hold the lock of a folder; it ends with the process. `IndexBusy` where another one holds it."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(f"Another process is {what} this index; try again when it is done.") from None
        yield
    finally:
        os.close(handle)
