"""Conditions of a query that columns answer: days, edits, states, languages, lengths, sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from index import querytree as tree
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.columns import Columns, day_of
from index.whoosh_engine.matchers import Mask


def column_mask(columns: Columns, node: tree.ColumnLeaf) -> Mask:  # noqa: C901 (a line a node)
    """The documents for which a condition holds."""
    match node:
        case tree.Days():
            return _within(columns.day, columns.dated, node.since, node.until)
        case tree.Changed():
            return _within(day_of(columns.edited), columns.edits > 0, node.since, node.until)
        case tree.Edits():
            return _counted(columns.edits, node.low, node.high)
        case tree.WordCount():
            return _counted(columns.numbers("words"), node.low, node.high)
        case tree.Undated():
            return ~columns.dated
        case tree.Gone():
            return columns.gone
        case tree.HasImage():
            return columns.numbers("has_image").astype(bool)
        case tree.Copy():
            return columns.stories.copies
        case tree.Story():
            return np.isin(columns.story, columns.story[columns.live & (columns.id == node.article_id)])
        case tree.Language():
            return _holding(columns, "language", lambda value: value.split("-")[0] == node.tag)
        case tree.Site():
            return _holding(columns, "site", lambda host: host == node.host or host.endswith(f".{node.host}"))
        case tree.Everything():
            return np.ones(columns.size, bool)


def _counted(counts: Ints, low: int, high: int | None) -> Mask:
    """The documents with a number from one to another, both included; None is no bound."""
    enough: Mask = counts >= low
    return enough if high is None else enough & (counts <= high)


def _holding(columns: Columns, name: str, fits: Callable[[str], bool]) -> Mask:
    """The documents that hold a value that fits."""
    facet = columns.facet(name)
    return facet.holders([code for code, value in enumerate(facet.values) if fits(value)], columns.size)


def _within(days: Ints, known: Mask, since: date | None, until: date | None) -> Mask:
    """The documents whose day is known and lies in a range."""
    mask = known
    if since is not None:
        mask = mask & (days >= since.toordinal())
    if until is not None:
        mask = mask & (days <= until.toordinal())
    return mask
