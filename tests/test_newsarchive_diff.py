"""A diff shows the words that changed, all of them, and nothing else; in bounded time."""

from __future__ import annotations

import random
import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.diff import Piece, diff

texts = st.lists(
    st.sampled_from(["the ", "harbour ", "ferry", ", ", "2.4 ", "\n\n", "\n", "雨", "Don’t ", ".", "é"]),
    max_size=40,
).map("".join)


@given(texts, texts)
def test_the_pieces_join_to_both_texts(old: str, new: str) -> None:
    pieces = diff(old, new)
    assert "".join(p.text for p in pieces if p.kind != "ins") == old
    assert "".join(p.text for p in pieces if p.kind != "del") == new


@given(texts, texts)
def test_no_piece_is_empty_and_neighbours_differ(old: str, new: str) -> None:
    kinds = [piece.kind for piece in diff(old, new)]
    assert all(piece.text for piece in diff(old, new))
    assert all(a != b and (a, b) != ("ins", "del") for a, b in pairwise(kinds))


@given(texts)
def test_the_same_text_has_no_change(text: str) -> None:
    assert all(piece.kind == "same" for piece in diff(text, text))


def test_one_word_changes() -> None:
    assert diff("The council votes today.", "The council votes tomorrow.") == (
        Piece("same", "The council votes "),
        Piece("del", "today"),
        Piece("ins", "tomorrow"),
        Piece("same", "."),
    )


def test_a_number_changes_as_a_whole() -> None:
    assert Piece("del", "2.4") in diff("worth 2.4 million crowns", "worth 2.6 million crowns")


def test_scripts_without_spaces_change_by_character() -> None:
    assert diff("今日は雨です", "今日は雪です")[1:3] == (Piece("del", "雨"), Piece("ins", "雪"))


def test_a_word_that_happens_to_stay_does_not_break_up_a_rewritten_phrase() -> None:
    pieces = diff("approved a contract on Tuesday night", "approved the sale of a shipyard late in winter")
    assert [piece.kind for piece in pieces] == ["same", "del", "ins"]


def test_an_added_word_takes_its_space_with_it() -> None:
    assert Piece("ins", "old ") in diff("the old harbour", "the old old harbour")


def test_texts_that_share_nothing_take_no_time() -> None:
    chance = random.Random(1)
    old, new = (" ".join(chance.choice("ab") for _ in range(20_000)) for _ in range(2))
    began = time.process_time()
    pieces = diff(old, new)
    assert time.process_time() - began < 10
    assert "".join(p.text for p in pieces if p.kind != "del") == new
