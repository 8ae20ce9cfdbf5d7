"""Articles to arrays, and segments to one segment: what stands in them is what a plain reading of the articles says."""

from __future__ import annotations

import runpy
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage

from archive.model import Article
from index.analysis import PARAGRAPH, stem_term, tokens
from index.schema import EXACT_FIELDS, NUMBERS, STEM_FIELDS, VALUE_GAP, author_words, read_lines, read_text
from index.sites import site_of
from index.whoosh_engine.arrays import FieldArrays, SegmentArrays
from index.whoosh_engine.codec import open_segment, write_segment
from index.whoosh_engine.interleaving import Interleaved
from index.whoosh_engine.inverting import invert
from index.whoosh_engine.lexicon import lexicon
from index.whoosh_engine.merging import Source, merged
from index.whoosh_engine.sorting import sorted_together

differences = runpy.run_path(str(Path(__file__).with_name("index_segments.py")))["differences"]
helpers = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))

Postings = dict[bytes, dict[int, list[int]]]
"""Term -> document -> places."""

WORDS = (
    "a",
    "apple",
    "apples",
    "Äpfel",
    "apfel",
    "running",
    "runs",
    "選挙",
    "naïve",
    "U.S.",
    "2024",
    "o'clock's",
    "state-of-the-art",
    "–",
    "選挙結果" * 15,  # of a chunk so long no number is kept
)
word = st.sampled_from(WORDS)
line = st.lists(word, max_size=6).map(" ".join)
names = st.lists(line, max_size=3).map(tuple)


