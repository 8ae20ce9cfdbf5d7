"""`sources pause`, `resume` and `remove`: what is crawled and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from archive.model import Source
from archive.store import Store, Transaction
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.console import out, plain
from newsarchive.sources import choose


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """The sources that a command is about: by name or number, and by collection."""
    command = click.option(
        "--collection",
        "collections",
        multiple=True,
        metavar="NAME",
        help="All sources of this collection; may be repeated.",
    )(command)
    return click.argument("names", nargs=-1, metavar="[NAME]...")(command)


@click.command()
@_which
@click.pass_obj
def remove(config: Config, names: tuple[str, ...], collections: tuple[str, ...]) -> None:
    """Crawl sources no more. Their articles stay in the archive."""
    _each(
        config,
        names,
        collections,
        lambda tx, source: tx.remove_source(source.id, now()),
        "is crawled no more; its articles stay",
    )


@click.command()
@_which
@click.pass_obj
def pause(config: Config, names: tuple[str, ...], collections: tuple[str, ...]) -> None:
    """Leave sources out of crawls until they are resumed; `crawl --source` visits them all the same."""
    _each(config, names, collections, lambda tx, source: tx.set_paused(source.id, True), "is paused")


@click.command()
@_which
@click.pass_obj
def resume(config: Config, names: tuple[str, ...], collections: tuple[str, ...]) -> None:
    """Crawl paused sources again."""
    _each(config, names, collections, lambda tx, source: tx.set_paused(source.id, False), "is crawled again")


def _each(
    config: Config,
    names: tuple[str, ...],
    collections: tuple[str, ...],
    do: Callable[[Transaction, Source], None],
    told: str,
) -> None:
    """Do it to all of the sources or, where one of them is unknown, to none."""
    if not names and not collections:
        raise click.UsageError("Which sources? Give names, numbers or --collection NAME.")
    with Store(config.database_url) as store:
        chosen = choose(store, names, collections)
        with store.transaction() as tx:
            for source in chosen:
                do(tx, source)
    for source in chosen:
        out.print(f"{plain(source.name)} {told}.")
