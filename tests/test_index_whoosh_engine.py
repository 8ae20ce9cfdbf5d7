"""The embedded engine: what is found, in which order, what is suggested, and keeping current."""

from __future__ import annotations

import errno
import gc
import random
import runpy
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.engine import Engine, open_engine
from index.errors import DamagedIndex, IndexBusy, NoIndex
from index.generations import current, locked
from index.model import MAX_WINDOW, MISSING, SORTS, Filter, SearchRequest, SearchResults, Sort
from index.schema import SCHEMA_VERSION
from index.whoosh_engine.storage import damage_named

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
article, day, NOW = tools.article, tools.day, tools.NOW

ARTICLES = (
    article(1, "Council elections delayed", "The town council met on Monday. A vote was taken.", authors=("John Field", "Mary Lake"), published=day("2025-04-01"), section="Politics", tags=("local vote",)),
    article(2, "Night of the count", "Votes of the election were counted at the café in town.", authors=("Mary Lake",), published=day("2024-11-05"), section="Politics"),
    article(3, "Weather", "Rain, then more rain. Towns flood.", source="Weekly", language="de", url="https://weekly.example.org/2025/rain"),
    article(4, "Harvest", "Fields of corn, field after field. U.S. growers vote with their feet.", authors=("Anna Müller",), published=day("2025-04-30"), section="Farming"),
)  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "index")
    yield engine
    engine.close()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.apply(ARTICLES, checkpoint=7)
    return engine


def ask(engine: Engine, text: str = "", **how: object) -> SearchResults:
    return engine.search(SearchRequest(text, **how), now=NOW)


def found(engine: Engine, text: str = "", **how: object) -> set[int]:
    results = ask(engine, text, **how)
    assert results.total == len(results.hits)
    return {hit.id for hit in results.hits}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "town", "vote OR rain", "nowhere"])
def test_a_selection_is_all_pages_one_after_the_other(filled: Engine, text: str, sort: Sort) -> None:
    chosen = filled.select(SearchRequest(text, sort=sort, page=3, page_size=1), now=NOW)
    pages = [ask(filled, text, sort=sort, page=page, page_size=1) for page in range(1, 6)]
    assert chosen.ids == tuple(hit.id for page in pages for hit in page.hits)
    assert (chosen.understood, chosen.complete) == (pages[0].understood, True)


def test_a_selection_is_narrowed_and_annotated_as_a_search_is(filled: Engine) -> None:
    by_lake = SearchRequest("town", (Filter("author", "Mary Lake"),), since=date(2025, 1, 1))
    assert filled.select(by_lake, now=NOW).ids == (1,)
    odd = filled.select(SearchRequest("town", (Filter("colour", "red"),)), now=NOW)
    assert odd.notes == ("There is no facet “colour”; the filter was ignored.",)


def test_a_selection_that_is_stopped_says_so(filled: Engine) -> None:
    assert not filled.select(SearchRequest("rain OR corn"), now=NOW, seconds=-1.0).complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {1, 2, 3, 4}),
        ("election", {1, 2}),
        ("ELECTIONS", {1, 2}),
        ("cafe", {2}),
        ("café", {2}),
        ("town council", {1}),
        ("town OR corn", {1, 2, 3, 4}),
        ('"town council"', {1}),
        ('"council town"', set()),
        ('"towns"', {3}),
        ('"council monday"', set()),
        ('"council monday"~2', {1}),
        ("U.S.", {4}),
        ("elect*", {1, 2}),
        ("co*n", {4}),
        ('"field after field"', {4}),
        ('"field field"~1', {4}),
        ('"then more rain"', {3}),
        ('"rain rain"', set()),
        ('"rain rain rain"~9', set()),
        ("electoin~1", {2}),
        ("-town", {4}),
        ("town -(rain OR cafe)", {1}),
        ("title:weather", {3}),
        ("title:rain", set()),
        ("title:elect*", {1}),
        ("author:field", {1}),
        ("field", {4}),
        ('author:"john field"', {1}),
        ('author:"field mary"', set()),
        ("author:muller", {4}),
        ("author:[a TO g]", {1, 4}),
        ("source:weekly", {3}),
        ("section:politics", {1, 2}),
        ("tag:vote", {1}),
        ("lang:de", {3}),
        ("url:example.org", {3}),
        ("url:rain", {3}),
        ("url:https://weekly.example.org/2025/rain", {3}),
        ("https://weekly.example.org/2025", set()),
        ("date:2025", {1, 4}),
        ("date:2025-04-01", {1}),
        ("since:2025-04-02", {4}),
        ("until:2024", {2}),
        ("is:undated", {3}),
        ("-is:undated", {1, 2, 4}),
        ("(author:lake OR is:undated) town", {1, 2, 3}),
    ],
)
def test_a_query_finds(filled: Engine, text: str, expected: set[int]) -> None:
    assert found(filled, text) == expected


