"""Progress bars on a terminal, on standard error; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from newsarchive.console import err, plain

if TYPE_CHECKING:
    from archive.crawl import CrawlReport
    from archive.crawl import Progress as CrawlProgress
    from archive.importing import ImportReport
    from newsarchive.jobs.importing import ImportStep
    from newsarchive.jobs.importing import Progress as ImportedSoFar

_URL_WIDTH = 60


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
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting")
        settled = 0

        def show(report: CrawlReport, url: str) -> None:
            nonlocal settled
            if report.paused:
                bar.update(task, description=plain(report.paused))
                return
            settled += bool(url)
            told = f"{report.counts['new']} new, {report.counts['failed']} failed · {plain(url)[:_URL_WIDTH]}"
            bar.update(task, completed=settled, total=settled + report.waiting, description=told)

        yield show


@contextmanager
def running_progress(what: str, *, quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """A count that runs up, for a job that says what it is at and does not know how much there is; None where nobody
    looks."""
    if quiet or not err.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TimeElapsedColumn())
    told = TextColumn("{task.description}", markup=False)
    with Progress(*columns, told, console=err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda said: bar.update(task, advance=1, description=said[:_URL_WIDTH])


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


@contextmanager
def bytes_progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar for a job that calls back with the bytes that it has done and all; nothing where nobody looks."""
    if quiet or not err.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn(what), BarColumn(), DownloadColumn(binary_units=True), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def import_progress(*, quiet: bool) -> Iterator[ImportedSoFar | None]:
    """A bar of an import: of the bytes of its files, then of the pages that are read; None where nobody looks."""
    if quiet or not err.is_terminal:
        yield None
        return
    told = TextColumn("{task.description}", markup=False)
    columns = (
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        told,
    )
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(report: ImportReport, step: ImportStep) -> None:
            if step.doing not in tasks:
                tasks[step.doing] = bar.add_task(step.doing)
            counts = report.counts
            found = f"{counts['captures']:,} captures, {counts['new']:,} new, {counts['failed']:,} failed"
            description = f"{step.doing} · {found} · {plain(step.what)[:_URL_WIDTH]}"
            bar.update(tasks[step.doing], completed=step.done, total=step.total, description=description)

        yield show
