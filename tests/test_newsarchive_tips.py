"""The search tips: every example is read as a query that says what it promises."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from index.fields import FIELDS
from index.query import parse
from index.querytree import Everything
from newsarchive.views.tips import TIPS

EXAMPLES = [example for _, tips in TIPS for example, _ in tips]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_read_without_remark(example: str) -> None:
    query = parse(example, today=date(2026, 11, 23))
    assert not query.notes
    assert query.tree != Everything()


def test_every_field_is_named() -> None:
    said = " ".join(text for _, tips in TIPS for tip in tips for text in tip)
    assert [name for name in FIELDS if f"{name}:" not in said and name != "story"] == []


def test_examples_can_be_clicked(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'href="/?q=ferry+near%2F5+harbour"' in page
    assert page.count("<dt><a href=") == len(EXAMPLES)
