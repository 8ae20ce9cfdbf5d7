"""What a benchmark prints: a table for a person or JSON for a program, and progress where somebody looks."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.fts5 import VERSION as SQLITE
from newsarchive import __version__

TIE = 1.3
"""Ratios nearer to 1 say nothing on a machine that is shared."""

WIDTH = 110
"""Columns that the widest table has."""

Item = TypeVar("Item")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)


def versions() -> dict[str, str]:
    """What was measured."""
    return {
        "newsarchive": __version__,
        "whoosh3": version("whoosh3"),
        "sqlite": SQLITE,
        "tantivy": version("tantivy"),
        "trafilatura": version("trafilatura"),
        "python": platform.python_version(),
    }


def versions_told(told: Mapping[str, str]) -> str:
    """On one line."""
    return ", ".join(f"{name} {number}" for name, number in told.items())


def counted(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, with a bar on a terminal."""
    return iter(track(items, what, total, console=err, transient=True, disable=not err.is_terminal))


def print_json(value: Mapping[str, object]) -> None:
    """A JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(
    title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, footer: str | None = None
) -> None:
    """A table; the first column holds names, the others figures. Below it stands `footer`, else which ratios
    say nothing and what was measured."""
    out.width = max(out.width, WIDTH)  # a pipe counts as 80 columns
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    out.print(table)
    if footer is None:
        footer = f"Ratios between {1 / TIE:.2f} and {TIE} are ties. {versions_told(versions())}"
    out.print(footer, markup=False)


def ratio(value: float) -> str:
    """A ratio to two significant digits, with a word where it is a tie."""
    tie = " tie" if 1 / TIE < value < TIE else ""
    return f"{value:.2g}{tie}" if value < 100 else f"{value:.0f}{tie}"
