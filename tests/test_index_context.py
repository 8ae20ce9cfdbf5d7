"""Mentions in context: a line for each mark."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.context import in_context
from index.model import HighlightedText


def lines(text: str, *marked: str, around: int = 20) -> list[tuple[str, str, str]]:
    spans = tuple((at, at + len(word)) for word in marked for at in [text.index(word)])
    return [
        (line.text[:start], line.text[start:end], line.text[end:])
        for line in in_context(HighlightedText(text, spans), around)
        for start, end in line.spans
    ]


def test_whole_words_stand_around_a_mention() -> None:
    text = "In the evening the ferry sails to the island, and nobody waits for it there."
    assert lines(text, "ferry", "nobody") == [
        ("In the evening the ", "ferry", " sails to the"),
        ("to the island, and ", "nobody", " waits for it there."),
    ]


def test_a_line_stays_in_its_paragraph_and_has_single_spaces() -> None:
    assert lines("Before.\n\nThe  old\nferry   sails.\n \nAfter.", "ferry") == [
        ("The old ", "ferry", " sails.")
    ]
    assert lines("a town\ncouncil met", "town\ncouncil") == [("a ", "town council", " met")]


def test_what_has_no_spaces_is_cut_where_it_must() -> None:
    assert lines("市議会は港の予算を可決した", "予算", around=3) == [("会は港の"[-3:], "予算", "を可決")]


texts = st.text("ab \n", max_size=60)


@given(texts, st.data(), st.integers(1, 30))
def test_each_mark_has_its_line(text: str, data: st.DataObject, around: int) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = tuple((start, end) for start, end in zip(places[::2], places[1::2], strict=False))
    found = list(in_context(HighlightedText(text, spans), around))
    assert len(found) == len(spans)
    for line, (start, end) in zip(found, spans, strict=True):
        ((first, last),) = line.spans
        assert " ".join(line.text[first:last].split()) == " ".join(text[start:end].split())
        assert first <= around
        assert len(line.text) - last <= around
        assert "  " not in line.text[:first]
        assert line.text[:first].split() == [] or line.text[:first].split()[-1][-1] in "ab"
        assert "".join(line.text[:first].split()) in "".join(text[:start].split())
        assert "".join(line.text[last:].split()) in "".join(text[end:].split())
