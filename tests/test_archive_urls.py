"""Which URLs can be fetched, and which spellings are one page."""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.urls import (
    MAX_LENGTH,
    answers_everything,
    fetch_form,
    host_key,
    identity,
    lands_elsewhere,
    plausible_canonical,
    same_site,
    surt,
    twins,
)

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


DIFFERENT = {
    "id in the query": [f"https://a.com/article.php?id={n}" for n in (1, 2, 12, 21, 123456)],
    "id under names that count visitors elsewhere": [
        f"https://a.com/x?{name}={n}"
        for name in ("cmp", "ocid", "icid", "ncid", "ns_id", "pk_id", "at_id", "itm_id", "sid", "s", "source", "from")
        for n in (1, 2)
    ],
    "id behind a label of its own": [f"https://a.com/story?source=agency-{n}" for n in (1, 2)],
    "a long id that looks like a session": [f"https://a.com/story?sid={n:032x}" for n in (1, 2)],
    "path": ["https://a.com/news/bridge", "https://a.com/sport/bridge", "https://a.com/bridge", "https://a.com/"],
    "trailing digits": [f"https://a.com/bridge-closes{end}" for end in ("", "-1", "-2", "-11", "2", "/2", "_2")],
    "date": [f"https://a.com/2025/{day}/bridge" for day in ("04/01", "04/10", "4/1", "0401", "01/04")],
    "language": [f"https://a.com/{code}bridge" for code in ("", "de/", "en/", "en-us/", "en-US/", "fr/")],
    "language in the query": [f"https://a.com/bridge?lang={code}" for code in ("de", "en", "")],
    "language in the host": [f"https://{code}.a.com/bridge" for code in ("de", "en", "www", "m", "amp", "mobile")],
    "case of the path": ["https://a.com/dQw4w9WgXcQ", "https://a.com/dqw4w9wgxcq", "https://a.com/DQW4W9WGXCQ"],
    "case of a value": ["https://a.com/?v=aB", "https://a.com/?v=ab"],
    "slash": ["https://a.com/x", "https://a.com/x/", "https://a.com//x", "https://a.com/x//"],
    "escaped slash, question mark, hash": [
        f"https://a.com/a{mark}b" for mark in ("/", "%2F", "%3F", "?", "%23", "%25", "%252F")
    ],
    "extension": [f"https://a.com/x{end}" for end in ("", ".html", ".htm", ".php", ".amp", ".amp.html", "/amp")],
    "about amplifiers": ["https://a.com/reviews/amp/", "https://a.com/reviews/", "https://a.com/amp/reviews/"],
    "order of parameters": ["https://a.com/x?a=1&b=2", "https://a.com/x?b=2&a=1"],
    "repeated parameters": ["https://a.com/x?a=1", "https://a.com/x?a=1&a=1", "https://a.com/x?a=1&a=2"],
    "a parameter without a value": ["https://a.com/x?1", "https://a.com/x?2", "https://a.com/x?1=", "https://a.com/x"],
    "page": [f"https://a.com/x?page={n}" for n in (1, 2)],
    "month": ["https://a.com/archive?m=1", "https://a.com/archive?m=0", "https://a.com/archive"],
    "host": ["https://a.com/x", "https://b.com/x", "https://a.b.com/x", "https://a.co/x"],
    "port": ["https://a.com/x", "https://a.com:8080/x", "https://a.com:80/x"],
    "a cache that is none": [
        "https://a.com/x",
        "https://evil-bing-amp.com/c/s/a.com/x",
        "https://ampproject.org/c/s/a.com/x",
        "https://google.evil.com/amp/s/a.com/x",
        "https://cdn.ampproject.org/i/s/a.com/x",
        "https://www.google.com/amp/x",
    ],
    "brackets that are no session": ["https://a.com/(S)/x", "https://a.com/x", "https://a.com/(S(a)"],
    "semicolons that are no session": ["https://a.com/x;id=1", "https://a.com/x;id=2", "https://a.com/x"],
    "scripts": [f"https://a.com/{word}" for word in ("日本", "日木", "müller", "muller", "mu%CC%88ller")],
}  # fmt: skip
"""Families of addresses, no two of which are sure to be one article."""


@pytest.mark.parametrize("family", DIFFERENT)
def test_different_articles_are_never_one(family: str) -> None:
    keys = [identity(url) for url in DIFFERENT[family]]
    assert len(set(keys)) == len(keys)


