"""One grammar: page, API, feed, export and command line find the same, and say the same of it."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

QUERIES = (
    "harbour",
    "harbour master",
    "wall|budget",
    "harbour -(wall | budget)",
    '"the harbour budget"',
    "exact:sails",
    "ferry near/9 master",
    "para(ferry wednesday)",
    "para(ferry master)",
    "atleast2(ferry)",
    "first4(council OR masons)",
    "has:image harbour",
    "site:paper.test harbour",
    "harbour wc:<8",
    "harbour 2019..2024",
    'author:"ada lane" -since:2025',
    "edits:>0",
    "harbour AND (",
    "nothinghasthis",
)


def ids(links: list[str]) -> set[int]:
    return {int(link.rpartition("/article/")[2].partition("?")[0]) for link in links}


@pytest.mark.parametrize("query", QUERIES)
def test_everywhere_the_same_is_found(
    client: FlaskClient, newsroom: Any, newsarchive: Callable[..., Any], query: str
) -> None:
    asked = {"q": query, "all": "1"}
    answer = client.get("/api/search", query_string=asked).get_json()
    found = {hit["id"] for hit in answer["hits"]}
    assert len(found) == answer["total"] <= 10

    page = client.get("/", query_string=asked).text
    assert html.escape(answer["understood"], quote=False) in html.unescape(page).replace("&", "&amp;")
    assert ids(re.findall(r'<h2[^>]*><a href="([^"]*/article/[^"]*)"', page)) == found

    feed = feedparser.parse(client.get("/feed.atom", query_string=asked).data)
    assert ids([entry.link for entry in feed.entries]) == found

    if found:
        table = client.get("/export.csv", query_string=asked, buffered=True).text
        rows = csv.DictReader(table.removeprefix("\ufeff").splitlines())
        assert {int(row["id"]) for row in rows} == found

    ran = newsarchive("--home", newsroom.config.home, "search", "--all", "--json", "--", query)
    told = json.loads(ran.out)
    assert {hit["id"] for hit in told["hits"]} == found
    assert (told["understood"], told["notes"]) == (answer["understood"], answer["notes"])
