"""Conditions of a query that columns answer: days, edits, states, languages."""

from __future__ import annotations

from datetime import date

import numpy as np

from index import querytree as tree
from index.whoosh_engine.columns import Columns, Ints, Mask, day_of


def column_mask(columns: Columns, node: tree.ColumnLeaf) -> Mask:  # noqa: C901 (a line a node)
    """The documents for which a condition holds."""
    match node:
        case tree.Days():
            return _within(columns.day, columns.dated, node.since, node.until)
        case tree.Changed():
            return _within(day_of(columns.edited), columns.edits > 0, node.since, node.until)
        case tree.Edits():
            enough = columns.edits >= node.low
            return enough if node.high is None else enough & (columns.edits <= node.high)
        case tree.Undated():
            return ~columns.dated
        case tree.Gone():
            return columns.gone
        case tree.Copy():
            return columns.stories.copies
        case tree.Story():
            return np.isin(columns.story, columns.story[columns.live & (columns.id == node.article_id)])
        case tree.Language():
            facet = columns.facets["language"]
            codes = [n for n, value in enumerate(facet.values) if value.split("-")[0] == node.tag]
            return facet.holders(codes, columns.size)
        case tree.WordCount() | tree.HasImage() | tree.Site():
            return np.zeros(columns.size, bool)  # no column says so yet
        case tree.Everything():
            return np.ones(columns.size, bool)


def _within(days: Ints, known: Mask, since: date | None, until: date | None) -> Mask:
    """The documents whose day is known and lies in a range."""
    mask = known.copy()
    if since is not None:
        mask &= days >= since.toordinal()
    if until is not None:
        mask &= days <= until.toordinal()
    return mask