ADDITIONS = st.lists(
    st.sampled_from([
        "utm_source=rss", "UTM_Medium=x", "fbclid=abc", "gclid=1", "mc_cid=2&mc_eid=3", "at_medium=e&at_campaign=f&at_x=1",
        "cmp=share_btn", "ref=rss", "PHPSESSID=ab12", "gad_source=1", "wt_zmc=sm.int", "ns_mchannel=rss", "amp=1", "amp",
        "outputType=amp", "smid=tw-share", "srsltid=A_b", "cfid=1&cftoken=2", "xtor=RSS-3",
    ]),
    max_size=4,
)  # fmt: skip


@given(st.sampled_from(sorted(DIFFERENT)), ADDITIONS, st.data())
def test_what_readers_bring_along_never_makes_two_articles_one_nor_one_two(
    family: str, additions: list[str], data: st.DataObject
) -> None:
    """Tracking in any order on either side of the parameters that count, in a link as people pass it on."""
    keys = set()
    for url in DIFFERENT[family]:
        address, _, query = url.partition("?")
        before = data.draw(st.integers(0, len(additions)))
        parts = [*additions[:before], *([query] if query else []), *additions[before:]]
        decorated = address + ("?" + "&".join(parts) if parts else "")
        keys.add(identity(decorated.replace("https://", "HTTPS://") + "#top"))
        if not any("at_" in part for part in (query, *additions)):
            assert identity(decorated) == identity(url)
    assert len(keys) == len(DIFFERENT[family]) or family == "id under names that count visitors elsewhere"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.com/x?at_medium=rss&at_campaign=k&at_anything=1",
        "https://a.com/x?cmp=share_btn_tw&cmpid=&CMP=Share_iOSApp_Other&smid=nytcore-ios-share",
        "https://a.com/x?ns_mchannel=rss&ns_campaign=1490&ocid=socialflow_twitter",
        "https://a.com/x?source=rss----abc---4&partner=rss&emc=rss",
        "https://a.com/x?gad_source=1&gad_campaignid=2&srsltid=3&gaa_at=eafs&gaa_sig=b",
        "https://a.com/x;jsessionid=0A1B?PHPSESSID=c&ASPSESSIONIDABCD=d&cfid=1&cftoken=2",
        "https://a.com/(S(lit3py55t21z5v55vlm25s55))/x",
        "https://a.com/x?amp",
        "https://a.com/x?amp=1&outputType=amp",
        "https://a-com.cdn.ampproject.org/c/s/a.com/x?amp_js_v=a6&amp_gsa=1&usqp=mq331AQ",
        "https://cdn.ampproject.org/v/a.com/x",
        "https://a-com.bing-amp.com/c/s/a.com/x",
        "https://www.google.co.uk/amp/s/a.com/x",
        "https://www.google.com/amp/s/cdn.ampproject.org/c/s/a.com/x",
    ],
)
def test_campaigns_sessions_and_copies_are_the_page_itself(url: str) -> None:
    assert identity(url) == "https://a.com/x"


def test_a_session_goes_where_another_parameter_names_the_article() -> None:
    assert (
        identity("https://a.com/story?id=5&sid=0123456789abcdef0123456789ABCDEF")
        == "https://a.com/story?id=5"
    )


def test_the_view_for_phones_of_a_blogger_post_is_the_post() -> None:
    post = "https://blog.a.com/2025/04/bridge.html"
    assert identity(f"{post}?m=1") == identity(f"{post}?m=0&utm_source=x") == post


def test_an_empty_query_is_none() -> None:
    assert identity("https://a.com/x?") == identity("https://a.com/x?utm_source=y") == "https://a.com/x"


PATHS = st.lists(
    st.sampled_from([
        *"aZ0/.%~-_?&=#+ 7eE2Fé日;:@()|'\\", "utm_", "sid=", "id=", "amp", "%", "%75", "%2E", "//", "/../", ";jsessionid=",
        "/(S(", "))/", "m=1", "&at_medium=", "at_", "cfid", "cftoken", "0123456789abcdef" * 2, "/2025/04/", ".html",
        "c/s/cdn.ampproject.org/", "c/s/a.com:80", "@a.com",
    ]),
    max_size=25,
).map("".join)  # fmt: skip
HOSTS = st.sampled_from([
    "example.com", "EXAMPLE.com.", "cdn.ampproject.org", "x.bing-amp.com", "www.google.com/amp/s", "127.1",
])  # fmt: skip


@given(HOSTS, PATHS)
def test_identity_is_idempotent(host: str, path: str) -> None:
    once = identity(f"http://{host}/{path}")
    assert identity(once) == once


@pytest.mark.parametrize("query", ["?", "??", "???x", "?%3F", "?utm_source=x&?"])
def test_a_question_mark_in_a_query_is_part_of_it(query: str) -> None:
    assert identity(identity(f"https://a.com/x{query}")) == identity(f"https://a.com/x{query}")


