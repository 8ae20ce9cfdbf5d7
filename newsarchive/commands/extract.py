"""`extract`: what is read from one page, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from archive.errors import ArchiveError
from archive.model import Evidence, Extract, FieldName, Paragraph
from archive.urls import fetch_form
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.jobs.extracting import (
    MAX_BYTES,
    NOTHING_KNOWN,
    Known,
    ReadPage,
    known_of,
    read_file,
    read_url,
)
from newsarchive.shapes import extract_json
from newsarchive.views import words
from newsarchive.views.reasons import LABELS, readable, says_one_of

_WIDEST = 100  # columns of running text
_BAR = 5

_WHY: dict[FieldName, str] = {
    "title": "the heading of the page that is most like what metadata says; without site name and kicker",
    "authors": "the persons that the most explicit source names, where there are none the organisations",
    "published": "the most explicit statement that does not contradict the day in the address",
    "modified": "the most explicit statement",
    "text": "the container that the markup names; where it says little, the density of text; JSON-LD is a witness",
    "kind": "what is declared, then what the text is made of, then the address and the section",
    "free": "what the page says of itself or of a part; what is closed counts more",
    "section": "the most explicit statement",
    "tags": "all that the first source says",
    "language": "what is declared, unless the words clearly say otherwise",
    "description": "the most explicit statement",
    "image": "the most explicit statement, else the first picture of the article",
    "canonical_url": "what the page claims; believed where the texts agree",
}
"""By which rule a candidate wins."""


@click.command()
@click.argument("page", metavar="FILE|URL")
@click.option("--url", metavar="URL", help="Where the page of a file was found; else what it claims itself.")
@click.option("--source", metavar="NAME", help="Use the rules by hand of this source, and what it taught.")
@click.option("--explain", is_flag=True, help="Show every candidate of every field, and which won.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@click.pass_obj
def extract(
    config: Config, page: str, url: str | None, source: str | None, explain: bool, as_json: bool
) -> int:
    """Read one page and print what is read from it; nothing is archived. FILE is HTML in any encoding, packed with
    gzip or not, "-" for standard input. A URL is fetched where robots.txt allows it. Ends with 1 where the page is no
    article."""
    known = known_of(config, source) if source else NOTHING_KNOWN
    read = _read(config, page, url, known)
    if as_json:
        print_json(extract_json(read.url, read.extract, explain=explain))
    elif explain:
        _explain(read)
    else:
        _print(read)
    return 0 if read.extract.status == "article" else 1


def _read(config: Config, page: str, url: str | None, known: Known) -> ReadPage:
    if page.lower().startswith(("http://", "https://")):
        if url is not None:
            raise click.UsageError("--url says where a file was found; of a URL it is known.")
        return read_url(config, _address(page), known=known)
    data = _bytes(page)
    return read_file(data, url=_address(url) if url else "", known=known)


def _address(url: str) -> str:
    try:
        return fetch_form(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _bytes(page: str) -> bytes:
    if page == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(page)
    if path.is_dir():
        raise click.UsageError(f"{page} is a folder; name a file of HTML, or a URL that begins with http.")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise click.UsageError(
            f"There is no file {page}; name a file of HTML, or a URL that begins with http."
        ) from error
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{page} cannot be read: {error}.") from error


def _print(read: ReadPage) -> None:
    """What a reader would see."""
    found = read.extract
    out.print(Text(plain(found.title or "Untitled"), style="bold"))
    for line in filter(None, _facts(read)):
        out.print(Text(plain(line), style="dim"))
    for paragraph in found.paragraphs:
        out.print()
        _print_paragraph(paragraph)
    if not found.paragraphs:
        out.print("\nNo text could be read from this page.")


def _facts(read: ReadPage) -> Iterator[str]:
    found = read.extract
    others = [f"{called} {', '.join(names)}" for called, names in _others(found)]
    published = words.published(found.published, day_only=found.published_day_only)
    modified = f"modified {words.published(found.modified, day_only=False)}" if found.modified else ""
    who = f"By {', '.join(found.authors)}" if found.authors else "No byline"
    access = {None: "", True: "free to read", False: "for subscribers"}[found.free]
    yield _joined(who, published, modified)
    yield _joined(*others)
    yield _joined(found.section, ", ".join(found.tags), found.language, found.kind, access)
    yield read.url


def _others(found: Extract) -> Iterator[tuple[str, list[str]]]:
    for role, called in words.ROLES.items():
        if names := [credit.name for credit in found.credits if credit.role == role]:
            yield called, names


def _joined(*facts: str) -> str:
    return " · ".join(fact for fact in facts if fact)


def _print_paragraph(paragraph: Paragraph) -> None:
    text = Text(plain(paragraph.text))
    indent = 0
    match paragraph.kind:
        case "subheading":
            text.stylize("bold")
        case "standfirst":
            text.stylize("italic")
        case "quote":
            text, indent = Text.assemble("│ ", text), 2
        case "list":
            text = Text.assemble("• ", text)
        case "caption" | "table":
            text.stylize("dim")
        case "entry" if paragraph.at:
            text = Text.assemble((f"{paragraph.at:%H:%M}  ", "bold"), text)
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, indent)), width=min(out.width, _WIDEST), soft_wrap=False)
    else:
        out.print(text)


def _explain(read: ReadPage) -> None:
    """Every candidate of every field; then the text, line by line, with what was left out."""
    out.print(Text(plain(read.url or "a page of unknown address"), style="bold"))
    out.print(Text("✓ was taken, = says the same, ≠ says otherwise", style="dim"))
    by_field: dict[FieldName, list[Evidence]] = {}
    for statement in read.extract.evidence:
        by_field.setdefault(statement.field, []).append(statement)
    for field, label in LABELS.items():
        out.print()
        out.print(Text.assemble((label, "bold"), (f"  {_WHY[field]}", "dim italic")))
        if field not in by_field:
            out.print(Text("  the page says nothing", style="dim"))
        else:
            print_table(_candidates(by_field[field]))
    _explain_text(read.extract.paragraphs, by_field.get("dropped", ()))


def _candidates(statements: list[Evidence]) -> Table:
    """A row for each: whether it won, what it says, where, and how far that is trusted."""
    taken = [one for one in statements if one.chosen]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(width=_BAR)
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for one in statements:
        mark, style = (
            ("✓", "green") if one.chosen else ("=", "dim") if says_one_of(one, taken) else ("≠", "yellow")
        )
        bar = "█" * round(one.confidence * _BAR)
        table.add_row(
            Text(f" {mark}", style=style),
            Text(f"{bar:░<{_BAR}}", style=style),
            f"{one.confidence:.0%}",
            Text(plain(one.where), style=style),
            Text(plain(readable(one)), style=style),
        )
    return table


def _explain_text(paragraphs: Iterable[Paragraph], dropped: Iterable[Evidence]) -> None:
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True)
    lines.add_column(ratio=1)
    for paragraph in paragraphs:
        lines.add_row(Text(f" {paragraph.kind}", style="green"), plain(paragraph.text))
    for line in dropped:
        why = Text(f" left out: {plain(line.where)}", style="yellow")
        lines.add_row(why, Text(plain(line.value), style="dim"))
    out.print(Text("\nParagraphs, and lines that were left out", style="bold"))
    print_table(lines)
