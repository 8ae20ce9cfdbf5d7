"""Names and collections -> the sources that are meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from archive.errors import UnknownSource
from archive.model import Source
from archive.store import Store


def choose(store: Store, names: Iterable[str], collections: Sequence[str]) -> list[Source]:
    """The sources of these names or numbers and of these collections, each once. UnknownSource for one that is
    none."""
    chosen = [store.source(name) for name in names]
    if collections:
        chosen += in_collections(store.sources(), collections)
    return list({source.id: source for source in chosen}.values())


def in_collections(sources: Iterable[Source], collections: Sequence[str]) -> list[Source]:
    """Those of the sources that are in one of the collections. UnknownSource where nothing is in one of them."""
    sources = list(sources)
    known = sorted({name for source in sources for name in source.collections})
    for name in collections:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none yet'}."
            raise UnknownSource(f'There is no collection "{name}"; {hint}')
    return [source for source in sources if not set(collections).isdisjoint(source.collections)]
