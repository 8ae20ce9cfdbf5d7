"""How an archive is: do its parts agree, and how much is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive import care, exchange, stories
from archive.store import Store
from index.engine import Engine
from index.errors import IndexProblem
from index.model import IndexStatus
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.health import as_dict, assess, by_attention, tally
from newsarchive.jobs.indexing import catch_up, check_followed, opened, rebuild
from newsarchive.lock import crawl_lock


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found, and how much it looked at."""

    problems: list[care.Problem]
    captures: int
    articles: int
    documents: int
    looked_at: care.Tally

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that was not mended."""
        return all(problem.repaired for problem in self.problems)


def verify(config: Config, *, repair: bool = False, progress: care.Progress | None = None) -> Verdict:
    """Do WARC files, database and index agree? `progress` is called with the bytes that were read and those there
    are. Waits for no crawl: ArchiveBusy while one writes."""
    tally = care.Tally()
    with crawl_lock(config.home), opened(config) as (store, engine):
        exchange.finish(store, config.warc_dir)
        problems = list(care.check(store, config.warc_dir, tally=tally, progress=progress))
        if repair and problems:
            problems = care.repair(store, config.warc_dir, problems)
        problems += _index_problems(config, store, engine, repair=repair)
        counts = store.counts()
        documents = _documents(engine)
    return Verdict(problems, counts.captures, counts.articles, documents, tally)


def status(config: Config) -> dict[str, Any]:
    """How much there is, how far the index has come and how the sources are doing, those in trouble first: in the
    form that scripts rely on."""
    at = now()
    with opened(config) as (store, engine):
        counts = store.counts()
        sources = by_attention(assess(item, at) for item in store.health(at))
        try:
            index = engine.status()
        except IndexProblem:
            index = IndexStatus(documents=0, generation=0, checkpoint=0)
        behind = max(0, store.last_sequence() - index.checkpoint)
    return {
        "articles": counts.articles,
        "revisions": counts.revisions,
        "captures": counts.captures,
        "sources": counts.sources,
        "index": {"documents": index.documents, "generation": index.generation, "behind": behind},
        **tally(sources),
        "health": [as_dict(source) for source in sources],
    }


def _documents(engine: Engine) -> int:
    try:
        return engine.status().documents
    except IndexProblem:
        return 0


def _index_problems(config: Config, store: Store, engine: Engine, *, repair: bool) -> list[care.Problem]:
    """What is searchable against what is kept. An index that is merely behind is caught up, not a problem."""
    try:
        catch_up(store, engine)
        stories.follow(store, until=store.last_sequence())
        if store.counts().articles:
            engine.check()
        wrong = differences(store, engine) or _other_stories(store, engine)
    except IndexProblem as error:
        wrong = str(error)
    if not wrong:
        return []
    if repair:
        rebuild(config)
    return [care.Problem("index", "index", wrong, repaired=repair)]


def differences(store: Store, engine: Engine) -> str:
    """What can be searched otherwise than it is kept, in one sentence; "" where all agrees. IndexProblem where the
    index cannot be read, or followed the change log of another database."""
    check_followed(store, engine)
    kept = store.latest_revisions()
    if not kept:
        return ""
    searchable = engine.revisions()
    different = [key for key in kept.keys() | searchable.keys() if kept.get(key) != searchable.get(key)]
    return _told(different, "searchable otherwise than they are kept")


def _other_stories(store: Store, engine: Engine) -> str:
    """What is searchable as being of another story than it is."""
    kept = store.stories()
    if not kept:
        return ""
    searchable = engine.stories()
    different = [key for key in kept.keys() & searchable.keys() if kept[key] != searchable[key]]
    return _told(different, "searchable as being of another story than they are")


def _told(different: list[int], how: str) -> str:
    if not different:
        return ""
    some = ", ".join(str(key) for key in sorted(different)[:5])
    return f"{len(different)} articles are {how}, among them {some}; rebuild it."
