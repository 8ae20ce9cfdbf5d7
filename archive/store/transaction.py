"""What can be changed, inside one transaction. Nothing is ever deleted: a removed source keeps its articles."""

from __future__ import annotations

from archive.store.article_writer import ArticleWriter
from archive.store.capture_writer import CaptureWriter
from archive.store.source_writer import SourceOptions, SourceSettings, SourceWriter
from archive.store.story_writer import StoryWriter

__all__ = ["SourceOptions", "SourceSettings", "Transaction"]


class Transaction(SourceWriter, CaptureWriter, ArticleWriter, StoryWriter):
    """An open transaction; see `Store.transaction`."""
