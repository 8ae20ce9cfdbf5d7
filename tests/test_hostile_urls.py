"""Hostile inputs, by number: one article under many spellings."""

from __future__ import annotations

import pytest

from archive.urls import fetch_form, identity, twins

ARTICLE = "https://www.example.com/news/2025/bridge-closes?id=7"

SPELLINGS = [
    "HTTPS://www.example.com/news/2025/bridge-closes?id=7",
    "https://WWW.Example.COM/news/2025/bridge-closes?id=7",
    "http://www.example.com/news/2025/bridge-closes?id=7",
    "http://www.example.com:80/news/2025/bridge-closes?id=7",
    "https://www.example.com:443/news/2025/bridge-closes?id=7",
    "https://www.example.com./news/2025/bridge-closes?id=7",
    "https://www.ex%61mple.com/news/2025/bridge-closes?id=7",
    "https://ｗｗｗ．example。com/news/2025/bridge-closes?id=7",
    "https://www.example.com/news/2025/bridge-closes?id=7#comments",
    "https://www.example.com/news/2025/bridge-closes?utm_source=rss&id=7&utm_medium=feed",
    "https://www.example.com/news/2025/bridge-closes?id=7&fbclid=IwAR0&gclid=x",
    "https://www.example.com/news/./2025/bridge-closes?id=7",
    "https://www.example.com/news/old/../2025/bridge-closes?id=7",
    "https://www.example.com/news/%2E/2025/bridge-closes?id=7",
    "https://www.example.com/news/2025/bridge%2Dcloses?id=7",
    "https://www.example.com/n%65ws/2025/bridge-closes?%69d=%37",
    "https:\\\\www.example.com\\news\\2025\\bridge-closes?id=7",
    "https:/www.example.com/news/2025/bridge-closes?id=7",
    "\n https://www.exam\tple.com/news/2025/bridge-closes?id=7 \r\n",
    "https://www.example.com/news/2025/bridge-closes?&id=7&&",
    "https://www.example.com/news/2025/bridge-closes;jsessionid=AB12CD?id=7",
    "https://www.example.com/news/2025/bridge-closes?PHPSESSID=0a1b2c&id=7",
    "https://www.example.com/news/2025/bridge-closes?id=7&amp=1",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/2025/bridge-closes?id=7",
]

VIEWS = [
    "https://example.com/news/2025/bridge-closes?id=7",
    "https://m.example.com/news/2025/bridge-closes?id=7",
    "https://amp.example.com/news/2025/bridge-closes?id=7",
    "https://www.example.com/news/2025/bridge-closes/?id=7",
    "https://www.example.com/news/2025/bridge-closes/amp?id=7",
    "https://www.example.com/amp/news/2025/bridge-closes?id=7",
]


def test_hostile_33_twenty_spellings_are_one_key() -> None:
    assert len(set(SPELLINGS)) >= 20
    assert {identity(spelling) for spelling in SPELLINGS} == {ARTICLE}


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_33_views_that_may_be_other_pages_are_looked_up_and_not_merged(view: str) -> None:
    assert identity(view) != ARTICLE
    assert ARTICLE in twins(view)


def test_hostile_33_what_is_asked_for_stays_as_it_was_found() -> None:
    for found in (
        "http://www.example.com/news/bridge?utm_source=rss&id=7",
        "https://www.example.com/news/bridge;jsessionid=AB12?id=7&amp=1",
        "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/n%65ws",
    ):
        assert fetch_form(found) == found


def test_hostile_33_spellings_of_other_articles_stay_apart() -> None:
    others = [
        "https://www.example.com/news/2025/bridge-closes?id=8",
        "https://www.example.com/news/2025/bridge-closes?id=7&id=8",
        "https://www.example.com/news/2025/Bridge-Closes?id=7",
        "https://www.example.com/news/2025/bridge-closes?ID=7",
        "https://www.example.com/news/2025%2Fbridge-closes?id=7",
        "https://www.example.com/news/2025/bridge-closes%3Fid=7",
        "https://www.example.com:8443/news/2025/bridge-closes?id=7",
        "https://www.example.org/news/2025/bridge-closes?id=7",
        "https://www.example.com/news/2025/../bridge-closes?id=7",
    ]
    assert len({ARTICLE, *(identity(other) for other in others)}) == len(others) + 1
