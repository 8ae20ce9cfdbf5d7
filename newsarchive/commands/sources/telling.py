"""`sources list` and `sources show`: what was said of sources, and how they are doing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.table import Table

from archive.habit import describe_ages
from archive.learning import Memory
from archive.model import Source, SourceHealth
from archive.store import Store
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.health import assess
from newsarchive.sources import Word, describe_every, describe_interval, in_collections, words_of

_LINES, _LINE = 10, 100
"""How many of the lines that are left out are shown, and how much of each."""


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option(
    "--collection",
    "collections",
    multiple=True,
    metavar="NAME",
    help="Only those of this collection; may be repeated.",
)
@click.pass_obj
def list_sources(config: Config, as_json: bool, collections: tuple[str, ...]) -> None:
    """List the sources with their health."""
    with Store(config.database_url) as store:
        health = store.health(now())
    if collections:
        wanted = {source.id for source in in_collections([item.source for item in health], collections)}
        health = [item for item in health if item.source.id in wanted]
    if as_json:
        print_json([as_json_of(item) for item in health])
    elif not health:
        out.print("There is no source yet; add one with: newsarchive sources add URL")
    else:
        _print_list(health)


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def show(config: Config, name: str, as_json: bool) -> None:
    """Show all settings of a source, and how it is doing."""
    with Store(config.database_url) as store:
        source = store.source(name)
        (item,) = (item for item in store.health(now()) if item.source.id == source.id)
        memory = store.memory(source.id)
    if as_json:
        print_json(_in_full(item) | {"learnt": _learnt_as_json(memory)})
        return
    print_settings(source)
    _print_health(item)
    _print_learnt(memory)


def print_settings(source: Source) -> None:
    """What was said of a source, a line each; what was not said is not told."""
    words: dict[str, Word] = {"number": str(source.id), **words_of(source)}
    words["every"] = describe_every(source.interval, adaptive=source.adaptive)
    _print_lines({key: ", ".join(w) if isinstance(w, tuple) else w for key, w in words.items()})


def as_json_of(item: SourceHealth) -> dict[str, Any]:
    """A source as `list --json` has it."""
    source = item.source
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "every": describe_interval(source.interval),
        "adaptive": source.adaptive,
        "min_delay": source.min_delay,
        "paused": source.paused,
        "collections": list(source.collections),
        "revisit_ages": [describe_ages((age,)) for age in source.revisit_ages],
        "backfill_since": source.backfill_since.isoformat() if source.backfill_since else None,
        "requisites": source.requisites,
        "rules": asdict(source.rules),
        "articles": item.articles,
        "failures": item.failures,
        "endpoints": list(item.endpoints),
        "next_crawl": source.due_at.isoformat(),
        "last_crawl": source.last_crawl_at.isoformat() if source.last_crawl_at else None,
        "last_success": source.last_success_at.isoformat() if source.last_success_at else None,
        "last_error": source.last_error,
    }


def _in_full(item: SourceHealth) -> dict[str, Any]:
    return {
        **as_json_of(item),
        "added": item.source.added_at.isoformat(),
        "articles_28_days": len(item.arrivals),
        "unread": item.unread,
        "refused": item.refused,
        "causes": dict(item.causes),
        "last_failures": [
            {"at": f.at.isoformat(), "url": f.url, "cause": f.cause, "message": f.message}
            for f in item.last_failures
        ],
    }


def _print_list(health: list[SourceHealth]) -> None:
    columns = ["id", "name", "every", "articles", "failures", "next crawl (UTC)", "state"]
    in_sets = any(item.source.collections for item in health)
    table = Table(*columns, *(["collections"] if in_sets else []), box=None, pad_edge=False)
    for item in health:
        source = item.source
        cells = [
            source.id,
            plain(source.name),
            describe_every(source.interval, adaptive=source.adaptive),
            item.articles,
            item.failures,
            "" if source.paused else _moment(source.due_at),
            plain(_state(item)),
        ]
        table.add_row(*map(str, cells), *([", ".join(source.collections)] if in_sets else []))
    print_table(table)


def _print_health(item: SourceHealth) -> None:
    source = item.source
    causes = [f"{n} {cause}" for cause, n in item.causes]
    told: dict[str, Word] = {
        "state": _state(item),
        "articles": f"{item.articles}; in the last 28 days {len(item.arrivals)}",
        "unread": str(item.unread or ""),
        "failures": f"{item.failures}; in the last 28 days {', '.join(causes) or 'none'}",
        "forbidden": f"in the last 28 days {item.refused}, by robots.txt" if item.refused else "",
        "added": _moment(source.added_at),
        "last crawl": _moment(source.last_crawl_at),
        "last success": _moment(source.last_success_at),
        "next crawl": "" if source.paused else _moment(source.due_at),
        "looks at": "\n".join(item.endpoints),
        "last failures": "\n".join(
            f"{_moment(f.at)} {f.cause} {f.url} ({f.message})" for f in item.last_failures
        ),
    }
    _print_lines(told)


def _learnt_as_json(memory: Memory) -> dict[str, Any]:
    learnt = memory.learnt()
    return {
        "articles": memory.articles,
        "left_out": memory.dropped_lines(),
        "bylines": list(learnt.bylines),
        "dates": list(learnt.dates),
    }


def _print_learnt(memory: Memory) -> None:
    """What its pages have in common, if anything is known of that."""
    learnt = memory.learnt()
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in memory.dropped_lines()]
    more = [f"and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else []
    told: dict[str, Word] = {
        "leaves out": "\n".join(lines[:_LINES] + more),
        "bylines at": "\n".join(learnt.bylines),
        "dates at": "\n".join(learnt.dates),
    }
    if any(told.values()):
        _print_lines({"learnt from": f"{memory.articles:,} articles", **told})


def _print_lines(told: dict[str, Word]) -> None:
    """A line for each, but for what is empty."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=14)
    for what, said in told.items():
        if said:
            table.add_row(what, "yes" if said is True else plain(said))
    print_table(table)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "not yet"


def _state(item: SourceHealth) -> str:
    """The condition of a source in one word, with the reason where it needs attention."""
    health = assess(item, now())
    marks = ", ".join(health.marks)
    return f"{marks}: {health.why}" if health.why else marks