def test_an_address_as_long_as_may_be_has_an_identity_of_an_identity() -> None:
    longest = "http://a.com/"
    longest += "x" * (MAX_LENGTH - 1 - len(longest))
    assert identity(identity(longest)) == identity(longest)
    with pytest.raises(ValueError, match="longer than 2000"):
        identity(longest + "x")


@given(HOSTS, PATHS)
def test_twins_are_identities_and_others(host: str, path: str) -> None:
    url = f"http://{host}/{path}"
    found = twins(url)
    assert len(set(found)) == len(found) <= 30
    assert identity(url) not in found
    assert [identity(twin) for twin in found] == list(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.com/news/x", other)
        for other in (
            "https://www.a.com/news/x", "http://m.a.com/news/x", "https://mobile.a.com/news/x/", "https://amp.a.com/news/x",
            "https://a.com/news/x/", "https://a.com/news/x/amp", "https://a.com/news/x/amp/", "https://a.com/news/x.amp",
            "https://a.com/amp/news/x", "https://a.com/news/x/index.html",
        )
    ]
    + [
        ("https://a.co.uk/x.html", "https://a.co.uk/x.amp.html"),
        ("https://a.co.uk/x.html?id=3", "https://touch.a.co.uk/x.html?id=3"),
        ("https://en.a.org/x", "https://en.m.a.org/x"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x/amp"),
    ],
)  # fmt: skip
def test_a_view_for_phones_and_its_article_are_found_from_each_other(one: str, other: str) -> None:
    assert identity(one) in twins(other)
    if ".m." not in other:
        assert identity(other) in twins(one)


def test_the_plain_article_is_looked_up_before_other_views_of_the_host() -> None:
    assert twins("https://a.com/news/x/amp")[0] == "https://a.com/news/x"
    assert twins("https://a.com/x.amp.html")[0] == "https://a.com/x.html"


@pytest.mark.parametrize("url", ["https://a.com/", "https://a.com/?p=3", "https://www.a.com"])
def test_a_home_page_has_no_twins(url: str) -> None:
    assert twins(url) == ()


@pytest.mark.parametrize(
    "url", ["https://a.com/amp/", "https://a.com/amp", "https://a.com/.amp", "https://a.com/index.html"]
)
def test_a_page_that_is_only_named_after_a_view_has_no_twin_at_the_home_page(url: str) -> None:
    assert not {"https://a.com/", "https://www.a.com/"} & set(twins(url))


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
        ("https://a.com/amp/x-y", "https://a-com.cdn.ampproject.org/c/s/a.com/amp/x-y", True),
        ("/news/2025/story-of-the-day", "https://m.a.com/news/2025/story-of-the-day", True),
        ("/news/story/", "https://www.a.com/news/story/index.html", True),
        ("/local/story", "https://www.a.com/2025/04/story.html", True),
        ("/story-123456", "https://www.a.com/print?id=123456", True),
        ("/2025/04/story-of-the-day", "https://www.a.com/?p=12", True),
        ("/?p=12", "https://www.a.com/2025/04/story-of-the-day", False),
        ("/story.html?id=7", "https://www.a.com/story.html?id=12", False),
        ("/story", "https://www.a.com/story/amp?id=12", False),
        ("/story-123456", "https://www.a.com/story-123457", False),
        ("/news/welcome-654321.html", "https://www.a.com/article123456.ece", False),
        ("/20250401/story-of-the-day", "https://www.a.com/20250402/story-of-the-day-123456", True),
        ("/en/story-of-the-day", "https://www.a.com/de/geschichte-des-tages", False),
        ("/story-of-the-day", "https://www.a.com/story-of-the-day?lang=de", False),
        ("/politics", "https://www.a.com/2025/04/story-of-the-day", False),
        ("/list.php", "https://www.a.com/view.php?no=12", False),
        ("/index.html", "https://www.a.com/news/story/index.html", False),
        ("/home", URL, False),
        ("/?lang=en", URL, False),
        ("/login?next=/news/2025/story-of-the-day", URL, False),
        ("/page-not-found", URL, False),
        ("https://cdn.ampproject.org/c/s/b.com/x-y", URL, False),
    ],
)
def test_a_canonical_claim_is_believed_where_it_can_be_true(
    claimed: str, url: str, *, believed: bool
) -> None:
    assert plausible_canonical(claimed, url) is believed


@given(st.sampled_from(sorted(DIFFERENT)), st.data())
def test_an_address_may_always_claim_itself_and_never_the_home_page(family: str, data: st.DataObject) -> None:
    url = data.draw(st.sampled_from(DIFFERENT[family]))
    assert plausible_canonical(url, url)
    assert identity(url) == identity(fetch_form("/", url)) or not plausible_canonical("/", url)


