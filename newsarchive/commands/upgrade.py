"""`upgrade`: an archive of an older version, brought up to date."""

from __future__ import annotations

import click

from newsarchive import jobs
from newsarchive.bars import counting_progress
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def upgrade(config: Config, as_json: bool) -> None:
    """Bring an archive of an older version up to date. A copy of its database is put beside it first. An archive of a
    newer version is refused and left untouched."""
    with counting_progress("rebuilding the index") as progress:
        done = jobs.upgrade(config, progress=progress)
    lifted = done.database
    if as_json:
        print_json(
            {
                "version": done.version,
                "before": lifted.before if lifted else done.version,
                "copy": str(lifted.copy) if lifted else None,
                "index_rebuilt": done.index_rebuilt,
            }
        )
        return
    if lifted:
        out.print(f"The database was of version {lifted.before} and is of version {lifted.now} now.")
        out.print(plain(f"As it was before, it stands in {lifted.copy}; delete that when all is well."))
    else:
        out.print(f"The database is of version {done.version}, the newest that there is.")
    if done.index_rebuilt:
        out.print("The index was built anew.")
