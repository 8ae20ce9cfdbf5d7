"""The words and filters of a search on the command line: the same for whatever works on a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from index.model import SORTS, SearchRequest
from newsarchive.searchform import FormError, parse

Command = TypeVar("Command", bound=Callable[..., Any])


def not_empty(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
    """An empty value is most often a variable that a script did not set: to ignore it would find too much."""
    if any(not item.strip() for item in ([value] if isinstance(value, str) else value or ())):
        raise click.BadParameter("it is empty.")
    return value


_NARROWING = (
    click.argument("query", nargs=-1),
    click.option(
        "--author",
        multiple=True,
        metavar="NAME",
        callback=not_empty,
        help="Only articles by this author; several mean or.",
    ),
    click.option(
        "--source",
        multiple=True,
        metavar="NAME",
        callback=not_empty,
        help="Only articles of this source; several mean or.",
    ),
    click.option(
        "--since",
        metavar="DATE",
        callback=not_empty,
        help="Published on this day or later: 2025, 2025-04, 2025-04-01.",
    ),
    click.option("--until", metavar="DATE", callback=not_empty, help="Published on this day or earlier."),
    click.option(
        "--sort", type=click.Choice(SORTS), help="Else by relevance, or newest first without words."
    ),
)


def narrowing(command: Command) -> Command:
    """Give a command the arguments that say what is searched for; `asked` makes a request of them."""
    for option in reversed(_NARROWING):
        command = option(command)
    return command


def asked(
    query: Sequence[str],
    author: Sequence[str],
    source: Sequence[str],
    since: str | None,
    until: str | None,
    sort: str | None,
) -> SearchRequest:
    """What is searched for. UsageError for a value that makes no sense."""
    pairs = [("q", " ".join(query)), ("since", since), ("until", until), ("sort", sort)]
    pairs += [("author", name) for name in author] + [("source", name) for name in source]
    try:
        return parse((name, value) for name, value in pairs if value is not None).request
    except FormError as error:
        raise click.UsageError(str(error)) from error
