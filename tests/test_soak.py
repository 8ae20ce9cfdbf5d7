"""What the soak and the fuzzing judge by, and that their newspapers and seeds are what they should be. `make soak` and
`make fuzz` run them for real."""

from __future__ import annotations

import os
import re
import runpy
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from archive.extract import extract
from archive.feeds import parse_feed
from archive.urls import identity
from index.engine import open_engine

TESTS = Path(__file__).parent
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The modules of tests/soak, by name."""
    monkeypatch.syspath_prepend(TESTS / "soak")
    import judging
    import world

    modules = ModuleType("soak")
    modules.judging, modules.world = judging, world
    return modules


def samples(soak: ModuleType, figures: list[float]) -> list:
    return [
        soak.judging.Memory(n * 10, figure, 100.0, figure + 100.0, figure) for n, figure in enumerate(figures)
    ]


def test_memory_that_swings_is_flat_and_memory_that_creeps_is_not(soak: ModuleType) -> None:
    assert soak.judging.growing(samples(soak, [50.0] * 30 + [200.0, 260.0] * 60)) == []
    [crawler, together] = soak.judging.growing(samples(soak, [100.0 + n for n in range(300)]))
    assert "crawler" in crawler
    assert "together" in together
    assert soak.judging.growing(samples(soak, [100.0 + n for n in range(60)])) == []  # it is warming up
    assert soak.judging.growing(samples(soak, [100.0] * 60 + [401.0])) == ["A process took 401 MB."]
    assert soak.judging.growing([]) == ["There are too few samples."]


def test_memory_of_the_crawler_and_its_helpers_is_told_apart(soak: ModuleType) -> None:
    child = "import time; held = b'x' * 60_000_000; print('up', flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, start_new_session=True
    ) as crawler:
        assert crawler.stdout is not None
        crawler.stdout.readline()
        measured = soak.judging.memory(crawler.pid, 1.0)
        os.killpg(crawler.pid, signal.SIGKILL)
    assert 0 < measured.crawler < 60 < measured.helper < measured.together
    assert measured.resident > measured.helper


def test_what_is_lost_is_told(soak: ModuleType, desk) -> None:
    url = "http://a.test:8000/ferry"
    article = desk.file("Ferry returns qjone", "The ferry qjfirst.", "The ferry qjsecond.", url=url)
    with desk.store.transaction() as tx:
        tx.add_addresses(article, (identity(url),))
    desk.index()
    world = soak.world

    def told(path: str, mark: str, title: str) -> list[str]:
        story = world.Story(path, title, "Ada", NOW, [], [mark])
        served = [soak.judging.Served("a.test", story, mark)]
        return list(soak.judging.lost(desk.config, 8000, served, NOW))

    assert told("/ferry", "qjfirst", "Ferry returns qjone") == []
    assert told("/ferry", "qjsecond", "Ferry returns qjone") == []
    [version] = told("/ferry", "qjthird", "Ferry returns qjone")
    assert "version qjthird" in version
    [unfound] = told("/ferry", "qjfirst", "Ferry returns qjother")
    assert "not found" in unfound
    [missing] = told("/bridge", "qjfirst", "Bridge")
    assert "not kept" in missing
    assert list(soak.judging.invented(desk.config, {url})) == []
    assert len(list(soak.judging.invented(desk.config, set()))) == 1


def test_newspapers_of_the_soak_have_each_mood_in_turn_and_can_be_read(soak: ModuleType) -> None:
    world = soak.world.World(lambda: NOW, seed=1, mood_seconds=1)
    seen = set()
    for _ in soak.world.MOODS:
        world.tick()
        papers = list(world.papers.values())
        assert sorted(paper.mood for paper in papers) == sorted(soak.world.MOODS)
        seen.add(papers[0].mood)
    assert seen == set(soak.world.MOODS)
    paper = papers[0]
    [story, *_] = [story for story in paper.newest(50) if not story.killer]
    read = extract(soak.world.article_page(paper, story), url=f"http://{paper.host}{story.path}")
    assert (read.status, read.title) == ("article", story.title)
    assert story.mark in read.text
    world.calm = True
    world.tick()
    assert {paper.mood for paper in papers} == {"fine"}
    links = parse_feed(soak.world.feed(paper).replace(b"PORT", b"80"), url="http://x.test/feed.xml").links
    assert links[0].title == paper.newest(1)[0].title


def test_fuzzing_begins_with_what_every_reader_reads() -> None:
    done = subprocess.run(
        [sys.executable, TESTS / "fuzzing", "--seeds-only"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "feed",
        "sitemap",
        "robots",
        "discover",
        "extract",
        "dates",
        "bylines",
        "json-ld",
        "warc",
        "jsonl",
    ]


def test_the_words_of_every_format_are_such_that_the_fuzzer_takes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It stops at the first line that it cannot read, having tried nothing."""
    monkeypatch.syspath_prepend(TESTS / "fuzzing")
    import seeds
    import targets

    line = re.compile(r'"(?:[ !#-\[\]-~]|\\\\|\\"|\\x[0-9a-f]{2})+"')
    for name in targets.TARGETS:
        for word in seeds.dictionary(name).splitlines():
            assert line.fullmatch(word), (name, word)


def test_the_worst_questions_can_be_asked_of_any_index(tmp_path: Path) -> None:
    tools = runpy.run_path(str(TESTS / "index_articles.py"))
    with closing(open_engine(tmp_path / "index")) as engine:
        engine.apply(
            [tools["article"](n, "of the", "the of to in and rain") for n in range(1, 5)], checkpoint=1
        )
    program = [sys.executable, str(TESTS / "soak" / "worst.py"), str(tmp_path / "index")]
    ran = subprocess.run(program, capture_output=True, text=True, check=True, cwd=TESTS.parent)
    assert "0 took longer" in ran.stdout
