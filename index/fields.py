"""The fields of the query language, by what they hold."""

from __future__ import annotations

TEXT_FIELDS = ("title", "was", "author", "source", "section", "tag", "url")
"""Fields made of words."""

CONDITIONS = ("site", "lang", "date", "since", "until", "wc", "edits", "changed", "story", "is", "has")
"""Fields with values of their own: see `index.conditions`."""

EXACT = "exact"
"""Stands where a field does, but says how to look: for words as they are written."""

FIELDS = (*TEXT_FIELDS, *CONDITIONS, EXACT)
