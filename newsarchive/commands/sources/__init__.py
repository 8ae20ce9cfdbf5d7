"""`sources`: what is crawled. One module for each thing that is done to sources: said of them, told, listed in
files, paused and removed."""

from __future__ import annotations

import click

from newsarchive.commands.sources.files import export_sources, import_sources
from newsarchive.commands.sources.saying import add, change
from newsarchive.commands.sources.standing import pause, remove, resume
from newsarchive.commands.sources.telling import list_sources, show


@click.group()
def sources() -> None:
    """The places that are crawled: home pages, section pages, feeds, sitemaps."""


for _command in (add, change, show, list_sources, remove, pause, resume, import_sources, export_sources):
    sources.add_command(_command)
