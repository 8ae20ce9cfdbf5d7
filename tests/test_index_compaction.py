"""Which segments are merged: never many of them, each article written a few times only, full ones left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.whoosh_engine.compaction import MANY, MOST_DOCUMENTS, Size, filling_one, to_merge

sizes = st.builds(
    lambda documents, deleted, words: Size(documents, min(deleted, documents), words * documents),
    st.integers(1, MOST_DOCUMENTS),
    st.integers(0, MOST_DOCUMENTS),
    st.integers(0, 2_000),
)


def merge(held: list[Size], numbers: list[int]) -> list[Size]:
    """The segments after a merge."""
    chosen = [held[number] for number in numbers]
    live = sum(size.live for size in chosen)
    words = sum(size.words * size.live // size.documents for size in chosen)
    rest = [size for number, size in enumerate(held) if number not in numbers]
    return [*rest, Size(live, 0, words)] if live else rest


@given(st.lists(sizes, max_size=30))
def test_merging_comes_to_an_end_with_few_small_segments(held: list[Size]) -> None:
    live = sum(size.live for size in held)
    for _ in range(len(held) + 1):
        numbers = to_merge(held)
        if not numbers:
            break
        assert sum(held[number].live for number in numbers) <= MOST_DOCUMENTS
        held = merge(held, numbers)
    assert not to_merge(held)
    assert sum(size.share < 0.5 for size in held) <= MANY
    assert not [size for size in held if size.share >= 0.5 and size.is_wasteful]
    assert sum(size.live for size in held) == live


def test_a_crawl_of_a_million_articles_has_few_segments_and_writes_each_a_few_times() -> None:
    held: list[Size] = []
    written = most = 0
    for _ in range(10_000):
        held.append(Size(100, 0, 40_000))
        while numbers := to_merge(held):
            written += sum(held[number].live for number in numbers)
            held = merge(held, numbers)
        most = max(most, len(held))
    assert sum(size.live for size in held) == 1_000_000
    assert most <= 30 + MANY
    assert written <= 5 * 1_000_000


@given(st.lists(st.integers(1, 9_000), max_size=60))
def test_chunks_of_a_rebuild_become_full_segments(chunks: list[int]) -> None:
    held: list[Size] = []
    for documents in chunks:
        held.append(Size(documents, 0, 400 * documents))
        while numbers := filling_one(held, at_last=False):
            held = merge(held, numbers)
            assert held[-1].share > 0.5
    while numbers := filling_one(held, at_last=True):
        held = merge(held, numbers)
    assert sum(size.live for size in held) == sum(chunks)
    assert sum(size.share < 0.5 for size in held) <= 1
