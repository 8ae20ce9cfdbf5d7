"""What a person sees on a terminal: tables, progress bars, sentences. Results go to standard output, the rest to
standard error, so that a pipe gets the results alone."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from archive.crawl import CrawlReport
from archive.crawl import Progress as CrawlProgress

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_URL_WIDTH = 60


def print_json(value: Any) -> None:
    """A JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def plain(text: object) -> str:
    """Text of the web for a terminal: its control characters are made visible, never obeyed."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in str(text))


@contextmanager
def crawl_progress(*, quiet: bool) -> Iterator[CrawlProgress | None]:
    """A bar of a crawl on a terminal; None where nobody looks."""
    if quiet or not err.is_terminal:
        yield None
        return
    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting")
        settled = 0

        def show(report: CrawlReport, url: str) -> None:
            nonlocal settled
            settled += 1
            told = f"{report.counts['new']} new, {report.counts['failed']} failed · {plain(url)[:_URL_WIDTH]}"
            bar.update(task, completed=settled, total=settled + report.waiting, description=told)

        yield show


@contextmanager
def counting_progress(what: str) -> Iterator[Any]:
    """A bar for a job that calls back with (done, total); None where nobody looks."""
    if not err.is_terminal:
        yield None
        return
    with Progress(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err
    ) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_report(report: CrawlReport) -> None:
    """One line of counts, and a table of why URLs could not be had."""
    counts = report.as_dict()
    out.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    if report.failures:
        table = Table("cause", "URLs", "for example", box=None, pad_edge=False)
        examples = {failure.cause: failure for failure in reversed(report.failures)}
        for cause, count in Counter(failure.cause for failure in report.failures).most_common():
            example = examples[cause]
            table.add_row(cause, str(count), plain(f"{example.url} ({example.message})"))
        err.print(table)
    if not report.complete:
        err.print("The crawl was stopped before it was through; the next one goes on where it was.")