@pytest.mark.parametrize(
    ("asked", "answered", "elsewhere"),
    [
        (URL, URL, False),
        (URL, URL + "/", False),
        (URL, "https://www.a.com/", True),
        (URL, "https://www.a.com/?ref=404", True),
        (URL, "https://www.a.com/index.html", True),
        (URL, "https://www.a.com/?lang=en", True),
        ("https://www.a.com/?lang=de", "https://www.a.com/?lang=en", False),
        (URL, "https://www.a.com/en/", True),
        (URL, "https://www.a.com/news/", True),
        (URL, "https://www.a.com/news/2025/", True),
        (URL, "https://www.a.com/politics", True),
        (URL, "https://www.a.com/search?q=story", True),
        (URL, "https://www.a.com/404.html", True),
        (URL, "https://sso.a.com/login?next=%2Fnews", True),
        (URL, "https://b.com/", True),
        (URL, "https://b.com/news/2025/story-of-the-day", False),
        (URL, "https://www.a.com/news/2025/story-of-the-day-2", False),
        (URL, "https://www.a.com/local/another-spelling", False),
        (URL, "https://www.a.com/story", False),
        (URL + "/amp/", URL, False),
        (URL + "?page=2", URL, False),
        ("https://www.a.com/?p=12", URL, False),
        ("https://www.a.com/?p=12", "https://www.a.com/", True),
        ("https://www.a.com/view.php?id=12", "https://www.a.com/view.php", True),
        ("https://www.a.com/view.php?id=12", "https://www.a.com/view.php?id=12&lang=en", False),
        (URL, "https://www.a.com/view.php?id=12", False),
        ("https://www.a.com/", "https://www.a.com/en/", False),
        ("https://www.a.com/?p=12", "https://www.a.com/bridge/", False),
        ("https://t.co/Ab3", "https://www.a.com/bridge", False),
        ("https://t.co/Ab3", URL, False),
        ("https://t.co/Ab3", "https://www.a.com/", True),
        ("https://www.a.com/login", "https://www.a.com/signin", False),
        ("https://www.a.com/404-error-explained", "https://www.a.com/tech/404-error-explained", False),
    ],
)
def test_a_redirect_to_the_home_page_or_a_section_leads_elsewhere(
    asked: str, answered: str, *, elsewhere: bool
) -> None:
    assert lands_elsewhere(asked, answered) is elsewhere


@pytest.mark.parametrize("url", [url for family in DIFFERENT.values() for url in family])
def test_no_address_lands_elsewhere_by_answering_itself(url: str) -> None:
    assert not lands_elsewhere(url, url)


def test_one_text_at_addresses_of_three_articles_is_an_error_page() -> None:
    gone = [
        "https://a.com/2025/bridge-closes",
        "https://a.com/mayor-resigns.html",
        "https://a.com/view.php?id=3",
    ]
    assert answers_everything(gone)
    assert not any(answers_everything(some) for some in combinations(gone, 2))
    assert answers_everything(gone[:2], least=2)


@pytest.mark.parametrize(
    "addresses",
    [
        ["https://a.com/news/bridge-closes", "https://a.com/local/bridge-closes.html", "https://a.com/bridge-closes/amp"],
        ["https://a.com/bridge-closes-123456", "https://a.com/bridge-open-123456", "https://a.com/?id=123456"],
        ["https://a.com/view?id=3", "https://m.a.com/view?id=3", "https://a.com/view/print?id=3"],
    ],
)  # fmt: skip
def test_one_article_at_many_addresses_is_no_error_page(addresses: list[str]) -> None:
    assert not answers_everything(addresses)


# -- the form that indexes sort by -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.org/A/b?z=1&a=2#x", "org,example)/a/b?a=2&z=1"),
        ("http://example.org", "org,example)/"),
        ("http://www2.news.example.org:8080/x/", "org,example,news:8080)/x/"),
        ("https://example.org:443/?q", "org,example)/?q"),
        ("http://127.0.0.1:9/caf\u00e9 b", "1,0,0,127:9)/caf%C3%A9%20b"),
        ("HTTP://[::1]/", "[::1])/"),
        ("urn:newsarchive:a:1", "urn:newsarchive:a:1"),
        ("http://", "http://"),
    ],
)
def test_pages_of_a_site_are_sorted_together(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(max_size=50))
def test_every_text_can_be_sorted(text: str) -> None:
    assert isinstance(surt(f"https://example.org/{text}"), str)
