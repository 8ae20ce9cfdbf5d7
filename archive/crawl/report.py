"""What a crawl did, counted and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from archive.model import Failure

Outcome = Literal["new", "revised", "unchanged", "gone", "refused", "failed", "pages"]
OUTCOMES: tuple[Outcome, ...] = ("new", "revised", "unchanged", "gone", "refused", "failed", "pages")


@dataclass(slots=True)
class CrawlReport:
    """Counts of a crawl that goes on or is over.

    new, revised, unchanged, gone: articles, by what the visit found. refused: URLs that robots.txt forbids.
    failed: URLs that could not be had, with the causes in `failures`. pages: responses that were fetched and
    kept, lists and redirects included, robots.txt not. `by_source` has the same counts by the names of the sources.
    `left_out` counts the addresses that were not followed, by why: traps, budgets, the patterns of a source.
    `waiting` is how many visits are still to be made and `complete` is False where the crawl was stopped before it
    was through. `paused` says why nothing is fetched just now, "" where the crawl goes on.
    """

    counts: Counter[Outcome] = field(default_factory=Counter)
    by_source: dict[str, Counter[Outcome]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    waiting: int = 0
    complete: bool = True
    paused: str = ""

    def count(self, source: str, outcome: Outcome) -> None:
        """One more of an outcome, of the source of that name."""
        self.counts[outcome] += 1
        self.by_source.setdefault(source, Counter())[outcome] += 1

    def as_dict(self) -> dict[str, int]:
        """The counts, every one of them, in the order that scripts print them."""
        return {outcome: self.counts[outcome] for outcome in OUTCOMES}
