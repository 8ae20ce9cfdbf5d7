"""What is learned of the addresses of a source."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.discover import Patterns
from archive.discover.patterns import ENOUGH_OTHERS, MANY_ARTICLES, MANY_OTHERS, template
from newsarchive.demo import stories

A = "https://a.com"
WORDS = (
    "tea",
    "rain",
    "bridge",
    "council",
    "otter",
    "choir",
    "ferry",
    "harbour",
    "school",
    "budget",
    "tide",
    "wall",
)


def name(number: int) -> str:
    return (
        "-".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 5, 7)) + f"-{WORDS[number % 12]}"
    )


SITES: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "dated": (
        lambda n: f"/2026/0{1 + n % 9}/1{n % 9}/{name(n)}-{n % 7}/",
        lambda n: f"/topic/{name(n)}",
    ),
    "numbered": (lambda n: f"/news/{name(n)}-{10000 + n}.html", lambda n: f"/photos/{n}"),
    "parameters": (lambda n: f"/story.php?id={n}", lambda n: f"/forum.php?thread={n}&page={n % 3}"),
    "sections": (lambda n: f"/{WORDS[n % 3]}/{name(n)}-{WORDS[n % 11]}", lambda n: f"/profile/{WORDS[n % 12]}{n}"),
    "flat": (lambda n: f"/{name(n)}-{WORDS[n % 7]}-{n}", lambda n: f"/recipes/of/{name(n)}"),
}  # fmt: skip
"""Sites of our own: the address of the nth article, and of the nth page that is none."""


def addresses(form: Callable[[int], str], count: int) -> list[str]:
    return [A + form(number) for number in range(count)]


@pytest.mark.parametrize("site", SITES)
def test_articles_and_others_are_told_apart_once_enough_is_known(site: str) -> None:
    article, other = SITES[site]
    patterns = Patterns.learn(addresses(article, 300), addresses(other, 100))
    verdicts = [patterns.verdict(A + article(number)) for number in range(300, 400)]
    assert False not in verdicts
    assert verdicts.count(True) > 90
    assert {patterns.verdict(A + other(number)) for number in range(100, 150)} == {False}


@pytest.mark.parametrize("site", SITES)
def test_with_few_articles_nothing_is_said(site: str) -> None:
    article, other = SITES[site]
    patterns = Patterns.learn(addresses(article, 19), addresses(other, 100))
    assert {patterns.verdict(url) for url in addresses(article, 30) + addresses(other, 30)} == {None}


def test_a_form_is_dropped_only_where_no_article_ever_had_it() -> None:
    article, _ = SITES["dated"]
    others = addresses(lambda n: f"/gallery/{n}", ENOUGH_OTHERS)
    known = addresses(article, MANY_ARTICLES)
    assert Patterns.learn(known, others).verdict(f"{A}/gallery/77") is False
    assert Patterns.learn(known, others[1:]).verdict(f"{A}/gallery/77") is None
    assert Patterns.learn(known[1:], others).verdict(f"{A}/gallery/77") is None
    assert Patterns.learn([*known, f"{A}/gallery/99"], others).verdict(f"{A}/gallery/77") is None


def test_a_section_that_is_like_those_of_articles_is_given_more_time() -> None:
    known = addresses(lambda n: f"/council/{name(n)}-{n}", MANY_ARTICLES)
    others = addresses(lambda n: f"/climate/{name(n)}-{n}", MANY_OTHERS)
    assert len(set(map(template, others))) == 1
    assert Patterns.learn(known, others[1:]).verdict(f"{A}/climate/tea-and-rain-7") is None
    assert Patterns.learn(known, others).verdict(f"{A}/climate/tea-and-rain-7") is False


def test_spellings_of_one_article_count_once_and_an_article_that_once_was_none_is_one() -> None:
    article, _ = SITES["numbered"]
    spellings = [f"{A}{article(7)}?utm_source={n}" for n in range(100)]
    patterns = Patterns.learn(spellings, spellings)
    assert (patterns.known, patterns.others) == (1, {})


def test_the_demo_newspaper_loses_no_article() -> None:
    urls = [f"{A}{story.path}" for story in stories(1)]
    others = [f"{A}/council/page/{n}" for n in range(50)]
    known = [*urls[::2], *(f"{A}{story.path}{n}" for story in stories(1)[::2] for n in range(9))]
    patterns = Patterns.learn(known, others)
    assert patterns.known >= MANY_ARTICLES
    assert False not in {patterns.verdict(url) for url in urls}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/", "/"),
        ("/news/2026/05/04/tea-at-noon.html?id=7", "/news/{year}/{n}/{n}/{slug}.html?id={n}"),
        ("/news/2026-05-04/tea", "/news/{date}/{word}"),
        ("/a/20260504-tea-at-noon", "/a/{id}-{slug}"),
        ("/tea-at-noon-a123456.html", "/{slug}-{id}.html"),
        ("/world/12345678", "/world/{id}"),
        ("/photos/7", "/photos/{n}"),
        ("/item/0b5fd1a2c3d4e5f6", "/item/{hex}"),
        ("/Council/tea?b=x&a=1&utm_source=z", "/council/{word}?a={n}&b={x}"),
        ("/nachrichten/%C3%BCber-den-tee", "/nachrichten/{slug}"),
    ],
)
def test_a_template_is_an_address_without_what_differs(path: str, form: str) -> None:
    assert template(A + path) == form


URLS = st.lists(
    st.tuples(st.sampled_from(sorted(SITES)), st.booleans(), st.integers(0, 99)).map(
        lambda drawn: A + SITES[drawn[0]][drawn[1]](drawn[2])
    ),
    max_size=150,
)


@given(URLS, URLS)
def test_no_known_article_is_ever_said_to_be_none(articles: list[str], others: list[str]) -> None:
    patterns = Patterns.learn(articles, others)
    assert False not in {patterns.verdict(url) for url in articles}
    if len(set(articles)) < MANY_ARTICLES:
        assert False not in {patterns.verdict(url) for url in others}


@given(URLS, URLS, URLS)
def test_more_articles_turn_no_yes_into_a_no(articles: list[str], more: list[str], others: list[str]) -> None:
    before, after = Patterns.learn(articles, others), Patterns.learn([*articles, *more], others)
    for url in [*articles, *more, *others]:
        assert not (before.verdict(url) is True and after.verdict(url) is False)
