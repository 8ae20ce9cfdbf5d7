"""Which addresses a person wants of a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.discover import in_scope
from archive.model import Rules


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("/news/", "https://a.com/news/tea", True),
        ("/news/", "https://a.com/old/news/tea", False),
        ("/*/news/", "https://a.com/old/news/tea", True),
        ("/news/*.html", "https://a.com/news/tea.html?x=1", True),
        ("/news/*.html", "https://a.com/news/tea.php", False),
        ("/?p=", "https://a.com/?p=7", True),
        ("news", "https://news.a.com/tea", True),
        ("*news*tea*", "https://a.com/news/of/tea", True),
        ("*tea*news*", "https://a.com/news/of/tea", False),
        ("/über/", "https://a.com/%C3%BCber/uns", True),
        ("/%C3%BCber/", "https://a.com/%C3%BCber/uns", True),
        ("/News/", "https://a.com/news/tea", False),
        ("*", "https://a.com/", True),
        ("/**tea", "https://a.com/tea", True),
        ("/a*a", "https://a.com/a", False),
    ],
)
def test_a_pattern_fits_from_the_start_of_the_path_or_anywhere(pattern: str, url: str, *, fits: bool) -> None:
    assert in_scope(url, Rules(include=(pattern,))) is fits
    assert in_scope(url, Rules(exclude=(pattern,))) is not fits


def test_what_is_excluded_is_out_whatever_includes_it_and_without_rules_all_is_in() -> None:
    rules = Rules(include=("/news/", "/sport/"), exclude=("/news/live/", "print=1"))
    paths = ("news/tea", "sport/otters", "news/live/tea", "news/tea?print=1", "culture/tea")
    assert [in_scope(f"https://a.com/{path}", rules) for path in paths] == [True, True, False, False, False]
    assert in_scope("https://a.com/", Rules())


@given(st.text("ab*/", max_size=12), st.text("ab/", max_size=12))
def test_a_star_stands_for_anything_as_in_a_regular_expression(pattern: str, path: str) -> None:
    import re

    url = f"https://c.d/{path}"
    text = f"/{path}" if pattern.startswith("/") else url
    expression = re.compile(".*".join(map(re.escape, pattern.split("*"))))
    found = expression.match(text) if pattern.startswith("/") else expression.search(text)
    assert in_scope(url, Rules(include=(pattern,))) is (found is not None)


def test_no_pattern_is_slow() -> None:
    """With backtracking, this would not end."""
    assert not in_scope("https://a.com/" + "a" * 1900, Rules(include=("*a" * 500 + "*b",)))
