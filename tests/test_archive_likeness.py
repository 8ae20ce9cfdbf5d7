"""Are two texts of one story? Laws, and the ways in which outlets change the copy of an agency."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.likeness import BANDS, SHORTEST, Sketch, bands, same_story, sketch, stories

VOCABULARY = [f"{a}{b}{c}" for a in "bdfgkl" for b in "aeiou" for c in ("n", "rt", "st", "lm")]


def text(seed: int, words: int = 240, paragraph: int = 40) -> str:
    """So many words that have nothing in common with those of another seed but the vocabulary."""
    drawn = random.Random(seed).choices(VOCABULARY, k=words)
    return "\n\n".join(" ".join(drawn[n : n + paragraph]) for n in range(0, words, paragraph))


def sketched(content: str) -> Sketch:
    found = sketch(content)
    assert found is not None
    return found


def alike(one: str, other: str) -> bool:
    (found,) = same_story(sketched(one), [sketched(other)])
    assert same_story(sketched(other), [sketched(one)]) == [found]
    return found


COPY = text(1)
PARAGRAPHS = COPY.split("\n\n")
LOCAL = text(2, 40)


@pytest.mark.parametrize(
    ("how", "changed"),
    [
        ("another lead", "\n\n".join([text(3, 25), *PARAGRAPHS[1:]])),
        ("the tail cut off", "\n\n".join(PARAGRAPHS[:3])),
        ("a local paragraph at the end", "\n\n".join([*PARAGRAPHS, LOCAL])),
        ("two local paragraphs inside", "\n\n".join([*PARAGRAPHS[:2], LOCAL, text(4, 40), *PARAGRAPHS[2:]])),
        (
            "a byline and an end mark",
            f"By Jane Doe, The Gazette\n\n{COPY}\n\nReporting by J. Doe; editing by R. Roe",
        ),
        (
            "other quotation marks, dashes and spaces",
            COPY.replace(" ", "\u00a0 ").replace("\n\n", " — ").upper(),
        ),
        ("every thirtieth word", " ".join(w if n % 30 else "elsewhere" for n, w in enumerate(COPY.split()))),
    ],
)
def test_a_copy_is_known_in_spite_of(how: str, changed: str) -> None:
    assert alike(COPY, changed), how


@pytest.mark.parametrize(
    "other",
    [
        text(5),
        " ".join(random.Random(9).sample(COPY.split(), 240)),
        "\n\n".join([*PARAGRAPHS[:2], text(6, 160)]),
    ],
    ids=["another text", "the same words in another order", "a third of it quoted"],
)
def test_what_is_no_copy(other: str) -> None:
    assert not alike(COPY, other)


def test_reports_of_one_form_with_other_figures_are_no_copies() -> None:
    form = "Shares of {} {} fell {} pence to {} in {} trading as analysts at {} cut their forecast to {}. "
    rng = random.Random(3)
    one, other = ("".join(form.format(*rng.choices(VOCABULARY, k=7)) for _ in range(8)) for _ in range(2))
    assert not alike(one, other)


def test_short_texts_have_no_sketch() -> None:
    assert sketch("") is None
    assert sketch(" ".join(VOCABULARY[: SHORTEST - 1])) is None
    assert sketch(" ".join(VOCABULARY[:SHORTEST])) is not None
    assert sketch("?! ... \u200b") is None


def test_a_text_that_says_one_thing_all_the_time_has_a_sketch() -> None:
    assert sketched("no comment " * 60).shingles == 2


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    rng = random.Random(7)
    han = [chr(code) for code in rng.sample(range(0x4E00, 0x9F00), 400)]
    copy = "".join(rng.choices(han, k=300))
    assert alike(copy, "本報記者" + copy[:240])
    assert not alike(copy, "".join(rng.choices(han, k=300)))
    assert sketch(copy[:98]) is None
    assert sketch(copy[:100]) is not None


def test_hostile_characters_do_no_harm() -> None:
    assert alike(COPY + "\ud800\x00", COPY)
    assert sketched("\U0010ffff word " * 100).shingles > 0


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(SHORTEST, 300))
def test_a_sketch_says_the_same_of_the_same_words(seed: int, words: int) -> None:
    content = text(seed, words)
    one = sketched(content)
    assert one == sketched("  " + content.title().replace(" ", ",\n"))
    assert len(one.minima) == 256
    assert len(set(bands(one))) == BANDS
    assert all(0 <= band < 2**63 for band in bands(one))
    assert same_story(one, [one]) == [True]
    assert same_story(one, []) == []


def test_stories_are_the_connected_parts() -> None:
    chain = [text(n, 60) for n in range(9)]
    texts = {
        n + 10: "\n\n".join(chain[n : n + 6]) for n in range(4)
    }  # each is like the next, the last not like the first
    texts |= {5: text(77), 3: text(78), 30: text(78) + " amen"}
    kept = {article: sketched(content) for article, content in texts.items()}
    assert same_story(kept[10], [kept[11], kept[13]]) == [True, False]
    found = stories(kept)
    assert found == {10: 10, 11: 10, 12: 10, 13: 10, 5: 5, 3: 3, 30: 3}
    backwards = dict(reversed(kept.items()))
    assert stories(backwards) == found
    assert stories({}) == {}
