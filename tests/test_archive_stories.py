"""Grouping follows the change log: the same stories in whatever order articles come, change and go."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import stories
from archive.likeness import sketch
from archive.likeness import stories as parts
from archive.model import Capture, RecordPlace, Revision
from archive.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgkl" for b in "aeiou" for c in ("n", "rt", "st", "lm")]


def paragraph(seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=30))


# Neighbours among these are alike; the chain falls apart where one in the middle goes.
TEXTS = ["", "Too short.", *("\n\n".join(map(paragraph, range(n, n + 6))) for n in range(6))]


class Desk:
    """Files texts into an archive."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder / 'archive.db'}")
        with self.store.transaction() as tx:
            self.source = tx.add_source(
                name="Paper", url="http://paper.test/", interval=timedelta(hours=1), now=NOW
            )
        self.versions: dict[int, int] = {}

    def file(self, text: str, article: int | None = None) -> int:
        with self.store.transaction() as tx:
            action = "revised" if article else "new"
            article = article or tx.add_article(self.source, f"http://paper.test/{len(self.versions)}", NOW)
            number = self.versions[article] = self.versions.get(article, 0) + 1
            place = RecordPlace("2026/11/a.warc.gz", article * 1000 + number, 77)
            capture = Capture(
                0, "http://paper.test/", NOW, 200, "text/html", "sha256:ab", place, f"{article}-{number}"
            )
            tx.add_revision(
                Revision(
                    article_id=article, number=number, capture_id=tx.add_capture(capture), captured_at=NOW,
                    title=f"Headline {number // 2}", authors=(), published=None, published_day_only=False,
                    published_from="none", modified=None, section="", tags=(), language="en", image="",
                    description="", text=text, content_digest=f"{article}-{number}",
                ),
                f"{article}-{number}",
            )  # fmt: skip
            tx.add_change(article, action, NOW)
        return article

    def follow(self) -> None:
        stories.follow(self.store, until=self.store.last_sequence())

    def found(self) -> dict[int, int]:
        return {article.id: article.story for article in self.store.articles_after(0) if article.story}

    def anew(self) -> dict[int, int]:
        """The stories by all texts at once."""
        sketches = {a.id: sketch(a.latest.text) for a in self.store.articles_after(0)}
        return parts({article: one for article, one in sketches.items() if one})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


step = st.tuples(st.integers(0, 7), st.sampled_from(TEXTS), st.booleans())


@settings(max_examples=25)
@given(st.lists(step, max_size=14))
def test_following_finds_what_all_texts_at_once_give(steps: list[tuple[int, str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for number, text, followed in steps:
            desk.file(text, number if number in desk.versions else None)
            if followed:
                desk.follow()
        desk.follow()
        assert desk.found() == desk.anew()
        desk.store.close()


def test_who_came_into_another_story_is_told(desk: Desk) -> None:
    lonely, last = desk.file(TEXTS[2]), desk.file(TEXTS[4])
    desk.follow()
    assert desk.found() == {lonely: lonely, last: last}
    before = desk.store.last_sequence()
    between = desk.file(TEXTS[3])
    desk.follow()
    assert set(desk.found().values()) == {lonely}
    assert set(desk.store.moved(before, desk.store.last_sequence())) == {last, between}
    assert desk.store.moved(desk.store.last_sequence(), 10**9) == []


def test_a_story_falls_apart_where_what_held_it_together_is_rewritten(desk: Desk) -> None:
    ids = [desk.file(text) for text in (TEXTS[3], TEXTS[2], TEXTS[4])]
    desk.follow()
    assert set(desk.found().values()) == {ids[0]}
    desk.file(TEXTS[0], ids[0])
    desk.follow()
    assert desk.found() == {ids[1]: ids[1], ids[2]: ids[2]}
    assert {ids[1], ids[2]} <= set(desk.store.moved(3, 4))


def test_only_so_much_is_followed_as_was_asked_for(desk: Desk) -> None:
    first, second = desk.file(TEXTS[2]), desk.file(TEXTS[2])
    stories.follow(desk.store, until=1)
    assert desk.found() == {first: first}
    stories.follow(desk.store, until=2, stopped=lambda: True)
    assert desk.store.grouped_until() == 1
    told: list[int] = []
    stories.follow(desk.store, until=2, progress=told.append)
    assert told == [2]
    assert desk.found() == {first: first, second: first}


def test_who_was_slower_changes_nothing(desk: Desk) -> None:
    article = desk.file(TEXTS[2])
    desk.follow()
    with desk.store.transaction() as tx:
        tx.group({article: None}, since=0, until=1)
    assert desk.found() == {article: article}
    assert desk.store.grouped_until() == 1


def test_who_groups_nothing_waits_for_no_library_of_numbers() -> None:
    said = "import sys, archive.store, newsarchive.commands.sources; print('numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )
