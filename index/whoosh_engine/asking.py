"""What a request asks of one snapshot: its query, its filters, and the time that it may take."""

from __future__ import annotations

import time
from datetime import date

from index import querytree as tree
from index.model import FACET_FIELDS, SearchRequest
from index.query import Query, parse
from index.whoosh_engine.conditions import Condition, Conditions, filters
from index.whoosh_engine.evaluation import Evaluation
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.terms import Terms
from index.whoosh_engine.turns import ALWAYS, Turn

TIME_LIMIT = 2.0
"""Seconds that a query may take before it answers with what it has found."""


class Asked:
    """A request over a snapshot, and what holds for its query and for everything that may be asked instead."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: SearchRequest,
        today: date,
        seconds: float,
        turn: Turn = ALWAYS,
    ) -> None:
        self.snapshot = snapshot
        self.request = request
        self.today = today
        self.query = parse(request.text, today=today)
        self.terms = Terms(snapshot.shelves, time.monotonic() + seconds, turn=turn)
        self.filters: dict[str, Condition] = filters(snapshot.columns, request) if request.filters else {}

    def evaluation(self) -> Evaluation:
        """To be used for one query."""
        return Evaluation(self.terms, Conditions(self.snapshot.columns).matcher)

    def tree(self, query: Query) -> tree.Node:
        """A query within the days of the request."""
        request = self.request
        if request.since is None and request.until is None:
            return query.tree
        return tree.And((query.tree, tree.Days(request.since, request.until)))

    def notes(self, evaluation: Evaluation) -> tuple[str, ...]:
        """What was ignored or cut short."""
        known = (*self.query.notes, *evaluation.notes)
        if not self.request.filters:
            return known
        fields = dict.fromkeys(f.field for f in self.request.filters if f.field not in FACET_FIELDS)
        return (*known, *(f"There is no facet “{name}”; the filter was ignored." for name in fields))