def test_days_of_the_request_bound_the_result(filled: Engine) -> None:
    assert found(filled, since=date(2025, 4, 1), until=date(2025, 4, 29)) == {1}


def test_several_values_of_a_field_mean_or_fields_mean_and_exclusions_win(filled: Engine) -> None:
    lake, muller = Filter("author", "mary lake"), Filter("author", "ANNA MÜLLER")
    assert found(filled, filters=(lake, muller)) == {1, 2, 4}
    assert found(filled, filters=(lake, muller, Filter("year", "2025"))) == {1, 4}
    assert found(filled, filters=(lake, Filter("author", "John Field", exclude=True))) == {2}
    assert found(filled, filters=(lake, Filter("author", "Mary Lake", exclude=True))) == set()


def test_a_filter_is_a_whole_value(filled: Engine) -> None:
    assert found(filled, filters=(Filter("author", "Mary"),)) == set()


def test_missing_selects_articles_without_a_value(filled: Engine) -> None:
    assert found(filled, filters=(Filter("author", MISSING),)) == {3}
    assert found(filled, filters=(Filter("year", MISSING), Filter("year", "2024"))) == {2, 3}
    assert found(filled, filters=(Filter("section", MISSING, exclude=True),)) == {1, 2, 4}


def test_an_unknown_filter_is_ignored_and_said(filled: Engine) -> None:
    results = ask(filled, filters=(Filter("colour", "red"),))
    assert (results.total, results.notes) == (4, ("There is no facet “colour”; the filter was ignored.",))


def test_a_word_in_the_title_counts_beside_those_in_the_text(engine: Engine) -> None:
    text = "The election was held."
    engine.apply([article(1, "Held at last", text), article(2, "An election", text)], checkpoint=1)
    results = ask(engine, "election")
    assert [hit.id for hit in results.hits] == [2, 1]
    assert results.hits[0].score > results.hits[1].score > 0


def test_undated_articles_come_last_in_both_orders_by_date(filled: Engine) -> None:
    assert [hit.id for hit in ask(filled, sort="newest").hits] == [4, 1, 2, 3]
    assert [hit.id for hit in ask(filled, sort="oldest").hits] == [2, 1, 4, 3]
    assert {hit.score for hit in ask(filled, "town", sort="newest").hits} == {0.0}


def test_among_equals_the_newest_comes_first_then_the_smaller_id(engine: Engine) -> None:
    days = {1: "2020-01-01", 2: None, 3: "2024-01-01", 4: "2024-01-01"}
    engine.apply([article(n, "Same", "words", published=d and day(d)) for n, d in days.items()], checkpoint=1)
    assert [hit.id for hit in ask(engine, "same").hits] == [3, 4, 1, 2]


def test_pages_neither_repeat_nor_leave_out(engine: Engine) -> None:
    engine.apply([article(n, "Same", "words") for n in range(1, 26)], checkpoint=1)
    pages = [ask(engine, "words", page=page, page_size=10) for page in (1, 2, 3, 4)]
    assert [hit.id for page in pages for hit in page.hits] == list(range(1, 26))
    assert {page.total for page in pages} == {25}


def test_a_page_too_deep_is_empty_and_says_why(filled: Engine) -> None:
    results = ask(filled, page=10**9)
    assert (results.hits, results.total) == ((), 4)
    assert f"first {MAX_WINDOW:,} results" in results.notes[0]


