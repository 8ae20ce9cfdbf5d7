"""What the versions of an article come to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from archive.edits import judge
from archive.model import Article, Revision


@dataclass(frozen=True, slots=True)
class Former:
    """A headline that an article had, and when another one was first seen in its place."""

    title: str
    until: datetime


def former_titles(article: Article, revisions: Sequence[Revision]) -> list[Former]:
    """The headlines that an article had before its last one, with the ends of their times, oldest first."""
    ends = {older.title: newer.captured_at for older, newer in pairwise(revisions)}
    return [Former(title, ends[title]) for title in article.earlier_titles if title in ends]


def kind_between(old: Revision, new: Revision) -> str:
    """What an edit from one version to another is, or would be; "" where they are the same one."""
    if old.number == new.number:
        return ""
    return new.kind if old.number == new.number - 1 else judge(old, new).kind
