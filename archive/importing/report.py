"""What an import did, counted and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal[
    "records", "captures", "known", "new", "revised", "unchanged", "gone", "pages", "refused", "failed"
]
OUTCOMES: tuple[Outcome, ...] = (
    "records", "captures", "known", "new", "revised", "unchanged", "gone", "pages", "refused", "failed",
)  # fmt: skip

MAX_TOLD = 1000
"""So many problems are told one by one; of more, only how many there were of each kind."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not taken over: in which file, where, a code for counting and one sentence."""

    file: str
    where: str
    code: str
    message: str
    url: str = ""


@dataclass(slots=True)
class ImportReport:
    """Counts of an import that goes on or is over.

    records: what was read in the files. captures: what of it was kept, and known: what was kept already. new,
    revised, unchanged, gone: articles, by what was read in the captures; pages: captures that hold none. refused:
    what is not taken (too large, removed by request, out of date). failed: what could not be read. `causes` counts
    the problems by their codes, `problems` tells the first of them. `unread` is how many captures are still to be
    read, and `complete` is False where the import was stopped before it was through.
    """

    counts: Counter[Outcome] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    unread: int = 0
    complete: bool = True

    def tell(self, outcome: Literal["refused", "failed"], problem: Problem) -> None:
        """One more that was not taken over."""
        self.counts[outcome] += 1
        self.causes[problem.code] += 1
        if len(self.problems) < MAX_TOLD:
            self.problems.append(problem)

    def as_dict(self) -> dict[str, int]:
        """The counts, every one of them, in the order that scripts print them."""
        return {outcome: self.counts[outcome] for outcome in OUTCOMES}
