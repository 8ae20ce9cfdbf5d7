"""`robots`: may these URLs be fetched, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from archive.fetch import Fetcher
from archive.robots import Robots, Verdict, host_and_path, parse_robots
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json
from newsarchive.jobs.permitting import rules_of_hosts


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    verdict: Verdict


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--file",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Read the rules from this file; else each host is asked for its own.",
)
@click.option(
    "--agent", metavar="NAME", help="The crawler that wants to know; else the one that is configured."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
@click.pass_obj
def robots(
    config: Config, urls: tuple[str, ...], path: Path | None, agent: str | None, as_json: bool
) -> None:
    """May these URLs be fetched, and by which rule? Nothing is archived."""
    try:
        hosts = [host_and_path(url)[0] for url in urls]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    rules_of = _asking(config) if path is None else _reading(path)
    name = config.crawl.agent if agent is None else agent
    answers = [_Answer(url, rules_of(host).verdict(url, name)) for url, host in zip(urls, hosts, strict=True)]
    if as_json:
        print_json([_as_json(answer) for answer in answers])
        return
    for answer in answers:
        out.print(plain(_in_words(answer)))


def _reading(path: Path) -> Callable[[str], Robots]:
    """The rules of a file, for every host."""
    try:
        rules = parse_robots(path.read_bytes())
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from error
    return lambda _host: rules


def _asking(config: Config) -> Callable[[str], Robots]:
    """The rules of each host, asked for once."""
    fetcher = Fetcher(config.crawl.agent, clock=now, allowed=config.crawl.allow_addresses)
    return rules_of_hosts(config, fetcher)


def _in_words(answer: _Answer) -> str:
    verdict = answer.verdict
    why = f"line {verdict.line}: {verdict.rule}" if verdict.rule is not None else verdict.reason
    return f"{'allowed' if verdict.allowed else 'forbidden'}  {answer.url}  {why}"


def _as_json(answer: _Answer) -> dict[str, object]:
    verdict = answer.verdict
    return {
        "url": answer.url,
        "allowed": verdict.allowed,
        "rule": verdict.rule,
        "line": verdict.line,
        "reason": verdict.reason or None,
    }
