"""Which URLs can be fetched, and which spellings are one page."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.urls import fetch_form, host_key, identity, plausible_canonical, same_site

ARTICLE = "https://example.com/2025/04/01/openai-shift?p=2&q=a"
SPELLINGS = [
    ARTICLE,
    "HTTPS://example.com/2025/04/01/openai-shift?p=2&q=a",
    "https://EXAMPLE.com/2025/04/01/openai-shift?p=2&q=a",
    "https://example.com:443/2025/04/01/openai-shift?p=2&q=a",
    "http://example.com/2025/04/01/openai-shift?p=2&q=a",
    "http://example.com:80/2025/04/01/openai-shift?p=2&q=a",
    "https://example.com./2025/04/01/openai-shift?p=2&q=a",
    f"{ARTICLE}#comments",
    f"{ARTICLE}&utm_source=rss&utm_medium=feed",
    "https://example.com/2025/04/01/openai-shift?utm_campaign=x&p=2&q=a",
    f"{ARTICLE}&fbclid=abc",
    f"{ARTICLE}&gclid=abc",
    f"{ARTICLE}&mc_cid=1&mc_eid=2",
    f"{ARTICLE}&UTM_SOURCE=rss",
    "https://example.com/2025/./04/01/openai-shift?p=2&q=a",
    "https://example.com/2025/x/../04/01/openai-shift?p=2&q=a",
    "https://example.com/2025/04/01/openai%2Dshift?p=2&q=a",
    "https://example.com/2025/04/01/%6fpenai-shift?p=2&q=a",
    "https://example.com\\2025\\04\\01\\openai-shift?p=2&q=a",
    f"  {ARTICLE}\n",
    "https://example.com/2025/04/01/openai-shift?p=2&&q=a&",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_twenty_spellings_of_one_article_are_one_identity(spelling: str) -> None:
    assert identity(spelling) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.com/?p=1", "https://a.com/?p=2"),
        ("https://a.com/x", "https://a.com/x/"),
        ("https://a.com/x", "https://a.com/X"),
        ("https://a.com/x?a=1&b=2", "https://a.com/x?b=2&a=1"),
        ("https://a.com/a%2Fb", "https://a.com/a/b"),
        ("https://a.com/x", "https://b.com/x"),
        ("https://a.com/x", "https://a.com:8080/x"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_an_empty_query_is_none() -> None:
    assert identity("https://a.com/x?") == identity("https://a.com/x?utm_source=y") == "https://a.com/x"


PATHS = st.text(st.sampled_from("aZ0/.%~-_?&=#+ 7eE2Fé日;:@"), max_size=40)


@given(PATHS)
def test_identity_is_idempotent(path: str) -> None:
    once = identity("http://example.com/" + path)
    assert identity(once) == once


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_a_value_error(text: str) -> None:
    for function in (fetch_form, identity, host_key):
        with suppress(ValueError):
            assert function(text).startswith("http")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "mailto:a@b.c", "file:///etc/passwd", "ftp://a.com/x", "data:text/html,x", "", "/x",
        "https://", "https://user:pw@a.com/", "https://user@a.com/", "https://a.com/" + "x" * 2000, "http://a b.com/",
        "http://\ud800.com/",
    ],
)  # fmt: skip
def test_what_cannot_be_fetched_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        fetch_form(url)


def test_a_password_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (what it says is what is looked at)
        fetch_form("https://jane:secret@a.com/x")
    assert "secret" not in str(caught.value)


def test_links_are_resolved_against_the_page() -> None:
    assert fetch_form("../x y#top", "https://a.com/news/list/") == "https://a.com/news/x%20y"
    assert fetch_form("//b.com/x", "https://a.com/") == "https://b.com/x"


@pytest.mark.parametrize("host", ["127.1", "0177.0.0.1", "0x7f.1", "2130706433", "①②⑦.0.0.1", "127。0。0。1"])
def test_odd_spellings_of_an_address_become_that_address(host: str) -> None:
    assert fetch_form(f"http://{host}/") == "http://127.0.0.1/"


def test_a_host_key_is_scheme_host_and_port() -> None:
    assert host_key("http://A.com:80/x?y") == "http://a.com"
    assert host_key("https://a.com:8443/x") == "https://a.com:8443"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.a.com/x", "http://a.com/y", True),
        ("https://news.a.com/", "https://sport.a.com/", True),
        ("https://news.bbc.co.uk/", "https://www.bbc.co.uk/", True),
        ("https://bbc.co.uk/", "https://itv.co.uk/", False),
        ("https://jane.substack.com/", "https://max.substack.com/", False),
        ("https://a.com/", "https://b.com/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/x", True),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/", False),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("https://a.com/", "nonsense", False),
    ],
)
def test_one_publisher_is_one_site(a: str, b: str, *, same: bool) -> None:
    assert same_site(a, b) is same_site(b, a) is same


URL = "https://www.a.com/news/2025/story-of-the-day"


@pytest.mark.parametrize(
    ("claimed", "url", "believed"),
    [
        ("https://a.com/news/2025/story-of-the-day", URL, True),
        ("/news/2025/story-of-the-day?id=7", URL, True),
        ("/news/2025/story-of-the-day", URL + "/amp/", True),
        ("/news/2025/another-spelling", URL, True),
        ("/", URL, False),
        ("/news/", URL, False),
        ("https://b.com/news/2025/story-of-the-day", URL, False),
        ("/404", URL, False),
        ("javascript:void(0)", URL, False),
        ("/", "https://www.a.com/?p=12", False),
        ("/story.html", "https://www.a.com/story.html?id=12", False),
        ("/story.html", "https://www.a.com/story.html?ref=12", True),
        ("https://www.a.com/", "https://www.a.com/", True),
    ],
)
def test_a_canonical_claim_is_believed_where_it_can_be_true(
    claimed: str, url: str, *, believed: bool
) -> None:
    assert plausible_canonical(claimed, url) is believed
