"""`import`: taking over other archives, lists of addresses, articles in files, lists of sources."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from archive.importing import ImportReport, Problem
from newsarchive import jobs
from newsarchive.bars import crawl_progress, import_progress
from newsarchive.commands.crawl import warn_without_contact
from newsarchive.commands.sources.files import import_sources
from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_json, print_report, print_table
from newsarchive.ending import Ending

_STANDARD = "-"
_SHOWN = 20

_files = click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="Print the counts and the problems as JSON.")


@click.group("import")
def import_() -> None:
    """Take over what others have archived: WARC and WACZ files, articles in JSON lines, lists of addresses or of
    sources."""


@import_.command()
@_files
@click.option("--source", metavar="NAME", help="All articles go to this source; else to that of their site.")
@click.option("--articles-only", is_flag=True, help="Leave out images, style sheets and requests.")
@_as_json
@click.pass_obj
def warc(
    config: Config, files: tuple[Path, ...], source: str | None, articles_only: bool, as_json: bool
) -> int:
    """Take over WARC, WACZ and ARC files, and folders of them. It may be stopped at any time; the same command goes
    on where it was. Ends with 1 where it was stopped, or something could not be read."""
    with Ending() as ending, import_progress(quiet=as_json) as progress:
        report = jobs.import_warc(
            config,
            files,
            source=source,
            articles_only=articles_only,
            progress=progress,
            stopped=lambda: ending.asked,
        )
    return _told(report, as_json=as_json)


@import_.command()
@_files
@click.option(
    "--source", default="", metavar="NAME", help="All articles go to this source, made where there is none."
)
@_as_json
@click.pass_obj
def jsonl(config: Config, files: tuple[Path, ...], source: str, as_json: bool) -> int:
    """Take over articles from files with a JSON object on each line, also gzipped. It may be stopped at any time; the
    same command goes on where it was. Ends with 1 where it was stopped, or a line is no article."""
    with Ending() as ending, import_progress(quiet=as_json) as progress:
        report = jobs.import_lines(
            config, files, source=source, progress=progress, stopped=lambda: ending.asked
        )
    return _told(report, as_json=as_json)


@import_.command()
@click.argument("file", metavar="FILE")
@click.pass_obj
def urls(config: Config, file: str) -> int:
    """Archive the addresses of a list now, one on each line; # begins a remark, - is the standard input. What an
    earlier run of the same list has got is not asked for again, if that was stopped."""
    warn_without_contact(config)
    data = _read(file)
    with Ending() as ending, crawl_progress(quiet=False) as progress:
        result = jobs.import_urls(config, data, progress=progress, stopper=ending.stopper)
    for number, sentence in result.wrong:
        err.print(f"{plain(file)}, line {number}: {plain(sentence)}")
    if result.skipped:
        err.print(f"{result.skipped:,} addresses were archived by the run before that was stopped.")
    print_report(result.report)
    return 0 if result.report.complete and not result.report.failures and not result.wrong else 1


import_.add_command(import_sources, "opml")


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == _STANDARD else Path(file).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error


def _told(report: ImportReport, *, as_json: bool) -> int:
    """Tell what became of it; the exit code."""
    if as_json:
        print_json(_json(report))
    else:
        _print(report)
    return 0 if report.complete and not report.counts["failed"] else 1


def _json(report: ImportReport) -> dict[str, Any]:
    return {
        **report.as_dict(),
        "unread": report.unread,
        "complete": report.complete,
        "causes": dict(report.causes.most_common()),
        "problems": [
            {"file": p.file, "where": p.where, "code": p.code, "message": p.message, "url": p.url}
            for p in report.problems
        ],
    }


def _print(report: ImportReport) -> None:
    out.print(", ".join(f"{count:,} {outcome}" for outcome, count in report.as_dict().items()))
    if report.causes:
        _print_problems(report.problems, report.causes)
    if not report.complete:
        err.print("It was stopped before it was through; the same command goes on where it was.")
    elif report.counts["failed"]:
        err.print("What could not be read is told above; everything else was taken over.")


def _print_problems(problems: list[Problem], causes: Counter[str]) -> None:
    table = Table("cause", "count", "for example", box=None, pad_edge=False)
    examples = {problem.code: problem for problem in reversed(problems)}
    for cause, count in causes.most_common(_SHOWN):
        example = examples.get(cause)
        told = f"{example.file}, {example.where}: {example.message} {example.url}" if example else ""
        table.add_row(cause, f"{count:,}", plain(told.strip(", ")))
    print_table(table, err)
