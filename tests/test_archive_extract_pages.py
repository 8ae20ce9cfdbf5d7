"""Golden pages: what a person reads on each page of tests/pages is what its .json beside it says.

A field that the .json leaves out is not compared; `text` is the list of paragraphs, `published` and `modified` are
ISO 8601, a day where the page gives only a day, and `published_minute` is the time of day without a zone. `credits` are
name, kind and role, `paragraphs` kind and text, `entries` are time and text of those of a live blog. Of `text_has` each
must stand in the text, which may have more.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.extract import extract
from archive.isodate import iso_date
from archive.model import Extract

PAGES = Path(__file__).with_name("pages")


def as_read(found: Extract) -> dict[str, Any]:
    return {
        "title": found.title,
        "authors": list(found.authors),
        "published": iso_date(found.published, day_only=found.published_day_only),
        "published_minute": _minute(found),
        "published_from": found.published_from,
        "modified": iso_date(found.modified),
        "section": found.section,
        "tags": list(found.tags),
        "language": found.language,
        "canonical_url": found.canonical_url,
        "image": found.image,
        "description": found.description,
        "status": found.status,
        "kind": found.kind,
        "free": found.free,
        "credits": [[credit.name, credit.kind, credit.role] for credit in found.credits],
        "paragraphs": [[paragraph.kind, paragraph.text] for paragraph in found.paragraphs],
        "entries": [
            [iso_date(paragraph.at), paragraph.text] for paragraph in found.paragraphs if paragraph.at
        ],
        "text": found.text.split("\n\n") if found.text else [],
    }


def _minute(found: Extract) -> str | None:
    if found.published is None or found.published_day_only:
        return None
    return found.published.replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_a_page_reads_as_its_reader_reads_it(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    url, content_type = expected.pop("url"), expected.pop("content_type", "")
    found = as_read(extract((PAGES / f"{name}.html").read_bytes(), url=url, content_type=content_type))
    assert [line for line in expected.pop("text_has", []) if line not in "\n".join(found["text"])] == []
    assert {field: found[field] for field in expected} == expected


@pytest.mark.parametrize(
    "reference", ["&#27;", "&#1;", "&#x1F;", "&#65535;", "&#xFFFE;", "&#0;", "&#127", "&#00011;"]
)
def test_a_reference_to_no_character_costs_no_page(reference: str) -> None:
    paragraphs = (
        "<p>The harbour master had the pin greased in the night, and at noon the ferry went through at half speed.</p>"
        "<p>Nobody remembers a quieter opening, said Ada Lane, who has kept the toll house for thirty years.</p>"
        "<p>The council will decide in June whether lorries may cross again, and what the second girder is to cost.</p>"
    )
    body = f"<title>A{reference}ville</title><article><h1>A{reference}ville</h1><p>The {reference} bridge opened.</p>{paragraphs}</article>"
    read = extract(body.encode(), url="https://paper.example/a")
    assert read.status == "article"
    assert "what the second girder is to cost" in read.text


def test_short_news_of_a_number_404_is_no_error_page() -> None:
    body = (
        '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-05-04T10:00:00Z">'
        "<title>Flight 404 lands safely</title><article><h1>Flight 404 lands safely</h1>"
        "<p>A plane with a broken wheel came down at noon, and nobody was hurt in it at all.</p></article>"
    )
    assert extract(body.encode(), url="https://paper.example/flight").status == "article"
    assert (
        extract(
            b"<title>404 Not found</title><h1>404</h1><p>Nothing here.</p>", url="https://paper.example/x"
        ).status
        == "error"
    )