def test_a_hit_shows_the_article(filled: Engine) -> None:
    moment = datetime(2025, 4, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    filled.apply([article(9, "A title about corn", "Text of corn.", authors=("A", "B"), published=moment, section="S", number=3, gone=True, url="https://x.example/")], checkpoint=8)  # fmt: skip
    (hit,) = ask(filled, "url:https://x.example/ corn").hits
    assert (hit.id, hit.url, hit.authors, hit.section, hit.source) == (
        9,
        "https://x.example/",
        ("A", "B"),
        "S",
        "Gazette",
    )
    assert (hit.published, hit.published.utcoffset()) == (moment, timedelta(hours=-5))
    assert (hit.revisions, hit.gone, hit.language) == (3, True, "en")
    assert hit.title.spans == ((14, 18),)
    assert hit.snippet.spans == ((8, 12),)


def test_the_day_is_the_one_the_page_gave(engine: Engine) -> None:
    late = datetime(2025, 3, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))  # 1 April in UTC
    engine.apply([article(1, published=late)], checkpoint=1)
    assert found(engine, "date:2025-03-31") == {1}
    assert found(engine, "date:2025-04-01") == set()
    months = next(facet for facet in ask(engine).facets if facet.field == "month")
    assert [bucket.value for bucket in months.buckets] == ["2025-03"]


def test_a_misspelt_word_is_suggested_where_it_finds_more(filled: Engine) -> None:
    (suggestion,) = ask(filled, "Electoin").suggestions
    assert (suggestion.text, suggestion.count) == ("election", 2)
    (suggestion,) = ask(filled, 'author:"jon field" vote').suggestions
    assert (suggestion.text, suggestion.count) == ('author:"john field" vote', 1)
    assert ask(filled, "election").suggestions == ()
    assert ask(filled, "xylophone").suggestions == ()


def test_where_no_article_has_all_words_it_is_said_and_any_of_them_offered(filled: Engine) -> None:
    results = ask(filled, "corn rain author:*")
    assert results.total == 0
    results = ask(filled, "corn rain -weather")
    assert "No article has all of this together." in results.notes
    assert [(s.text, s.count) for s in results.suggestions] == [("(corn OR rain) -weather", 1)]


def test_a_prefix_that_stands_for_too_many_words_says_so(engine: Engine) -> None:
    engine.apply([article(1, "", " ".join(f"word{n}" for n in range(1_200)))], checkpoint=1)
    results = ask(engine, "word*")
    assert results.total == 1
    assert results.notes == ("“word*” stands for more than 1,000 words; only so many were looked for.",)


def test_the_longest_phrase_of_common_words_is_answered_in_time(engine: Engine) -> None:
    engine.apply([article(n, "", "the of " * 300) for n in range(1, 101)], checkpoint=1)
    assert len(found(engine, '"' + "the of " * 70 + '"~50', page_size=100)) == 100
    assert found(engine, '"' + "the the of " * 40 + '"') == set()


def test_a_query_that_takes_too_long_is_stopped_and_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply([article(n, "", "word") for n in range(1, 301)], checkpoint=1)
    monkeypatch.setattr("index.whoosh_engine.answer.TIME_LIMIT", 0.0)
    results = ask(engine, "word")
    assert results.total == 0
    assert "took too long" in results.notes[0]


def test_facets_can_be_left_out(filled: Engine) -> None:
    results = ask(filled, facets=False)
    assert (results.facets, results.histogram) == ((), None)


def test_the_whole_text_is_highlighted_without_an_index(engine: Engine) -> None:
    assert engine.highlight("An election, elections", "election author:field since:2w", "en").spans == (
        (3, 11),
        (13, 22),
    )


def test_before_anything_is_indexed_there_is_no_index(engine: Engine) -> None:
    for use in (engine.status, engine.revisions, lambda: ask(engine)):
        with pytest.raises(NoIndex, match="newsarchive rebuild"):
            use()


def test_an_empty_index_answers(engine: Engine) -> None:
    assert engine.apply([], checkpoint=0) == 0
    results = ask(engine, "election -war since:2w")
    assert (results.total, results.histogram.buckets) == (0, ())
    assert engine.status().documents == 0


def test_applying_tells_what_is_searchable(filled: Engine) -> None:
    status = filled.status()
    assert (status.documents, status.generation, status.checkpoint) == (4, 1, 7)
    assert filled.revisions() == {1: 1, 2: 1, 3: 1, 4: 1}


def test_a_revision_takes_the_place_of_the_one_before(filled: Engine) -> None:
    assert filled.apply([article(1, "Quite new", "words", number=2)], checkpoint=8) == 1
    assert found(filled, "council") == set()
    assert found(filled, "new") == {1}
    assert filled.revisions()[1] == 2
    assert filled.status().documents == 4


