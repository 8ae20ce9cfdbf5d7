"""`changes`: the log of edits."""

from __future__ import annotations

import click
from rich.table import Table

from archive.model import EDIT_KINDS, Edit
from archive.store import Store
from newsarchive.clock import now
from newsarchive.commands.asking import not_empty
from newsarchive.config import Config
from newsarchive.console import out, plain, print_json, print_table
from newsarchive.editform import EditForm, EditFormError, kinds_of
from newsarchive.shapes import edits_json

_MOST = 10_000


@click.command()
@click.option(
    "--since", metavar="DATE", callback=not_empty, help="Seen on this day or later: 2026-05-04, today, 7d."
)
@click.option("--until", metavar="DATE", callback=not_empty, help="Seen on this day or earlier.")
@click.option(
    "--source",
    multiple=True,
    metavar="NAME",
    callback=not_empty,
    help="Only of this source, by name or number.",
)
@click.option(
    "--kind",
    multiple=True,
    type=click.Choice([*EDIT_KINDS, "all"], case_sensitive=False),
    help="Only of this kind; else what a reader learns something from.",
)
@click.option("--limit", type=click.IntRange(1, _MOST), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def changes(
    config: Config,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    kind: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """List what newspapers changed after publishing, and what they took away, the newest first."""
    form = EditForm(kinds_of(kind), source, since or "", until or "")
    with Store(config.database_url) as store:
        try:
            choice = form.choice(now().date(), [store.source(name).id for name in source])
        except EditFormError as error:
            raise click.UsageError(str(error)) from error
        edits = store.edits(choice, limit=limit)
        counts = store.count_edits(choice)
    total = sum(counts.get(one, 0) for one in choice.kinds)
    if as_json:
        print_json(edits_json(edits, total=total))
    else:
        _print(edits, total)


def _print(edits: list[Edit], total: int) -> None:
    table = Table("seen (UTC)", "kind", "words", "source", "id", "headline", box=None, pad_edge=False)
    for edit in edits:
        words = f"+{edit.words_added} -{edit.words_removed}" if edit.number else ""
        cells = (
            f"{edit.at:%Y-%m-%d %H:%M}",
            edit.kind,
            words,
            edit.source,
            str(edit.article_id),
            _headline(edit),
        )
        table.add_row(*map(plain, cells))
    if edits:
        print_table(table)
    shown = f"the newest {len(edits):,} of them" if len(edits) < total else "all of them"
    out.print(f"{total:,} {'change' if total == 1 else 'changes'}" + (f", {shown} listed." if total else "."))


def _headline(edit: Edit) -> str:
    title = edit.title or edit.url
    return f"{edit.title_before} → {title}" if edit.title_before not in ("", edit.title) else title
