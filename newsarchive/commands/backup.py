"""`backup` and `restore`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from archive.backup import check_backup
from newsarchive import jobs
from newsarchive.bars import bytes_progress, counting_progress
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--check", is_flag=True, help="Make none: read the one that is there, and compare every byte.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def backup(config: Config, folder: Path, check: bool, as_json: bool) -> int:
    """Save the archive to a folder, also while a crawl is under way. What the folder has already is not copied again;
    what was written is read back. It may be stopped at any time: the backup before stays, the next run goes on."""
    if check:
        return _check(folder, as_json=as_json)
    with bytes_progress("saving", quiet=as_json) as progress:
        made = jobs.backup(config, folder, progress=progress)
    catalogue = made.catalogue
    if as_json:
        print_json(
            {
                "made_at": catalogue.made_at.isoformat(),
                "articles": catalogue.articles,
                "revisions": catalogue.revisions,
                "captures": catalogue.captures,
                "files": len(list(catalogue.files())),
                "bytes": catalogue.bytes,
                "copied": {"files": made.copied_files, "bytes": made.copied_bytes},
            }
        )
        return 0
    out.print(
        f"Saved: {catalogue.articles:,} articles, {catalogue.captures:,} captures, {_size(catalogue.bytes)}; "
        f"{_size(made.copied_bytes)} of it copied now and read back."
    )
    return 0


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--no-index", is_flag=True, help="Leave the index to `newsarchive rebuild`.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def restore(config: Config, folder: Path, no_index: bool, as_json: bool) -> None:
    """Make an archive of a backup, in the folder that --home names, which must hold none. Every byte is checked. It
    may be stopped at any time; the next run goes on where it was."""
    with bytes_progress("restoring", quiet=as_json) as progress, counting_progress("indexing") as rebuilding:
        restored = jobs.restore(
            config.home, os.environ, folder, index=not no_index, progress=progress, rebuilding=rebuilding
        )
    catalogue, index = restored.catalogue, restored.index
    if as_json:
        print_json(
            {
                "home": str(config.home),
                "made_at": catalogue.made_at.isoformat(),
                "articles": catalogue.articles,
                "revisions": catalogue.revisions,
                "captures": catalogue.captures,
                "bytes": catalogue.bytes,
                "settings": restored.settings_placed,
                "documents": index.documents if index else None,
            }
        )
        return
    out.print(
        plain(
            f"Restored to {config.home}: {catalogue.articles:,} articles, {catalogue.captures:,} captures, "
            f"as of {catalogue.made_at:%Y-%m-%d %H:%M} UTC. All digests hold."
        )
    )
    if index is None and catalogue.articles:
        out.print("Nothing can be searched yet: `newsarchive rebuild` makes the index.")


def _check(folder: Path, *, as_json: bool) -> int:
    with bytes_progress("reading", quiet=as_json) as progress:
        wrong = check_backup(folder, progress=progress)
    if as_json:
        print_json({"sound": not wrong, "problems": wrong})
    else:
        for message in wrong:
            out.print(plain(message))
        out.print(
            "The backup is what was written there." if not wrong else f"{len(wrong)} files are damaged."
        )
    return 1 if wrong else 0


def _size(count: int) -> str:
    """Bytes for a person."""
    if count < 10_000:
        return f"{count:,} bytes"
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
