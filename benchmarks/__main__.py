"""`python -m benchmarks`: the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks import building, relevance, search, stories
from benchmarks import edits as judging
from benchmarks.corpus import Corpus
from benchmarks.crawl import politeness, speed
from benchmarks.crawl.press import Press
from benchmarks.extraction import measure as extraction
from benchmarks.extraction.labelled import BadLabels, load
from benchmarks.extraction.reading import Broken
from benchmarks.imports import speed as importing
from benchmarks.report import out

QUICK = 1_000
QUICK_ROUNDS = 2
QUICK_HOSTS, QUICK_STORIES = 10, 5

_articles = click.option(
    "--articles",
    "model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.jsonl.gz",
    help="Grow from these articles (a JSON object with a body a line), else from the demo newspaper.",
)
_grow = click.option("--grow", type=click.IntRange(100), default=5_000, help="How many articles; else 5,000.")
_seed = click.option("--seed", type=int, default=1, help="Another number, other articles; else 1.")
_rounds = click.option(
    "--rounds", type=click.IntRange(1), default=3, help="How often each is measured; else 3."
)
_hosts = click.option("--hosts", type=click.IntRange(1, 99), default=50, help="Newspapers to crawl; else 50.")
_json = click.option("--json", "as_json", is_flag=True, help="Figures for a program.")


def _corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    return _articles(_grow(_seed(_json(command))))


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """How fast the archive is, beside something everybody knows. Without a NAME: all of them, small."""
    if context.invoked_subcommand is None:
        corpus = Corpus(QUICK, seed=1)
        search.run(corpus, rounds=QUICK_ROUNDS, as_json=False)
        building.run(corpus, as_json=False)
        speed.report(Press(QUICK_HOSTS, QUICK_STORIES), rounds=QUICK_ROUNDS, as_json=False)
        out.print(
            "Bigger: python -m benchmarks search --grow 20000 (further: index, edits, crawl, extraction, ...)"
        )


@main.command("search")
@_corpus_options
@_rounds
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Leave the indexes in this folder; where they are there already, ask those.",
)
def search_command(
    model: Path | None, grow: int, seed: int, rounds: int, keep: Path | None, *, as_json: bool
) -> None:
    """CPU time of a query, by class of queries, beside SQLite's FTS5 and tantivy."""
    try:
        search.run(Corpus(grow, seed, model), rounds=rounds, as_json=as_json, keep=keep)
    except ValueError as reason:
        raise click.UsageError(str(reason)) from reason


@main.command("index")
@_corpus_options
def index_command(model: Path | None, grow: int, seed: int, *, as_json: bool) -> None:
    """Articles per CPU second, size and memory of building the index, beside SQLite's FTS5 and tantivy."""
    building.run(Corpus(grow, seed, model), as_json=as_json)


@main.command("relevance")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_json
def relevance_command(folder: Path, *, as_json: bool) -> None:
    """Whether the best articles come first, by collections of judged queries (*.jsonl.gz) in DIR."""
    try:
        relevance.run(folder, as_json=as_json)
    except ValueError as reason:
        raise click.UsageError(str(reason)) from reason


@main.command("stories")
@_corpus_options
def stories_command(model: Path | None, grow: int, seed: int, *, as_json: bool) -> None:
    """Which copies of a text are known as such, and what grouping costs."""
    stories.run(model, grow, seed, as_json=as_json)


@main.command("edits")
@_articles
@click.option("--edits", type=click.IntRange(1), default=1_000, help="Articles to change; else 1,000.")
@_seed
@_json
def edits_command(model: Path | None, edits: int, seed: int, *, as_json: bool) -> None:
    """How edits of a known kind are judged, and how long that takes, beside difflib."""
    judging.run(model, edits, seed, as_json=as_json)


@main.command("extraction")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write what we read from each page here, a JSON object a line.",
)
@_json
def extraction_command(folder: Path, predictions: Path | None, *, as_json: bool) -> None:
    """How much of labelled pages is read right, and how fast, beside trafilatura and newspaper4k.

    DIR has ground_truth.jsonl and pages/ID.html or pages/ID.html.gz.
    """
    try:
        pages = load(folder)
    except BadLabels as error:
        raise click.UsageError(str(error)) from error
    try:
        extraction.report(pages, predictions=predictions, as_json=as_json)
    except Broken as error:
        raise click.ClickException(str(error)) from error


@main.command("crawl")
@_hosts
@click.option("--stories", type=click.IntRange(1), default=20, help="Articles of each host; else 20.")
@_rounds
@_json
def crawl_command(hosts: int, stories: int, rounds: int, *, as_json: bool) -> None:
    """Articles a second of a whole crawl, beside Scrapy with trafilatura and beside news-please."""
    speed.report(Press(hosts, stories), rounds=rounds, as_json=as_json)


@main.command("politeness")
@_hosts
@click.option("--stories", type=click.IntRange(1), default=200, help="Articles of each host; else 200.")
@click.option(
    "--pause", type=click.FloatRange(0.01), default=1.0, help="Seconds between two requests; else 1."
)
@_json
def politeness_command(hosts: int, stories: int, pause: float, *, as_json: bool) -> None:
    """What the servers see of a crawl with pauses: gaps, connections, and the time beside the ideal."""
    politeness.report(Press(hosts, stories, weighty=False), pause=pause, as_json=as_json)


@main.command("import")
@click.option("--records", type=click.IntRange(1), default=1_000, help="Responses in the file; else 1,000.")
@click.option("--light", is_flag=True, help="One small page in twenty, between images: to look at memory.")
@_rounds
@_json
def import_command(records: int, rounds: int, *, light: bool, as_json: bool) -> None:
    """Records and articles a second of an import, beside warcio iterating and news-please reading the file."""
    importing.report(records, rounds=rounds, light=light, as_json=as_json)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
