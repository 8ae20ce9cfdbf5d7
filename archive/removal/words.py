"""Does a page repeat what is to be removed? Told by its words, whatever is around them. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.model import Revision

_RUN = 8
"""So many words in a row, the same, are a quotation; fewer are a turn of phrase."""

_SHORTEST_TITLE = 4
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Needles:
    """What a text is known by: its headlines, and every run of words of its text and its description."""

    titles: frozenset[str]
    runs: frozenset[str]

    @classmethod
    def of(cls, revisions: Iterable[Revision]) -> Needles:
        """Those of an article's versions."""
        titles: set[str] = set()
        runs: set[str] = set()
        for revision in revisions:
            title = _words(revision.title)
            if len(title) >= _SHORTEST_TITLE:
                titles.add(" ".join(title))
            for text in (revision.text, revision.description):
                runs.update(_runs(_words(text)))
        return cls(frozenset(titles), frozenset(runs))

    def quoted(self, text: str) -> bool:
        """Whether a page repeats a run of the text."""
        return any(not self.runs.isdisjoint(_runs(words)) for words in _readings(text))

    def named(self, text: str) -> bool:
        """Whether a page has a headline of it."""
        if not self.titles:
            return False
        joined = (f" {' '.join(words)} " for words in _readings(text))
        return any(f" {title} " in told for told in joined for title in self.titles)


def _readings(text: str) -> Iterator[list[str]]:
    """The words of a page: with its marks left out once, and twice, as in a feed that carries pages; and those of
    JSON, which has its own way to write letters."""
    once = _plain(text)
    yield _words(once)
    yield _words(_plain(once))
    if text.lstrip()[:1] in ("{", "["):
        try:
            told = json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:
            return
        yield _words(_plain(told.replace("\\n", " ").replace("\\t", " ").replace("\\r", " ")))


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub(" ", text.replace("<![CDATA[", " ").replace("]]>", " ")))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: list[str]) -> Iterator[str]:
    """Every run of words; a short text is one."""
    if len(words) >= _RUN:
        yield from (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
