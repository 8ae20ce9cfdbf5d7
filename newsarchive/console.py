"""What a person sees on a terminal: tables, sentences. Results go to standard output, the rest to
standard error, so that a pipe gets the results alone."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:  # searching has no need of the crawler, which takes its time to load
    from archive.crawl import CrawlReport


_AS_IT_IS: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False, "soft_wrap": True}
out = Console(**_AS_IT_IS)
err = Console(stderr=True, **_AS_IT_IS)

_QUIET = {"unchanged", "pages"}
"""Outcomes that nobody needs to be told of, source by source."""

_UNBOUNDED = 100_000
_OBEYED = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""Control characters but the line feed, those that turn the direction of writing, and halves of characters."""


def print_json(value: Any) -> None:
    """A JSON document on standard output; what a terminal might obey is escaped, which JSON allows."""
    universal = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not universal, indent=2)
    sys.stdout.write(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def plain(text: object) -> str:
    """Text of the web for a terminal: its control characters are made visible, never obeyed."""
    return _OBEYED.sub(lambda found: repr(found[0])[1:-1], str(text))


def print_table(table: Table, console: Console = out) -> None:
    """A table, folded to the width of a terminal; for a pipe it has one line a row, however long."""
    if not console.is_terminal:
        console = Console(file=console.file, width=_UNBOUNDED, **_AS_IT_IS)
    console.print(table)


def print_report(report: CrawlReport) -> None:
    """One line of counts; what became of which source where there are several; why URLs could not be had or were not
    followed."""
    counts = report.as_dict()
    out.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    if len(report.by_source) > 1:
        _print_by_source(report)
    if report.failures:
        table = Table("cause", "URLs", "for example", box=None, pad_edge=False)
        examples = {failure.cause: failure for failure in reversed(report.failures)}
        for cause, count in Counter(failure.cause for failure in report.failures).most_common():
            example = examples[cause]
            table.add_row(cause, str(count), plain(f"{example.url} ({example.message})"))
        print_table(table, err)
    if report.left_out:
        told = ", ".join(f"{count:,} {why}" for why, count in report.left_out.most_common())
        err.print(f"Addresses not followed: {plain(told)}.")
    if not report.complete:
        err.print("The crawl was stopped before it was through; the next one goes on where it was.")


def _print_by_source(report: CrawlReport) -> None:
    """A row for each source that brought something new or lost something; one for all others."""
    outcomes = tuple(report.as_dict())
    causes: dict[str, Counter[str]] = {}
    for failure in report.failures:
        causes.setdefault(failure.source, Counter())[failure.cause] += 1
    table = Table("source", box=None, pad_edge=False)
    for outcome in outcomes:
        table.add_column(outcome, justify="right")
    table.add_column("why")
    others, quiet = Counter[str](), 0
    for name, counted in sorted(report.by_source.items()):
        counts = Counter[str]({str(outcome): n for outcome, n in counted.items()})
        if counts.keys() <= _QUIET:
            others, quiet = others + counts, quiet + 1
            continue
        why = ", ".join(f"{count} {cause}" for cause, count in causes.get(name, Counter()).most_common())
        table.add_row(plain(name), *(str(counts[outcome]) for outcome in outcomes), why)
    if quiet:
        label = "1 other" if quiet == 1 else f"{quiet:,} others"
        table.add_row(label, *(str(others[outcome]) for outcome in outcomes))
    print_table(table)
