"""Why an article reads as it does, on its page and in its JSON; and what its text is made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import journal
from archive.extract.jsonarticle import extract_line
from archive.model import Credit, Evidence, Paragraph, layout_of
from newsarchive.exports import jsonlines
from newsarchive.exports.work import Work
from newsarchive.shapes import article_json
from newsarchive.views.reasons import reasons, says_one_of

AT = datetime(2025, 4, 1, 9, 30, tzinfo=UTC)
TEXT = (
    Paragraph("standfirst", "Nobody slept."),
    Paragraph("subheading", "The night"),
    Paragraph("entry", "The water rose <quickly>.", AT),
    Paragraph("quote", "I never saw the like."),
    Paragraph("list", "One boat"),
)


def said(field: Any, value: str, where: str, *, chosen: bool = False) -> Evidence:
    return Evidence(field, value, "meta", where, 0.9, chosen)


SAID: dict[str, Any] = {
    "credits": (Credit("Ada Lane"), Credit("Milo Penhallow", role="photo")),
    "layout": layout_of(TEXT),
    "page_kind": "live-blog",
    "free": False,
    "evidence": (
        said("title", "The weir holds", "meta og:title", chosen=True),
        said("title", "The Weir holds!", "h1"),
        said("title", "Weir <b>news</b>", "title element"),
        said("published", "2025-04-01T10:30:00+01:00", "meta date", chosen=True),
    ),
}


@pytest.fixture
def filed(desk: Any) -> int:
    return int(desk.file("The weir holds", "\n\n".join(one.text for one in TEXT), **SAID))


def test_the_page_says_who_says_so_and_who_says_otherwise(desk: Any, serve: Any, filed: int) -> None:
    page = serve(desk.config).get(f"/article/{filed}").text
    box = page[page.index("Why it reads so") :]
    for words in ("meta og:title, 90 %", "also: h1", "title element says", "1 April 2025, 10:30 UTC+01:00"):
        assert words in box
    assert "Weir &lt;b&gt;news&lt;/b&gt;" in box
    for words in ("Live blog", "for subscribers", "Photos <span", "<h2>The night</h2>", "<blockquote>"):
        assert words in page
    assert '<p class="is-entry">The water rose &lt;quickly&gt;.</p>' in page


def test_an_article_of_an_older_version_has_no_box_and_plain_paragraphs(desk: Any, serve: Any) -> None:
    filed = desk.file("Old", "One.\n\nTwo.")
    page = serve(desk.config).get(f"/article/{filed}").text
    assert "Why it reads so" not in page
    assert [one.kind for one in desk.store.article(filed).latest.paragraphs] == ["paragraph"] * 2


def test_json_has_all_of_it(desk: Any, filed: int) -> None:
    article = desk.store.article(filed)
    told = article_json(article, [article.latest])
    assert (told["kind"], told["free"]) == ("live-blog", False)
    assert told["credits"][1] == {"name": "Milo Penhallow", "kind": "person", "role": "photo"}
    assert told["paragraphs"][2] == {
        "kind": "entry",
        "text": "The water rose <quickly>.",
        "at": "2025-04-01T09:30:00+00:00",
    }
    assert told["evidence"][0] == {
        "field": "title", "value": "The weir holds", "source": "meta", "where": "meta og:title", "confidence": 0.9,
        "chosen": True,
    }  # fmt: skip


def test_it_is_stored_and_journalled_as_it_was_read(desk: Any, filed: int) -> None:
    kept = desk.store.article(filed).latest
    assert {name: getattr(kept, name) for name in SAID} == SAID
    assert kept.paragraphs == TEXT
    told = journal.revision_to_json(kept)
    assert journal.revision_from_json(told, kept.article_id, kept.capture_id) == kept
    told["evidence"][0]["mood"] = "cheerful"  # what a later version would add
    assert journal.revision_from_json(told, kept.article_id, kept.capture_id) == kept


def test_it_leaves_and_comes_back_with_a_line_of_json(desk: Any, filed: int) -> None:
    article = desk.store.article(filed)
    (line,) = jsonlines.pieces([Work(article, article.latest, "")])
    found = extract_line(line.encode())
    assert (found.credits, found.kind, found.free) == (SAID["credits"], "live-blog", False)
    assert found.paragraphs == TEXT
    assert {(one.field, one.source, one.chosen) for one in found.evidence} == {("title", "file", True)}


@pytest.mark.parametrize(
    "said",
    [{"credits": [{"name": "A"}]}, {"credits": "x"}, {"layout": ["entry 2025-04-01", "paragraph"]}, {"layout": ["song"] * 2},
     {"layout": ["paragraph"]}, {"kind": "song", "free": "no"}, {"layout": {}, "credits": [7], "kind": []}],
)  # fmt: skip
def test_what_a_line_says_of_them_wrongly_is_left_alone(said: dict[str, Any]) -> None:
    line = {"title": "Old", "body": "One.\n\nTwo.", "authors": ["Ada Lane"]} | said
    found = extract_line(json.dumps(line).encode())
    assert found.credits == (Credit("Ada Lane"),)
    assert [one.kind for one in found.paragraphs] == ["paragraph"] * 2
    assert (found.kind, found.free) == ("article", None)


def test_values_from_one_place_are_told_together_and_nothing_taken_is_told_too() -> None:
    tags = [said("tags", word, "meta keywords", chosen=True) for word in ("mills", "rivers")]
    (reason,) = reasons(tags)
    assert [one.values for one in reason.taken] == [("mills", "rivers")]
    (silent,) = reasons([said("modified", "no date", "meta modified")])
    assert (silent.taken, len(silent.otherwise)) == ((), 1)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("2025-04-01T10:30:00+01:00", True),
        ("2025-04-01T09:30:00+00:00", True),
        ("2025-04-01T10:30:45+01:00", True),
        ("2025-04-01", True),
        ("2025-04-01T10:30:00+00:00", True),  # as a page tells the time that has no zone
        ("2025-04-01T10:30:00+02:00", False),
        ("2025-04-01T11:00:00+01:00", False),
        ("2025-04-02", False),
        ("soon enough", False),
        ("2025-04-01T10:30:00", False),
    ],
)
def test_dates_say_the_same_however_exactly(other: str, same: bool) -> None:
    taken = said("published", "2025-04-01T10:30:00+01:00", "meta date", chosen=True)
    assert says_one_of(said("published", other, "the byline"), [taken]) is same
