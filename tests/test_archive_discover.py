"""What a home page or a section page leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.discover import Discovery, discover

URL = "https://a.com/"


def read(markup: str, url: str = URL) -> Discovery:
    return discover(markup.encode(), url=url, content_type="text/html; charset=utf-8")


def articles(markup: str) -> list[str]:
    return [link.url.removeprefix("https://a.com") for link in read(f"<body>{markup}</body>").articles]


def test_on_a_page_that_marks_no_content_a_headline_may_stand_anywhere_but_in_the_periphery() -> None:
    assert articles('<ul><li><a href="/a1.html">Bridge to close</a></li></ul>') == ["/a1.html"]
    assert articles('<nav><a href="/a1.html">Bridge to close</a></nav>') == []
    assert articles('<main></main><ul><li><a href="/a1.html">Bridge to close</a></li></ul>') == []
    assert articles('<ul><li><a href="/a1.html">Bridge</a></li></ul>') == []


@pytest.mark.parametrize(
    "href",
    [
        "/2025/04/01/tea", "/news/rain-stops-play-again", "/?p=123", "/sport-123456.html", "/article/tea",
        "/news/20250401-tea", "/tea/12345678", "/story?id=7", "/%E9%9B%A8%E3%81%AE%E6%97%A5%E3%81%AB%E8%8C%B6%E3%82%92%E9%A3%B2%E3%82%80",
        "/about/2025/04/01/tea", "/archives/63076",
    ],
)  # fmt: skip
def test_an_address_like_that_of_an_article_is_enough(href: str) -> None:
    assert len(articles(f'<a href="{href}">Tea</a>')) == 1


def test_a_headline_is_enough_whatever_its_address() -> None:
    assert articles('<h2><a href="/tea">Tea</a></h2>') == ["/tea"]
    assert articles('<a href="/tea"><h3>Tea</h3></a>') == ["/tea"]
    assert articles('<main><a href="/tea">Tea is drunk at noon</a></main>') == ["/tea"]


@pytest.mark.parametrize(
    "href",
    [
        "/", "#top", "/#latest-news-of-today", "mailto:a@b.c", "javascript:void(0)", "/tag/rain-stops-play-again",
        "/category/news", "/author/jane-van-der-roe", "/search?q=tea", "/login", "/about-us", "/privacy-policy",
        "/page/2", "/archive/", "/?paged=2", "/tea-with-the-queen.jpg", "/2025/04/01/tea.pdf", "/2025/04/01/tea.mp3", "/feed/",
        "/2025/04/01/tea/feed/", "/2025/04/01/tea?share=x", "/2025/04/01/tea?replytocom=3",
        "https://b.com/2025/04/01/tea",
    ],
)  # fmt: skip
def test_what_is_never_an_article_is_none_even_as_a_headline(href: str) -> None:
    assert articles(f'<main><h2><a href="{href}">Tea is drunk at noon</a></h2></main>') == []


@pytest.mark.parametrize(
    "around", ["<nav>{}</nav>", "<footer>{}</footer>", '<div class="main-menu">{}</div>']
)
def test_navigation_and_footer_hold_no_articles(around: str) -> None:
    assert articles(around.format('<a href="/news/local-and-regional">News</a>')) == []


def test_an_article_is_found_in_a_teaser_with_a_footer_of_its_own() -> None:
    assert articles('<article><footer><a href="/?p=5">Read more</a></footer></article>') == ["/?p=5"]


def test_articles_are_in_the_order_of_the_page_each_once_with_the_best_title() -> None:
    found = read(
        '<a href="/2025/04/01/tea?utm_source=home"><img src="x"></a><a href="/2025/04/02/rain">Rain</a>'
        '<h2><a href="/2025/04/01/tea">Tea at noon</a></h2><a href="/2025/04/01/tea#comments">5</a>'
    ).articles
    assert [link.title for link in found] == ["Tea at noon", "Rain"]


def test_read_more_is_no_title() -> None:
    assert [link.title for link in read('<a href="/?p=5">Read more</a>').articles] == [""]


def test_declared_feeds_come_first_and_those_of_comments_not_at_all() -> None:
    found = read(
        '<link rel="alternate" type="application/rss+xml" title="News" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">'
        '<link rel="alternate" type="application/feed+json" href="https://feeds.b.com/a">'
        '<link rel="alternate" hreflang="de" href="/de/"><a href="/atom.xml">Atom</a><a href="/feed/">RSS</a>'
    ).feeds
    assert [link.url for link in found] == [
        "https://a.com/feed/",
        "https://feeds.b.com/a",
        "https://a.com/atom.xml",
    ]
    assert {link.role for link in found} == {"feed"}


NAVIGATION = """
<nav><a href="/">Home</a> <a href="/politics/">Politics</a> <a href="/news/local">Local</a> <a href="/login">Log in</a>
<a href="/tag/rain">Rain</a> <a href="/a/b/c">Deep</a> <a href="https://b.com/sport">Elsewhere</a>
<a href="/2026/05/04/rain-stops-play-again">A story</a></nav>
"""


def test_the_navigation_of_a_home_page_leads_to_sections() -> None:
    found = discover(NAVIGATION.encode(), url="https://a.com/").sections
    assert [(link.url, link.role) for link in found] == [
        ("https://a.com/politics/", "page"),
        ("https://a.com/news/local", "page"),
    ]


def test_a_section_page_leads_to_no_other_section() -> None:
    assert discover(NAVIGATION.encode(), url="https://a.com/politics/").sections == ()


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    assert articles('<base href="/news/"><a href="rain-stops-play-again">Rain</a>') == [
        "/news/rain-stops-play-again"
    ]


def test_the_charset_of_the_header_decides() -> None:
    body = '<h2><a href="/x">Zürich trinkt Tee</a></h2>'.encode("latin-1")
    (link,) = discover(body, url=URL, content_type="text/html; charset=iso-8859-1").articles
    assert link.title == "Zürich trinkt Tee"


def test_hostile_markup_is_finished_with() -> None:
    for body in (b"<div>" * 50_000, b"<p>" * 50_000, b'<a href="/?p=1">x' * 5_000):
        assert isinstance(discover(body, url=URL), Discovery)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_no_bytes_raise(body: bytes, content_type: str) -> None:
    found = discover(b'<a href="' + body, url=URL, content_type=f"text/html; charset={content_type}")
    assert all(link.url.startswith("http") for link in found.articles)
