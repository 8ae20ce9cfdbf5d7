"""What recurs over the pages of a source is learnt, and what is an article's own never is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.evidence import Found
from archive.extract.recurring import MOST_SHARE, at_edges, fingerprint, without
from archive.learning import Memory, pack, unpack
from archive.learning.memory import MOST_LINES, MOST_MARKS, SURE, WINDOW
from archive.model import (
    NO_LESSON,
    NOTHING_LEARNT,
    Extract,
    Learnt,
    Lesson,
    Paragraph,
    Rules,
    SeenLine,
    Sighting,
    dropped_as_learned,
)
from newsarchive.demo import stories
from newsarchive.demo.pages import story_page

PROMPT = "Get the Lantern on your doorstep every Saturday morning."
BIO = "Ida Quill has written about the harbour since the old mole was built."
QUOTE = "“We were told in May that the crane would be gone by winter,” said the harbour master."


def lesson(*lines: str, author: str = "") -> Lesson:
    """What a page with these lines teaches."""
    seen = (SeenLine(fingerprint(line), line, bool(author) and author in line) for line in lines)
    return Lesson(tuple(seen))


def own(number: int, lines: int = 6) -> list[str]:
    """Lines that stand in one article alone."""
    return [
        f"Line {at} of article {number} tells what happened to boat {number} that day." for at in range(lines)
    ]


def taught(*articles: list[str]) -> Memory:
    memory = Memory()
    for lines in articles:
        memory.learn(lesson(*lines))
    return memory


def paragraphs(*lines: str) -> Found[tuple[Paragraph, ...]]:
    return Found(tuple(Paragraph("paragraph", line) for line in lines))


def left(learnt: Learnt, *lines: str) -> list[str]:
    """The lines that stay."""
    return [paragraph.text for paragraph in without(paragraphs(*lines), learnt).value]


# -- lines ---------------------------------------------------------------------------------------------


def test_a_prompt_under_every_article_vanishes_after_four() -> None:
    few = taught(*([*own(n), PROMPT] for n in range(SURE - 1)))
    assert left(few.learnt(), *own(9), PROMPT) == [*own(9), PROMPT]
    enough = taught(*([*own(n), PROMPT] for n in range(SURE)))
    assert left(enough.learnt(), *own(9), PROMPT) == own(9)
    assert enough.dropped_lines() == [PROMPT]


def test_a_prompt_in_the_middle_vanishes_too_if_most_articles_have_it() -> None:
    memory = taught(*([*own(n, 4), PROMPT, *own(100 + n, 5)] for n in range(8)))
    assert left(memory.learnt(), *own(9), PROMPT, *own(19)) == [*own(9), *own(19)]


def test_what_is_dropped_is_told_with_its_cause() -> None:
    memory = taught(*([*own(n), PROMPT] for n in range(6)))
    evidence = without(paragraphs(*own(9), PROMPT), memory.learnt()).evidence
    assert [(one.field, one.value, one.source) for one in evidence] == [("dropped", PROMPT, "learned")]


def test_a_quotation_that_follow_ups_repeat_is_no_furniture() -> None:
    others = ([*own(n), PROMPT] for n in range(12))
    stories = ([*own(n, 3), QUOTE, *own(20 + n, 6)] for n in (101, 102, 103))
    memory = taught(*others, *stories)
    assert QUOTE in left(memory.learnt(), *own(9, 3), QUOTE, *own(19, 4), PROMPT)


def test_how_reports_from_a_court_end_is_no_furniture() -> None:
    ending = "The trial continues."
    memory = taught(*([*own(n), ending] if n % 10 == 0 else own(n) for n in range(120)))
    assert left(memory.learnt(), *own(999), ending) == [*own(999), ending]


def test_a_note_about_an_author_vanishes_although_few_articles_are_theirs() -> None:
    memory = Memory()
    for number in range(60):
        is_theirs = number % 15 == 0
        lines = [*own(number), BIO] if is_theirs else own(number)
        memory.learn(lesson(*lines, author="Ida Quill" if is_theirs else "Otto Reed"))
    assert left(memory.learnt(), *own(99), BIO) == own(99)
    assert left(memory.learnt(), *own(99, 4), BIO, *own(98, 6)) == [*own(99, 4), BIO, *own(98, 6)]


@pytest.mark.parametrize(
    "notice", ["Correction: the pier is 90 metres long.", "Berichtigung: Der Pegel stand bei 4 m."]
)
def test_a_notice_of_a_correction_is_never_furniture(notice: str) -> None:
    memory = taught(*([*own(n), notice] for n in range(30)))
    assert left(memory.learnt(), *own(99), notice) == [*own(99), notice]


def test_copies_of_one_article_teach_nothing() -> None:
    memory = taught(*([*own(1, 12), f"Version {n}."] for n in range(20)))
    assert memory.articles == 1
    assert memory.learnt() == NOTHING_LEARNT


def test_what_an_article_is_built_of_stays() -> None:
    reviews = (
        [own(n)[0], "Pros", *own(n)[1:3], "Cons", own(n)[3], "Pros", own(n)[4], "Cons", own(n)[5]]
        for n in range(20)
    )
    memory = taught(*reviews)
    assert memory.learnt() == NOTHING_LEARNT


@pytest.mark.parametrize("kind", ["subheading", "list", "table", "entry"])
def test_headings_that_articles_share_stay_in_the_middle(kind: str) -> None:
    memory = taught(*([*own(n, 4), "What we know", *own(100 + n, 5)] for n in range(12)))
    found = [*paragraphs(*own(1, 5)).value, Paragraph(kind, "What we know"), *paragraphs(*own(2, 5)).value]  # type: ignore[arg-type]
    assert without(Found(tuple(found)), memory.learnt()).value == tuple(found)


def test_of_a_text_that_is_known_as_a_whole_nothing_is_dropped() -> None:
    learnt = Learnt(lines=frozenset(map(fingerprint, own(1))))
    assert left(learnt, *own(1)) == own(1)


def test_what_stood_under_articles_once_is_forgotten() -> None:
    memory = taught(*([*own(n), PROMPT] for n in range(10)))
    for number in range(10, 120):
        memory.learn(lesson(*own(number)))
    assert memory.learnt() == NOTHING_LEARNT


def test_old_articles_count_less() -> None:
    memory = taught(*([*own(n), PROMPT] for n in range(WINDOW + 1)))
    assert memory.articles <= WINDOW + 16
    assert left(memory.learnt(), *own(9), PROMPT) == own(9)


# -- marks ---------------------------------------------------------------------------------------------


def test_a_mark_is_believed_after_several_pages_and_forgotten_when_it_is_contradicted() -> None:
    memory = Memory()
    for number in range(40):
        assert memory.learnt().bylines == (("p.by",) if number >= SURE else ())
        memory.learn(Lesson(bylines=(Sighting("p.by", True),)))
    for _ in range(4):
        memory.learn(Lesson(bylines=(Sighting("p.by", False),)))
    assert memory.learnt().bylines == ()


def test_the_surest_mark_comes_first() -> None:
    memory = Memory()
    for _ in range(9):
        memory.learn(Lesson(dates=(Sighting("p.other", True), Sighting("p.when", True))))
    memory.learn(Lesson(dates=(Sighting("p.when", True), Sighting("p.other", False))))
    assert memory.learnt().dates == ("p.when", "p.other")


TEXT = [
    "The ferry was late on every day of the week, and the harbour master says that the tide alone is to blame for it.",
    "Passengers waited in the rain for most of an hour, because the hall is being painted and will be closed until May.",
    "A second boat was promised in the autumn. It lies in the yard of the builder, where the unpaid bills are kept, too.",
]


def page(number: int, *, declares: bool, layout: str = "", prompt: str = "") -> bytes:
    """A page of a paper whose byline and date have marks that say nothing to a stranger."""
    author = ["Ida Quill", "Otto Reed", "Mara Finch"][number % 3]
    day = number % 27 + 1
    head = (
        f'<meta name="author" content="{author}">'
        f'<meta property="article:published_time" content="2024-03-{day:02}T10:30:00+00:00">'
        if declares
        else ""
    )
    front = f'<div class="kopf"><b class="wer">{author}</b><i class="wann">{day} March 2024, 10:30</i></div>'
    lines = "".join(f"<p>{line} It was trip {number}.</p>" for line in TEXT)
    return (
        f"<html lang='en'><head><title>Trip {number} was late</title>{head}</head><body>"
        f"<aside><b class='wer'>Nobody Else</b></aside><h1>Trip {number} was late</h1>{layout or front}"
        f"<div class='article-body'>{lines}<p>{prompt}</p></div></body></html>"
    ).encode()


def read(data: bytes, learnt: Learnt | None) -> Extract:
    return extract(data, url="https://lantern.example/trip", learnt=learnt)


def grown(pages: int = 8, **how: str) -> Memory:
    """What such pages teach, each read with what those before it taught."""
    memory = Memory()
    for number in range(pages):
        memory.learn(read(page(number, declares=True, **how), memory.learnt()).lesson)
    return memory


def test_a_page_that_declares_nothing_is_read_by_the_marks_of_its_source() -> None:
    found = read(page(40, declares=False), grown().learnt())
    assert (found.authors, found.published_from) == (("Otto Reed",), "learned")
    assert found.published is not None
    assert found.published.isoformat() == "2024-03-14T10:30:00+00:00"
    winners = {one.field: one.where for one in found.evidence if one.chosen and one.source == "learned"}
    assert winners == {"authors": "div.kopf>b.wer", "published": "div.kopf>i.wann"}


def test_the_same_page_tells_a_stranger_less() -> None:
    def worth(learnt: Learnt | None) -> float:
        seen = read(page(40, declares=False), learnt).evidence
        return next(one.confidence for one in seen if one.field == "authors" and one.chosen)

    assert worth(None) < worth(grown().learnt())


def test_what_a_page_declares_counts_more_than_what_was_learnt() -> None:
    learnt = replace(grown().learnt(), bylines=("aside>b.wer", "div.kopf>i.wann"))
    assert read(page(40, declares=True), learnt).authors == ("Otto Reed",)


def test_a_rule_by_hand_counts_more_than_what_was_learnt() -> None:
    memory = grown(prompt=PROMPT)
    rules = Rules(byline="aside b", body=".article-body")
    found = extract(
        page(40, declares=False, prompt=PROMPT),
        url="https://lantern.example/t",
        rules=rules,
        learnt=memory.learnt(),
    )
    assert found.authors == ("Nobody Else",)
    assert found.text.endswith(PROMPT)


def test_a_new_layout_contradicts_the_marks_and_teaches_its_own() -> None:
    memory = grown()
    for number in range(12):
        layout = '<div class="kopf"><b class="wer">Pat Lens</b></div>'
        layout += (
            f'<p class="neu"><em class="name">{["Ida Quill", "Otto Reed", "Mara Finch"][number % 3]}</em></p>'
        )
        memory.learn(read(page(number, declares=True, layout=layout), memory.learnt()).lesson)
    assert memory.learnt().bylines == ("p.neu>em.name",)


def test_prompts_of_real_pages_are_learnt_and_dropped() -> None:
    memory = grown(prompt=PROMPT)
    known = read(page(40, declares=True, prompt=PROMPT), memory.learnt())
    assert PROMPT not in known.text
    assert known.text == read(page(40, declares=True), None).text
    assert known.text.count("It was trip 40.") == len(TEXT)


def test_a_page_teaches_only_where_somebody_learns() -> None:
    assert read(page(1, declares=True), None).lesson == NO_LESSON
    assert read(page(1, declares=True), NOTHING_LEARNT).lesson != NO_LESSON
    assert extract(b"<p>nothing", url="https://lantern.example/", learnt=NOTHING_LEARNT).lesson == NO_LESSON


def test_no_line_of_the_demo_newspaper_is_taken_for_furniture() -> None:
    memory = Memory()
    for story in stories(1):
        data, url = story_page(story, "http://127.0.0.1/").encode(), f"http://127.0.0.1{story.path}"
        found = extract(data, url=url, learnt=memory.learnt())
        memory.learn(found.lesson)
        assert not dropped_as_learned(found.evidence)
        assert found.authors == story.authors
    assert memory.learnt().bylines


# -- laws ----------------------------------------------------------------------------------------------

LINES = st.lists(st.integers(0, 60), max_size=14).map(
    lambda numbers: [f"Sentence number {n} is long enough." for n in numbers]
)
MARKS = st.lists(st.builds(Sighting, st.integers(0, 90).map("p.m{}".format), st.booleans()), max_size=6).map(
    tuple
)
LESSONS = st.builds(lambda lines, who, when: Lesson(lesson(*lines).lines, who, when), LINES, MARKS, MARKS)


@settings(max_examples=30)
@given(st.lists(LESSONS, max_size=40))
def test_a_memory_is_packed_and_unpacked_and_stays_small(lessons: list[Lesson]) -> None:
    memory = Memory()
    for one in lessons:
        memory.learn(one)
    assert unpack(*pack(memory)) == memory
    assert len(memory.lines) <= MOST_LINES
    assert max(len(memory.bylines), len(memory.dates)) <= MOST_MARKS
    assert all(0 < count.articles <= memory.articles for count in memory.lines.values())


def test_whatever_a_source_publishes_its_memory_is_bounded() -> None:
    memory = Memory()
    for number in range(150):
        memory.learn(lesson(*own(number, 60)))
    lines, rest = pack(memory)
    assert len(memory.lines) <= MOST_LINES
    assert len(lines) + len(rest) < 60_000


@given(LINES, st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_only_what_was_learnt_is_dropped_and_never_all(
    lines: list[str], one: set[int], other: set[int]
) -> None:
    anywhere, edges = (
        frozenset(fingerprint(f"Sentence number {n} is long enough.") for n in numbers)
        for numbers in (one, other)
    )
    learnt = Learnt(anywhere, edges)
    kept = left(learnt, *lines)
    assert [line for line in lines if fingerprint(line) not in anywhere | edges] == [
        line for line in kept if fingerprint(line) not in anywhere | edges
    ]
    assert len("".join(kept)) >= (1 - MOST_SHARE) * len("".join(lines)) - 1


@given(st.lists(st.booleans(), max_size=30))
def test_edges_are_recurring_lines_near_an_end(recurs: list[bool]) -> None:
    found = at_edges(recurs)
    assert all(recurs[at] for at in found)
    if recurs and recurs[-1]:
        assert len(recurs) - 1 in found


def test_what_cannot_be_read_is_told_so() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(b"123", "{}")
