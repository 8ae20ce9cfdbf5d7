"""What an edit is: which words came and went, and what kind of edit that makes. Pure."""

from __future__ import annotations

from archive.edits.judging import count_words, earlier_titles, judge, judged
from archive.edits.script import Kind, script

__all__ = ["Kind", "count_words", "earlier_titles", "judge", "judged", "script"]
