"""WARC and WACZ files of a selection."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from archive.model import Capture
from archive.store import Store
from index.model import Selection
from newsarchive.exports import wacz
from newsarchive.exports.gathering import captured_pages
from newsarchive.exports.records import Progress, choose, members
from newsarchive.views.words import count


def write_records(
    store: Store,
    directory: Path,
    form: str,
    selection: Selection,
    file: BinaryIO,
    *,
    progress: Progress | None = None,
) -> tuple[Capture, ...]:
    """Write the records of a selection to a file that can be sought in, as `warc` or `wacz`; answers with those that
    cannot be read and are left out."""
    chosen = choose(store, selection.ids)
    title = f"{count(len(selection.ids), 'article')} of a news archive: {selection.understood}"
    found = members(store, directory, chosen, title, progress)
    if form == "wacz":
        wacz.write(file, found, captured_pages(store, selection.ids), chosen, title)
    else:
        file.writelines(member for member, _ in found)
    return tuple(chosen.damaged)