@st.composite
def articles(draw: st.DrawFn, first: int = 1) -> list[Article]:
    """Some articles with distinct ids."""
    return [
        helpers.article(
            first + n,
            draw(line),
            "\n\n".join(draw(st.lists(line, max_size=3))),
            authors=draw(names),
            tags=draw(names),
            section=draw(line),
            earlier_titles=draw(names),
            language=draw(st.sampled_from(("en", "de", ""))),
            edits=draw(st.integers(0, 3)),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


def texts_of(article: Article) -> dict[str, tuple[str, ...]]:
    """What each field of exact words holds of an article."""
    latest = article.latest
    return {
        "title_exact": (latest.title,), "was": article.earlier_titles, "author": author_words(article),
        "source": (article.source,), "section": (latest.section,), "tag": latest.tags, "address": (article.url,),
    }  # fmt: skip


def expected(held: list[Article]) -> dict[str, Postings]:
    """All fields, word by word."""
    fields: dict[str, Postings] = {
        name: defaultdict(lambda: defaultdict(list)) for name in (*EXACT_FIELDS, *STEM_FIELDS, "id", "url")
    }
    for doc, article in enumerate(held):
        fields["id"][str(article.id).encode()][doc] = [0]
        fields["url"][article.url.encode()][doc] = [0]
        for name, texts in texts_of(article).items():
            read(fields[name], doc, texts, VALUE_GAP)
        read(fields["body_exact"], doc, article.latest.text.split("\n\n"), 0, mark=PARAGRAPH)
        for name, source in STEM_FIELDS.items():
            for term, docs in fields[source].items():
                if doc in docs and term != PARAGRAPH.encode():
                    fields[name][stem_term(term.decode(), article.latest.language).encode()][doc] += docs[doc]
    return fields


def read(field: Postings, doc: int, texts: Iterable[str], gap: int, mark: str = "") -> None:
    """The words of the texts of a document, word by word."""
    place = 0
    for text in texts:
        if words := tokens(text):
            if mark:
                field[mark.encode()][doc].append(place)
            for n, token in enumerate(words):
                field[token.encode()][doc].append(place + n)
            place += len(words) + gap


def postings(field: FieldArrays, *, places: bool) -> Postings:
    """A field, read term by term; without places as many zeros as its words."""
    found: Postings = {}
    at = 0
    for n, term in enumerate(field.terms):
        found[term] = {}
        for k in range(int(field.starts[n]), int(field.starts[n + 1])):
            freq = int(field.freqs[k])
            if places:
                assert field.positions is not None
                found[term][int(field.docs[k])] = field.positions[at : at + freq].tolist()
                at += freq
            else:
                found[term][int(field.docs[k])] = [0] * freq
    return found


def check(arrays: SegmentArrays, held: list[Article]) -> None:
    """The arrays say of each article what stands in it."""
    assert arrays.size == len(held)
    for name, wanted in expected(held).items():
        field = arrays.fields[name]
        assert field.terms == sorted(wanted)
        found = postings(field, places=field.positions is not None)
        if field.positions is None:
            assert found == {
                term: {doc: [0] * len(p) for doc, p in docs.items()} for term, docs in wanted.items()
            }
        else:
            assert found == wanted
        lengths = [0] * len(held)
        for term, docs in wanted.items():
            for doc, places in docs.items():
                lengths[doc] += len(places) if term != PARAGRAPH.encode() else 0
        assert field.lengths.tolist() == lengths
    columns = {
        "author": lambda a: a.latest.authors, "section": lambda a: (a.latest.section,), "source": lambda a: (a.source,),
        "tag": lambda a: a.latest.tags, "language": lambda a: (a.latest.language,), "site": lambda a: (site_of(a.url),),
    }  # fmt: skip
    for name, values_of in columns.items():
        column = arrays.values[name]
        got = [
            [column.values[code] for code in column.codes[column.starts[doc] : column.starts[doc + 1]]]
            for doc in range(len(held))
        ]
        assert got == [[v for v in dict.fromkeys(values_of(a)) if v] for a in held]
        assert column.values == sorted({value for values in got for value in values})
    assert set(arrays.numbers) == set(NUMBERS)
    assert arrays.numbers["id"].tolist() == [a.id for a in held]
    assert arrays.numbers["words"].tolist() == [len(tokens(a.latest.text)) for a in held]
    assert [line.title for line in read_lines(arrays.stored)] == [a.latest.title for a in held]
    assert [read_text(record) for record in arrays.texts] == [a.latest.text for a in held]


def forms_of(arrays: SegmentArrays, name: str) -> dict[bytes, set[bytes]]:
    """Stem -> the words that it stands for."""
    field = arrays.fields[name]
    assert field.forms is not None
    assert field.forms_starts is not None
    words = arrays.fields[field.forms_field].terms
    ends = field.forms_starts.tolist()
    return {
        stem: {words[n] for n in field.forms[ends[k] : ends[k + 1]].tolist()}
        for k, stem in enumerate(field.terms)
    }


@given(articles())
def test_a_segment_holds_what_its_articles_say(held: list[Article]) -> None:
    arrays = invert(held)
    check(arrays, held)
    for name, source in STEM_FIELDS.items():
        wanted: dict[bytes, set[bytes]] = defaultdict(set)
        for doc, article in enumerate(held):
            for term, docs in postings(arrays.fields[source], places=True).items():
                if doc in docs and term != PARAGRAPH.encode():
                    wanted[stem_term(term.decode(), article.latest.language).encode()].add(term)
        assert forms_of(arrays, name) == wanted


@given(st.lists(articles(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_merged_segment_is_that_of_the_articles_that_stay(
    batches: list[list[Article]], chance: object
) -> None:
    stay = [[chance.random() < 0.7 for _ in batch] for batch in batches]  # type: ignore[attr-defined]
    sources = [Source(invert(batch), np.array(mask, bool)) for batch, mask in zip(batches, stay, strict=True)]
    held = [
        article
        for batch, mask in zip(batches, stay, strict=True)
        for article, stays in zip(batch, mask, strict=True)
        if stays
    ]
    one, anew = merged(sources), invert(held)
    check(one, held)
    for name in STEM_FIELDS:
        forms = forms_of(one, name)
        assert all(words <= forms[stem] for stem, words in forms_of(anew, name).items())


@given(st.lists(articles(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_segments_are_merged_from_their_files_as_from_memory(
    batches: list[list[Article]], chance: object
) -> None:
    held = [invert(batch) for batch in batches]
    stay = [np.array([chance.random() < 0.7 for _ in batch], bool) for batch in batches]  # type: ignore[attr-defined]
    for masks in (stay, [np.ones(len(batch), bool) for batch in batches]):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr("index.whoosh_engine.merging._MANY", 1)
            storage, sources = FileStorage(folder), []
            for number, (arrays, mask) in enumerate(zip(held, masks, strict=True)):
                write_segment(storage, f"MAIN_{number}", arrays)
                sources.append(Source(open_segment(storage, f"MAIN_{number}").arrays(), mask))
            in_memory = merged([Source(*pair) for pair in zip(held, masks, strict=True)])
            records = {"stored": list(in_memory.stored), "texts": list(in_memory.texts)}
            assert differences(replace(in_memory, **records), merged(sources)) == []


@given(articles())
def test_of_a_text_without_end_the_beginning_is_indexed(held: list[Article]) -> None:
    whole = invert(held)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.whoosh_engine.runs.MOST_WORDS", 4)
        short = invert(held)
    for name in EXACT_FIELDS:
        wanted = {
            term: begun
            for term, docs in postings(whole.fields[name], places=True).items()
            if (
                begun := {doc: kept for doc, places in docs.items() if (kept := [p for p in places if p < 4])}
            )
        }
        assert postings(short.fields[name], places=True) == wanted
    assert short.numbers["words"].tolist() == [min(count, 4) for count in whole.numbers["words"].tolist()]


def test_a_lexicon_that_has_grown_big_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.whoosh_engine.lexicon._REMEMBERED", 3)
    for words in ("one two", "two three four five", "one six"):
        held = [helpers.article(1, words, words)]
        check(invert(held), held)
    with lexicon() as left, lexicon() as other:
        assert left is not other
        assert len(left.words) <= 4


def test_rows_that_do_not_fit_into_an_integer_are_refused() -> None:
    with pytest.raises(OverflowError, match="do not fit"):
        sorted_together(np.array([1 << 40]), np.array([1 << 40]))


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_any_stretch_of_what_is_interleaved_is_put_together_when_it_is_asked_for(
    counts: list[list[int]], low: int, high: int
) -> None:
    numbers = iter(range(1_000))
    groups = [[[next(numbers) for _ in range(count)] for count in part] for part in counts]
    parts = [np.array(list(chain.from_iterable(part)), np.int64) for part in groups]
    starts = [np.cumsum([0, *part], dtype=np.uint32) for part in counts]
    wanted = list(chain.from_iterable(part[group] for group in range(6) for part in groups))
    interleaved = Interleaved(parts, starts)
    assert len(interleaved) == len(wanted)
    assert interleaved[low:high].tolist() == wanted[low:high]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.whoosh_engine.interleaving.AT_ONCE", 3)
        assert interleaved.whole().tolist() == wanted
