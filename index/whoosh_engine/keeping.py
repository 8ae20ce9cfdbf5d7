"""Keeping the index that is served current: articles and removed ids, in one commit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from archive.model import Article
from index import generations
from index.errors import NoIndex
from index.generations import Generation, State
from index.schema import SCHEMA_VERSION
from index.whoosh_engine.storage import damage_named
from index.whoosh_engine.writer import create_index, replace_documents


def keep(directory: Path, articles: Iterable[Article], removed: set[int], checkpoint: int) -> int:
    """What `WhooshEngine.apply` does to the index in a directory."""
    latest = {article.id: article for article in articles if article.id not in removed}
    generations.prepare(directory)
    generation = _generation_to_write(directory)
    with generations.locked(generation.path, "writing"), damage_named():
        replace_documents(generation, latest, removed, checkpoint)
    return len(latest)


def _generation_to_write(directory: Path) -> Generation:
    try:
        return generations.current(directory)
    except NoIndex:
        with generations.locked(directory, "building"):
            with suppress(NoIndex):  # another process may just have made one
                return generations.current(directory)
            generation = generations.create(directory)
            create_index(generation, State(SCHEMA_VERSION, checkpoint=0, documents=0))
            generations.switch(directory, generation)
            return generation
