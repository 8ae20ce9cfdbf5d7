"""`sources add` and `sources change`: what is said of a source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from archive.store import Store
from newsarchive.clock import now
from newsarchive.commands.sources.telling import print_settings
from newsarchive.config import Config
from newsarchive.console import plain
from newsarchive.sources import LISTS, Said, Word, add_source, read_address, read_settings

_OPTIONS = (
    ("every", "--every", "30m", "How often to look; else (auto) as often as it publishes."),
    ("delay", "--delay", "5s", "The pause between two requests to it; else that of the settings."),
    ("backfill", "--backfill", "2015..", "Read its archives from that year, month or day on."),
    ("requisites", "--requisites", "none|lead|all", "What to keep of pictures and style sheets."),
    ("collections", "--collection", "NAME", "A set that it belongs to; may be repeated."),
    ("revisit", "--revisit", "1h,6h,1d", "The ages at which its articles are looked at again."),
    ("rules.title", "--title", "CSS", "Where its pages have the headline."),
    ("rules.byline", "--byline", "CSS", "Where its pages have the authors."),
    ("rules.date", "--date", "CSS", "Where its pages have the date of publication."),
    ("rules.body", "--body", "CSS", "Where its pages have the text."),
    ("rules.include", "--include", "PATTERN", "Only such addresses are articles; may be repeated."),
    ("rules.exclude", "--exclude", "PATTERN", "Such addresses are no articles; may be repeated."),
)
"""Key in `newsarchive.sources.KEYS`, option, metavar, help."""

_REPEATED = ("--collection", "--include", "--exclude")


def _argument(key: str) -> str:
    return key.removeprefix("rules.")


def _setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command an option for each setting; their values arrive as keyword arguments."""
    for key, option, metavar, text in reversed(_OPTIONS):
        repeated = option in _REPEATED
        command = click.option(option, _argument(key), metavar=metavar, multiple=repeated, help=text)(command)
    return command


@click.command()
@click.argument("url")
@click.option("--name", help="What to call it; else its host.")
@_setting_options
@click.pass_obj
def add(config: Config, /, url: str, name: str | None, **options: Any) -> None:
    """Add a home page, a section page, a feed or a sitemap. Prints its number and name."""
    said = _read(options, name)
    try:
        url = read_address(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with Store(config.database_url) as store, store.transaction() as tx:
        number, chosen = add_source(store, tx, url, said, now=now())
    click.echo(f"{number}\t{plain(chosen)}")  # rich would print blanks for the tab


@click.command()
@click.argument("name")
@click.option("--rename", metavar="NAME", help="What to call it from now on.")
@click.option(
    "--forget", is_flag=True, help="Drop what was learnt of its pages; it is learnt anew from the next."
)
@_setting_options
@click.pass_obj
def change(config: Config, /, name: str, rename: str | None, forget: bool, **options: Any) -> None:
    """Change what was said of a source; what no option is given for stays. An empty text ("") asks for the default,
    an option that may be repeated replaces all that there were. Prints what it is now."""
    said = _read(options, rename)
    if not said.settings and not said.rules and not forget:
        raise click.UsageError("There is nothing to change; say it with an option, for example --every 2h.")
    with Store(config.database_url) as store:
        source = store.source(name)
        with store.transaction() as tx:
            if said.settings or said.rules:
                tx.change_source(source.id, **said.over(source.rules))
            if forget:
                tx.forget(source.id)
        print_settings(store.source(str(source.id)))


def _read(options: dict[str, Any], name: str | None) -> Said:
    """What the options say. UsageError where one makes no sense."""
    words: dict[str, Word] = {} if name is None else {"name": name}
    for key, *_ in _OPTIONS:
        value = options[_argument(key)]
        if value is None or value == ():
            continue
        words[key] = tuple(value.split(",")) if key in LISTS and isinstance(value, str) else value
    try:
        return read_settings(words, today=now().date())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