def test_the_last_of_several_revisions_in_one_batch_counts(filled: Engine) -> None:
    filled.apply([article(1, "Second", number=2), article(1, "Third", number=3)], checkpoint=8)
    assert (found(filled, "second"), found(filled, "third")) == (set(), {1})
    assert filled.status().documents == 4


def test_removed_articles_are_gone_even_where_they_are_in_the_batch(filled: Engine) -> None:
    filled.apply([article(2, "Still here?")], removed=[2, 3, 99], checkpoint=8)
    assert found(filled) == {1, 4}
    assert filled.revisions() == {1: 1, 4: 1}


def test_applying_twice_changes_nothing(filled: Engine) -> None:
    before = ask(filled, "town")
    filled.apply(ARTICLES, checkpoint=7)
    after = ask(filled, "town")
    assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
    assert (after.facets, after.histogram, after.total) == (before.facets, before.histogram, before.total)
    assert filled.status().documents == 4


def test_many_small_commits_stay_few_segments_and_right(engine: Engine) -> None:
    for n in range(1, 31):
        engine.apply(
            [article(n, f"number{n}", "common"), article(1, f"again{n}", "common", number=n)], checkpoint=n
        )
    assert found(engine, "common", page_size=100) == set(range(1, 31))
    assert found(engine, "again30") == {1}
    assert found(engine, "again29") == set()
    assert engine.status().checkpoint == 30


def test_writers_with_the_same_random_numbers_do_not_overwrite_each_other(engine: Engine) -> None:
    for n in range(1, 5):
        random.seed(1)
        engine.apply([article(n, "common")], checkpoint=n)
    assert found(engine, "common") == {1, 2, 3, 4}


def test_another_engine_sees_a_commit_at_its_next_search(filled: Engine, tmp_path: Path) -> None:
    other = open_engine(tmp_path / "index")
    assert found(other, "council") == {1}
    filled.apply([article(5, "Council again")], checkpoint=8)
    assert found(other, "council") == {1, 5}
    other.close()
    assert found(other, "council") == {1, 5}
    other.close()


def test_one_writer_at_a_time(filled: Engine, tmp_path: Path) -> None:
    with locked(current(tmp_path / "index").path, "writing"), pytest.raises(IndexBusy, match="writing"):
        filled.apply([article(5)], checkpoint=8)
    filled.apply([article(5)], checkpoint=8)


def test_any_text_can_be_indexed(engine: Engine) -> None:
    odd = "\ud800 \0 \x1f e\u0301 " + "x" * 5_000
    engine.apply(
        [article(1, odd, odd, authors=(odd, "", " A "), section=odd, tags=(odd,), url=odd)], checkpoint=1
    )
    assert found(engine, "é") == {1}
    assert ask(engine).hits[0].title.text == odd


def test_a_full_disk_is_not_taken_for_damage() -> None:
    with pytest.raises(OSError, match="No space"), damage_named():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_the_index_is_for_its_owner_only(filled: Engine, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "index").stat().st_mode) == 0o700


def test_an_index_of_another_version_is_not_opened(filled: Engine, tmp_path: Path) -> None:
    filled.close()
    for path in current(tmp_path / "index").path.glob("state-*.json"):
        path.write_text(
            path.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 0')
        )
    with pytest.raises(NoIndex, match="newsarchive rebuild"):
        ask(filled)
    with pytest.raises(NoIndex, match="newsarchive rebuild"):
        filled.apply([article(5)], checkpoint=8)


# Whoosh leaves the file that it failed to read to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("pattern", ["*.segment", "*.toc"])
def test_a_damaged_file_is_named_so(filled: Engine, tmp_path: Path, pattern: str) -> None:
    filled.close()
    for path in current(tmp_path / "index").path.glob(pattern):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedIndex, match="newsarchive rebuild"):
        ask(filled, "town")
    gc.collect()


def test_a_lost_pointer_is_no_index_and_a_garbled_one_is_damage(filled: Engine, tmp_path: Path) -> None:
    pointer = tmp_path / "index" / "CURRENT"
    pointer.write_text("../../etc")
    with pytest.raises(DamagedIndex):
        ask(filled)
    pointer.unlink()
    with pytest.raises(NoIndex):
        ask(filled)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the one there is: whoosh"):
        open_engine(tmp_path, "lucene")
