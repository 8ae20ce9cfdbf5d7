"""A memory that is missing is made anew of the versions that are kept: their lines, and those that were left out."""

from __future__ import annotations

from collections.abc import Iterable

from archive.extract.lesson import lines_of
from archive.learning.memory import Memory
from archive.model import Lesson, Revision, dropped_as_learned


def rebuilt(versions: Iterable[Revision]) -> Memory:
    """What the articles of a source have taught; `versions` are the latest of each, oldest first. Marks are
    learnt from pages only."""
    memory = Memory()
    for version in versions:
        texts = [*(paragraph.text for paragraph in version.paragraphs), *dropped_as_learned(version.evidence)]
        memory.learn(Lesson(tuple(lines_of(texts, version.authors))))
    return memory
