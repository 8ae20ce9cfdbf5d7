"""What makes a revision, and when an article is looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.decide import (
    RETRY_DELAYS,
    REVISIT_AGES,
    believable,
    content_digest,
    decide,
    next_visit,
    retry_at,
    same_story,
    text_digest,
)
from archive.model import Extract, Revision

PAGE = Extract(
    title="Bridge to close", authors=("Ada Lane", "Bo Reed"), text="The bridge closes.\n\nFor a week."
)


def revision_of(extract: Extract) -> Revision:
    return Revision(
        article_id=1,
        number=1,
        capture_id=1,
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        title=extract.title,
        authors=extract.authors,
        published=extract.published,
        published_day_only=False,
        published_from="none",
        modified=None,
        section="",
        tags=(),
        language="",
        image="",
        description="",
        text=extract.text,
        content_digest=content_digest(extract),
    )


def test_a_page_without_a_known_article_is_new() -> None:
    assert decide(None, PAGE) == "new"


@pytest.mark.parametrize(
    "same",
    [
        replace(PAGE, modified=datetime(2026, 2, 1, tzinfo=UTC)),
        replace(PAGE, tags=("roads",), section="Local", image="http://a.example/b.png"),
        replace(PAGE, text="The  bridge closes.\n\n\n For a\nweek. "),
        replace(PAGE, authors=("Bo Reed", "Ada Lane")),
        replace(PAGE, title="Bridge to close"),
    ],
    ids=["time stamp", "labels", "white space", "order of authors", "nothing"],
)
def test_what_a_reader_does_not_see_is_no_revision(same: Extract) -> None:
    assert decide(revision_of(PAGE), same) == "unchanged"


@pytest.mark.parametrize(
    "other",
    [
        replace(PAGE, title="Bridge stays open"),
        replace(PAGE, text="The bridge closes.\n\nFor two weeks."),
        replace(PAGE, text="The bridge closes. For a week."),
        replace(PAGE, authors=("Ada Lane",)),
    ],
    ids=["headline", "word", "paragraphs", "byline"],
)
def test_what_a_reader_sees_is_a_revision(other: Extract) -> None:
    assert decide(revision_of(PAGE), other) == "revised"


def test_composed_and_decomposed_letters_are_the_same_text() -> None:
    assert content_digest(Extract(title="Caf\u00e9")) == content_digest(Extract(title="Cafe\u0301"))


@given(st.text(), st.text(), st.text())
def test_the_digest_depends_on_where_words_stand(title: str, author: str, text: str) -> None:
    one = Extract(title=title, authors=(author,), text=text)
    assert content_digest(one) == content_digest(replace(one, modified=datetime(2020, 1, 1, tzinfo=UTC)))
    if " ".join(title.split()) and not text.strip():
        assert content_digest(one) != content_digest(replace(one, title="", text=title + " again"))


def test_a_short_text_is_not_taken_for_another_of_the_same_words() -> None:
    assert text_digest("Subscribe to read on.") == ""
    assert text_digest("word " * 60) == text_digest("WORD  " * 60) != ""


def test_versions_of_a_story_are_told_from_other_stories() -> None:
    first = "The council met on Monday and voted for the new bridge over the river after a long debate."
    later = first + " Later the mayor said that work begins in May."
    other = (
        "The football club lost its third match in a row and the coach was shown the door on Sunday night."
    )
    assert same_story(first, later)
    assert same_story(later, first)
    assert not same_story(first, other)
    assert not same_story("", first)


def test_a_date_that_is_still_to_come_is_no_date() -> None:
    captured = datetime(2026, 1, 1, tzinfo=UTC)
    dated = replace(PAGE, published=captured + timedelta(hours=20), published_from="meta")
    assert believable(dated, captured) == dated
    assert believable(PAGE, captured) == PAGE
    ahead = believable(
        replace(dated, published=captured + timedelta(days=3650), published_day_only=True), captured
    )
    assert (ahead.published, ahead.published_day_only, ahead.published_from) == (None, False, "none")


def test_looks_become_rarer_and_end() -> None:
    found = datetime(2026, 1, 1, tzinfo=UTC)
    looks = []
    at: datetime | None = found
    while at is not None:
        at = next_visit(found, at)
        looks.append(at)
    assert looks == [*(found + age for age in REVISIT_AGES), None]


FOUND = datetime(2026, 1, 1, tzinfo=UTC)
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
AGES = st.lists(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400)), max_size=6)


@given(SPANS, AGES, st.none() | SPANS)
def test_the_next_look_is_always_later_and_ends(
    age: timedelta, ages: list[timedelta], edited: timedelta | None
) -> None:
    changed_at = None if edited is None else FOUND + edited
    look = next_visit(FOUND, FOUND + age, ages=ages, changed_at=changed_at)
    last = max(FOUND, changed_at or FOUND) + max(ages or REVISIT_AGES)
    assert look is None or FOUND + age < look <= last


def test_a_source_may_have_ages_of_its_own() -> None:
    ages = (timedelta(days=2), timedelta(hours=3))
    assert next_visit(FOUND, FOUND, ages=ages) == FOUND + timedelta(hours=3)
    assert next_visit(FOUND, FOUND + timedelta(hours=3), ages=ages) == FOUND + timedelta(days=2)
    assert next_visit(FOUND, FOUND + timedelta(days=2), ages=ages) is None


@pytest.mark.parametrize(
    ("edited_after", "again_after"),
    [
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(hours=6), timedelta(hours=1)),
        (timedelta(days=1), timedelta(hours=6)),
        (timedelta(days=3), timedelta(days=1)),
        (timedelta(days=30), timedelta(days=3)),
        (timedelta(days=3650), None),
    ],
)
def test_after_an_edit_the_decay_begins_again_as_fits_the_age(
    edited_after: timedelta, again_after: timedelta | None
) -> None:
    edit = FOUND + edited_after
    look = next_visit(FOUND, edit, changed_at=edit)
    assert look == (None if again_after is None else edit + again_after)


def test_an_edit_makes_the_looks_more_and_never_fewer() -> None:
    edit = FOUND + timedelta(days=1)
    plain, edited = looks_from(edit, None), looks_from(edit, edit)
    assert len(edited) == 5
    assert all(one <= other for one, other in zip(edited, plain, strict=False))


def looks_from(at: datetime, changed_at: datetime | None) -> list[datetime]:
    """All looks after a moment, where nothing changes any more."""
    looks = []
    while (look := next_visit(FOUND, at, changed_at=changed_at)) is not None:
        looks.append(look)
        at = look
    return looks


def test_a_page_that_changes_with_every_look_is_not_visited_for_ever() -> None:
    looks, at = 0, next_visit(FOUND, FOUND)
    while at is not None:
        looks += 1
        at = next_visit(FOUND, at, changed_at=at)
    assert 30 <= looks <= 50


def test_failures_are_tried_again_ever_later_and_then_given_up() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert [retry_at(n, now) for n in range(1, len(RETRY_DELAYS) + 1)] == [
        now + delay for delay in RETRY_DELAYS
    ]
    assert retry_at(len(RETRY_DELAYS) + 1, now) is None
