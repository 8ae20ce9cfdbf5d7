"""What changed, laid out: no word is lost in one column or in two, every change opens once, what stayed is folded."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.diffview import Changed, Paragraph, Row, changed

texts = st.lists(
    st.sampled_from(["the ", "harbour ", "ferry", ", ", "2.4 ", "\n\n", "\n", "雨", "Don’t ", ".", "é"]),
    max_size=40,
).map("".join)
PLAIN = "\n\n".join(f"Paragraph {number} says this and that." for number in range(20))


def said(paragraphs: Iterable[Paragraph], without: str = "") -> str:
    return "".join(
        p.text for paragraph in paragraphs for part in paragraph for p in part.pieces if p.kind != without
    ).replace("¶", "")


def inline(view: Changed) -> list[Paragraph]:
    return [paragraph for stretch in view.inline for paragraph in stretch.items]


def rows(view: Changed) -> list[Row]:
    return [row for stretch in view.sides for row in stretch.items]


def kinds(paragraphs: Iterable[Paragraph]) -> list[list[str]]:
    return [[piece.kind for part in paragraph for piece in part.pieces] for paragraph in paragraphs]


@given(texts, texts)
def test_no_word_is_lost_in_one_column_or_in_two(old: str, new: str) -> None:
    view = changed("Text", old, new)
    before, after = old.replace("\n\n", ""), new.replace("\n\n", "")
    assert (said(inline(view), "ins"), said(inline(view), "del")) == (before, after)
    assert said(paragraph for row in rows(view) for paragraph in row.left) == before
    assert said(paragraph for row in rows(view) for paragraph in row.right) == after


@given(texts, texts, st.integers(1, 9))
def test_every_change_opens_once_in_order(old: str, new: str, first: int) -> None:
    view = changed("Text", old, new, first=first)
    assert view.differs == (old != new)
    numbers = list(range(view.first, view.last + 1))
    opened = [part.number for paragraph in inline(view) for part in paragraph if part.opens]
    assert opened == numbers
    beside = [p for row in rows(view) for side in (row.left, row.right) for p in side]
    assert sorted(part.number for paragraph in beside for part in paragraph if part.opens) == numbers


@given(texts, texts)
def test_only_what_stayed_is_folded(old: str, new: str) -> None:
    for stretch in changed("Text", old, new).inline:
        assert stretch.items
        assert not stretch.folded or not any(part.number for item in stretch.items for part in item)


def test_what_is_far_from_a_change_is_folded() -> None:
    view = changed("Text", PLAIN, PLAIN.replace("10 says", "10 does not say"))
    assert [(len(stretch.items), stretch.folded) for stretch in view.inline] == [
        (9, True),
        (3, False),
        (8, True),
    ]
    assert [(len(stretch.items), stretch.folded) for stretch in view.sides] == [
        (9, True),
        (3, False),
        (8, True),
    ]
    few = changed("Text", "One.\n\nTwo.\n\nThree.\n\nFour.", "One!\n\nTwo.\n\nThree.\n\nFour.")
    assert [stretch.folded for stretch in few.inline] == [False]


def test_the_same_text_is_folded_whole_and_has_no_change() -> None:
    view = changed("Text", PLAIN, PLAIN)
    assert not view.differs
    assert [(len(stretch.items), stretch.folded) for stretch in view.inline] == [(20, True)]
    assert changed("Text", "", "").inline == ()


def test_a_new_paragraph_is_a_paragraph_of_its_own() -> None:
    view = changed("Text", "One.\n\nThree.", "One.\n\nTwo.\n\nThree.")
    assert kinds(inline(view))[1] == ["ins"]
    assert [(len(row.left), len(row.right)) for row in rows(view)] == [(1, 1), (0, 1), (1, 1)]


def test_an_added_last_paragraph_leaves_the_one_before_untouched() -> None:
    view = changed("Text", "They must still agree.", "They must still agree.\n\nCorrection: they agreed.")
    assert kinds(inline(view)) == [["same", "ins"], ["ins"]]
    assert said(inline(view)[:1]) == "They must still agree."


def test_a_rewritten_paragraph_stands_beside_what_it_was() -> None:
    old, new = "One.\n\nIt rains in the valley.\n\nThree.", "One.\n\nNobody came to any feast.\n\nThree."
    assert [(len(row.left), len(row.right)) for row in rows(changed("Text", old, new))] == [(1, 1)] * 3


@pytest.mark.parametrize(("old", "new"), [("One.\n\nTwo.", "One. Two."), ("One. Two.", "One.\n\nTwo.")])
def test_a_paragraph_break_that_came_or_went_is_visible(old: str, new: str) -> None:
    pieces = [p.text for line in inline(changed("Text", old, new)) for part in line for p in part.pieces]
    assert "¶" in "".join(pieces)
