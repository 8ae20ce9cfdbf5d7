"""Texts are packed beside a sample, which segments share: what comes back are the texts, and nothing of what is gone."""

from __future__ import annotations

import itertools
import runpy
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import generations
from index.engine import open_engine
from index.model import SearchRequest
from index.rebuild import forget, rebuild
from index.whoosh_engine.codec import open_segment
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.records import Joined
from index.whoosh_engine.codec.texts import Sample, Texts, put_texts
from index.whoosh_engine.storage import DurableStorage

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))

Part = tuple[list[bytes], list[bool]]
"""Texts, and which of them stay."""

texts = st.lists(
    st.sampled_from([b"", b"a", b"the council met", b"the council met on Monday " * 9]),
    min_size=1,
    max_size=9,
)


@pytest.fixture(autouse=True)
def short_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few words are worth a sample."""
    module = "index.whoosh_engine.codec.texts."
    for name, value in (("_SAMPLE", 40), ("_SAMPLED", 4), ("_SMALLEST_SAMPLE", 8)):
        monkeypatch.setattr(module + name, value)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def written(path: Path, held: Sequence[bytes] | Joined, first_id: int, sample: Sample | None) -> Texts:
    with ContainerWriter(path) as file:
        put_texts(file, "texts", held, np.arange(len(held)) + first_id, sample)
        file.finish({})
    return Texts(Container(path), "texts")


def blocks(held: Texts) -> list[bytes]:
    ends = np.cumsum([0, *held.sizes()]).tolist()
    return [bytes(held.blocks[start:end]) for start, end in itertools.pairwise(ends)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(texts, st.booleans(), st.integers(0, 2**9 - 1)), min_size=1, max_size=4), st.booleans()
)
def test_texts_of_several_segments_come_back_in_their_order(
    parts: list[tuple[list[bytes], bool, int]], shared: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample: Sample | None = None
        sources, expected = [], []
        for number, (held, all_stay, mask) in enumerate(parts):
            part = written(folder / str(number), held, 100 * number, sample if shared else None)
            sample = part.sample
            stays = np.array([all_stay or bool(mask >> n & 1) for n in range(len(held))])
            sources.append((part, stays))
            expected += [text for text, stay in zip(held, stays.tolist(), strict=True) if stay]
        joined = Joined(sources)
        assert [joined[n] for n in range(len(joined))] == list(joined) == expected
        merged = written(folder / "merged", joined, 0, sample)
        assert list(merged) == [merged[n] for n in range(len(merged))] == expected
        again = written(
            folder / "again", Joined([(merged, np.ones(len(merged), bool))] * 2), 0, merged.sample
        )
        assert list(again) == [again[n] for n in range(len(again))] == expected * 2


def test_blocks_beside_the_same_sample_are_taken_over_as_they_are(folder: Path) -> None:
    held = [f"On day {n} the council met. ".encode() * 3 for n in range(15)]
    one = written(folder / "one", held, 1, None)
    other = written(folder / "other", held[::-1], 101, one.sample)
    assert one.sample == other.sample
    assert one.sample.articles == tuple(range(1, 16, 3))
    stay = np.ones(15, bool)
    merged = written(folder / "merged", Joined([(one, stay), (other, stay)]), 1, one.sample)
    assert blocks(merged) == blocks(one) + blocks(other)
    assert list(merged) == held + held[::-1]
    for few in ([b"hardly anything"], [b"x" * 159]):
        assert written(folder / str(len(few[0])), few, 1, one.sample).sample != one.sample


def test_a_piece_of_a_text_that_is_forgotten_stands_in_no_sample(folder: Path) -> None:
    engine = open_engine(folder)
    batches = [
        [tools.article(n, "Title", f"q{n}q was seen. " * 12) for n in range(m, m + 6)] for m in (1, 7, 13)
    ]
    for n, batch in enumerate(batches):
        engine.apply(batch, checkpoint=n)
    path = generations.current(folder).path
    assert sum(b"q1q" in file.read_bytes() for file in path.glob("*.segment")) == 3
    forget(folder, [1])
    assert not [file for file in path.iterdir() if b"q1q" in file.read_bytes()]
    assert engine.search(SearchRequest("seen"), now=tools.NOW).total == 17
    engine.close()


def test_parts_of_a_rebuild_share_a_sample(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.rebuild.CHUNK", 5)
    held = [tools.article(n, "Title", f"q{n}q was seen. " * 12) for n in range(1, 24)]
    rebuild(folder, lambda _last: iter(held), checkpoint=1, total=len(held))
    path = generations.current(folder).path
    (segment,) = path.glob("*.segment")
    found = open_segment(DurableStorage(path), segment.stem)
    assert set(found.sample.articles) <= set(range(1, 6))
    assert [found.text(n).decode() for n in range(found.size)] == [one.latest.text for one in held]
