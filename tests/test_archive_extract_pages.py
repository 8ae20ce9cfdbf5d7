"""Golden pages: what a person reads on each page of tests/pages is what its .json beside it says.

A field that the .json leaves out is not compared; `text` is the list of paragraphs, `published` and
`modified` are ISO 8601, a day where the page gives only a day.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.extract import extract
from archive.model import Extract, iso_date

PAGES = Path(__file__).with_name("pages")


def as_read(found: Extract) -> dict[str, Any]:
    return {
        "title": found.title,
        "authors": list(found.authors),
        "published": iso_date(found.published, day_only=found.published_day_only),
        "published_from": found.published_from,
        "modified": iso_date(found.modified),
        "section": found.section,
        "tags": list(found.tags),
        "language": found.language,
        "canonical_url": found.canonical_url,
        "image": found.image,
        "description": found.description,
        "status": found.status,
        "text": found.text.split("\n\n") if found.text else [],
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_a_page_reads_as_its_reader_reads_it(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    url, content_type = expected.pop("url"), expected.pop("content_type", "")
    found = as_read(extract((PAGES / f"{name}.html").read_bytes(), url=url, content_type=content_type))
    assert {field: found[field] for field in expected} == expected
