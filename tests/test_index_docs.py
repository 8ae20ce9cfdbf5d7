"""docs/search.md says what is true: every example in it is read as it says there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from index.model import SearchRequest
from index.query import FIELDS, parse
from index.wording import understood

PAGE = (Path(__file__).parent.parent / "docs" / "search.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (.+?) \|(?: (.+?) \|)?$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("text", "sentence", "note"), ROWS)
def test_an_example_is_read_as_the_page_says(text: str, sentence: str, note: str) -> None:
    text = text.replace("\\|", "|")  # as a table must write it
    query = parse(text, today=date(2026, 11, 23))
    assert understood(query.tree, SearchRequest(text)) == sentence
    assert query.notes == ((note,) if note else ())


def test_there_is_an_example_of_every_field() -> None:
    assert len(ROWS) > 30
    assert {name for name in FIELDS if any(f"{name}:" in text for text, _, _ in ROWS)} == set(FIELDS)
