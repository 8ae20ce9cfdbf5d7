"""What a soak has to show: flat memory, and no article lost."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server import Served

from archive.store import Store
from archive.urls import identity
from index.engine import Engine, open_engine
from index.model import SearchRequest
from newsarchive.config import Config

GROWTH_MB = 20.0
"""By which the last third of the time may lie above the second, beside a tenth."""
LIMIT_MB = 400.0
LONG_SECONDS = 1200.0
"""A soak that is shorter is still warming up in its second third: its memory has a limit, but need not be flat."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes at a moment. Of the process that crawls, of the largest of its helpers and of all together what they
    hold themselves; `resident` is of the largest process with the files that it has mapped, the index above all, which
    belong to the cache of the system and grow with the archive."""

    seconds: float
    crawler: float
    helper: float
    together: float
    resident: float


def memory(session: int, seconds: float) -> Memory:
    """Of all processes of a session, now."""
    own: dict[int, float] = {}
    resident = [0.0]
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and _session(entry) == session:
                own[int(entry.name)] = _megabytes(entry, "RssAnon")
                resident.append(_megabytes(entry, "VmRSS"))
        except OSError:
            continue  # it has just ended
    crawler = own.pop(session, 0.0)
    helper = max(own.values(), default=0.0)
    return Memory(seconds, crawler, helper, crawler + sum(own.values()), max(resident))


def _session(entry: Path) -> int:
    return int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[3])


def _megabytes(entry: Path, name: str) -> float:
    for line in (entry / "status").read_text(errors="replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def growing(samples: list[Memory]) -> list[str]:
    """Which memory grows or is too much, in words. Medians of thirds are compared: single pages may take much for a
    moment."""
    third = len(samples) // 3
    second, last = samples[third : 2 * third], samples[2 * third :]
    if not second:
        return ["There are too few samples."]
    peak = max(sample.resident for sample in samples)
    told = [f"A process took {peak:.0f} MB."] if peak > LIMIT_MB else []
    if samples[-1].seconds < LONG_SECONDS:
        return told
    for name in ("crawler", "helper", "together"):
        before = statistics.median(getattr(sample, name) for sample in second)
        after = statistics.median(getattr(sample, name) for sample in last)
        if after > before * 1.1 + GROWTH_MB:
            told.append(f"The memory of {name} grows: {before:.0f} MB, then {after:.0f} MB.")
    return told


def lost(config: Config, port: int, served: Iterable[Served], now: datetime) -> Iterator[str]:
    """What was served whole and is not there: the article, a version of it, or its place in the search."""
    with (
        Store(config.database_url) as store,
        closing(open_engine(config.index_dir, config.index.engine)) as engine,
    ):
        for one in dict.fromkeys(
            (one.host, one.story.path, one.mark, one.story.title, one.story.killer) for one in served
        ):
            yield from _missing(store, engine, port, *one, now)


def _missing(
    store: Store,
    engine: Engine,
    port: int,
    host: str,
    path: str,
    mark: str,
    title: str,
    killer: bool,
    now: datetime,
) -> Iterator[str]:
    url = f"http://{host}:{port}{path}"
    article_id = store.article_at((identity(url),))
    if article_id is None:
        yield f"{url} is not kept."
        return
    if not killer and not any(mark in revision.text for revision in store.revisions(article_id)):
        yield f"The version {mark} of {url} is not kept."
    if not any(
        hit.id == article_id for hit in engine.search(SearchRequest(title.rpartition(" ")[2]), now=now).hits
    ):
        yield f"{url} is not found by the last word of its title."


def invented(config: Config, urls: set[str]) -> Iterator[str]:
    """Articles that nobody published."""
    with Store(config.database_url) as store:
        for article in store.articles_after(0):
            if article.url not in urls:
                yield f"{article.url} is kept, and was never an article."
