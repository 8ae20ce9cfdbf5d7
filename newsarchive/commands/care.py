"""`rebuild`, `verify` and `status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from newsarchive import jobs
from newsarchive.bars import bytes_progress, counting_progress
from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_json
from newsarchive.health import TROUBLES

_TROUBLES = 20
"""So many sources in trouble are listed on a terminal."""


@click.command()
@click.option(
    "--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="How many at once."
)
@click.pass_obj
def rebuild(config: Config, processes: int) -> None:
    """Build the index anew from the archive, check it, then switch to it. Searching goes on meanwhile; what was
    killed half-way is resumed."""
    with counting_progress("grouping") as progress:
        jobs.group(config, progress=progress)
    with counting_progress("rebuilding") as progress:
        status = jobs.rebuild(config, processes=processes, progress=progress)
    out.print(f"Generation {status.generation} is in use, with {status.documents:,} articles.")


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended without guessing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def verify(config: Config, repair: bool, as_json: bool) -> int:
    """Do WARC files, database and index agree? Exit code 1 where they do not."""
    with bytes_progress("verifying", quiet=as_json) as progress:
        verdict = jobs.verify(config, repair=repair, progress=progress)
    if as_json:
        print_json(
            {
                "sound": verdict.sound,
                "captures": verdict.captures,
                "articles": verdict.articles,
                "documents": verdict.documents,
                **asdict(verdict.looked_at),
                "problems": [asdict(problem) for problem in verdict.problems],
            }
        )
    else:
        for problem in verdict.problems:
            mended = " (repaired)" if problem.repaired else ""
            out.print(plain(f"{problem.where}: {problem.message}{mended}"))
        count, looked_at = len(verdict.problems), verdict.looked_at
        found = "All agree" if not count else f"{count} problem{'s' if count > 1 else ''}"
        out.print(
            f"{found}: {verdict.captures:,} captures, {verdict.articles:,} articles, "
            f"{verdict.documents:,} of them searchable; {looked_at.records:,} records in {looked_at.files:,} "
            f"WARC file{'s' if looked_at.files != 1 else ''}."
        )
        if repair and not verdict.sound:
            err.print(
                "What is not marked as repaired was left as it is: to mend it one would have to guess. "
                "A backup may have it."
            )
    return 0 if verdict.sound else 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(config: Config, as_json: bool) -> None:
    """How much there is, how far the index has come, and which sources need attention."""
    counts = jobs.status(config)
    if as_json:
        print_json(counts)
        return
    for name in ("articles", "revisions", "captures", "sources"):
        out.print(f"{name:<10} {counts[name]:>9,}")
    index = counts["index"]
    out.print(
        f"{'index':<10} {index['documents']:>9,} articles, generation {index['generation']}, {index['behind']} behind"
    )
    _print_troubles(counts["health"])


def _print_troubles(sources: list[dict[str, Any]]) -> None:
    """The sources that fail, are silent or flooding, a line each."""
    troubled = [source for source in sources if source["state"] == "failing" or source["flag"]]
    for source in troubled[:_TROUBLES]:
        marks = [mark for mark in (source["state"], source["flag"]) if mark in TROUBLES]
        out.print(plain(f"{' and '.join(marks):<10} {source['name']}: {source['why']}"))
    if len(troubled) > _TROUBLES:
        out.print(f"and {len(troubled) - _TROUBLES:,} more; --json tells all.")
