"""What a home page or a section page leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.discover import Discovery, discover, well_known_feeds, well_known_sitemaps

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


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        ("<h2><a href=/x>Žižkov</a></h2>".encode(), "", "Žižkov"),
        ("<meta charset=windows-1250><h2><a href=/x>Žižkov</a></h2>".encode("cp1250"), "text/html", "Žižkov"),
        ("<h2><a href=/x>“Tea”</a></h2>".encode("cp1252"), "text/html; charset=iso-8859-1", "“Tea”"),
        ("<h2><a href=/x>Žižkov</a></h2>".encode("utf-16"), "text/html; charset=iso-8859-1", "Žižkov"),
        ("<meta charset=utf-16><h2><a href=/x>Žižkov</a></h2>".encode(), "", "Žižkov"),
        ("<?xml version='1.0' encoding='utf-8'?><html><h2><a href=/x>Žižkov</a></h2>".encode(), "", "Žižkov"),
        ("<h2><a href=/x>Café</a></h2>".encode("latin-1"), "text/html; charset=nonsense", "Café"),
        ("<meta charset=gbk><h2><a href=/x>雨の日</a></h2>".encode(), "text/html; charset=gbk", "雨の日"),
        ("<meta charset=iso-2022-jp><h2><a href=/x>雨の日</a></h2>".encode("iso-2022-jp"), "", "雨の日"),
        (b"<h2><a href=/x>Tea \xff</a></h2>", "text/html; charset=utf-8", "Tea \ufffd"),
        (b"<h2><a href=/x>+ADw-script+AD4-</a></h2>", "text/html; charset=utf-7", "+ADw-script+AD4-"),
        (b"<h2><a href=/x>a\\u0041</a></h2>", "text/html; charset=unicode_escape", "a\\u0041"),
        (b"<h2><a href=/x>tea</a></h2>", "text/html; charset=base64", "tea"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_has(body: bytes, content_type: str, title: str) -> None:
    (link,) = discover(body, url=URL, content_type=content_type).articles
    assert link.title == title


def test_the_text_of_a_link_has_spaces_where_its_elements_meet_and_nowhere_else() -> None:
    found = read(
        '<main><a href="/x"><b>Don&#8217;t</b><br><span>drink the tea</span><script>x</script></a></main>'
    )
    assert [link.title for link in found.articles] == ["Don’t drink the tea"]
    found = read('<main><a href="/x"><i>Council</i><h3>Tea <b>at</b> noon</h3><p>It is said</p></a></main>')
    assert [link.title for link in found.articles] == ["Tea at noon"]
    found = read('<h2><a href="/x"><h3>Tea at noon</h3><p>It is</p><h4>said</h4></a></h2>')
    assert [link.title for link in found.articles] == ["Tea at noon"]


@pytest.mark.parametrize(
    "path", ["/2015/03/", "/2015/03/14", "/news/2015-03/", "/archive/2015", "/2015/mar/", "/?m=201503"]
)
def test_the_pages_of_an_archive_are_no_articles(path: str) -> None:
    found = read(f'<nav><a href="{path}">March 2015</a></nav><aside><a href="{path}">March 2015</a></aside>')
    assert (found.articles, found.sections) == ((), ())
    assert [(link.url, link.role, link.depth) for link in found.next_pages] == [
        (f"https://a.com{path}", "page", 1)
    ]


def test_under_a_headline_the_page_of_a_day_is_an_article() -> None:
    assert articles('<main><h2><a href="/2015/03/14">What a day</a></h2></main>') == ["/2015/03/14"]


@pytest.mark.parametrize(
    ("url", "markup", "following"),
    [
        ("/news/", '<link rel="next" href="/news/page/2/">', ["/news/page/2/"]),
        ("/news/", '<a rel="nofollow next" href="/news/p2">2</a>', ["/news/p2"]),
        (
            "/news/",
            '<a href="/news/page/2/">2</a><a href="/news/page/3/">3</a><a href="/news/page/90/">90</a>',
            ["/news/page/2/"],
        ),
        (
            "/news/page/2/",
            '<a href="/news/">1</a><a href="/news/page/3/">3</a><a href="/news/page/4/">4</a>',
            ["/news/page/3/"],
        ),
        (
            "/news?page=7",
            '<a href="/news?page=6">6</a><a href="?page=8">8</a><a href="/sport?page=8">8</a>',
            ["/news?page=8"],
        ),
        (
            "/news",
            '<a href="/news?page=1">2</a><a href="/news?page=2">3</a>',
            ["/news?page=1", "/news?page=2"],
        ),
        (
            "/news?tag=tea",
            '<a href="/news?page=2&amp;tag=tea">2</a><a href="/news?page=2">2</a>',
            ["/news?page=2&tag=tea"],
        ),
        ("/news.html", '<a href="/news-page-2.html">2</a>', ["/news-page-2.html"]),
        ("/", '<a href="/older">Older posts »</a><a href="/newer">Newer posts</a>', ["/older"]),
        ("/", '<a href="/alt">Ältere Beiträge</a><a href="/s">← Entradas antiguas</a>', ["/alt", "/s"]),
        (
            "/",
            '<a href="/2026/05/04/rain-stops-play-again">Next</a><a href="https://b.com/page/2">Next</a>',
            [],
        ),
        ("/page/2", '<a href="/page/9">Next</a>', []),
    ],
)
def test_a_list_goes_on_at_the_page_that_follows_it(url: str, markup: str, following: list[str]) -> None:
    found = discover(markup.encode(), url=f"https://a.com{url}", depth=4).next_pages
    assert [link.url.removeprefix("https://a.com") for link in found] == following
    assert {link.depth for link in found} <= {5}


def test_the_months_of_an_archive_come_after_the_next_page() -> None:
    found = read('<a href="/2015/03/">March</a><a href="/2015/02/">February</a><a href="/page/2">Next</a>')
    assert [link.url.removeprefix(URL) for link in found.next_pages] == ["page/2", "2015/03/", "2015/02/"]


def test_the_next_page_is_no_article_and_no_section() -> None:
    found = read('<nav><a href="/page/2">Older posts</a><a href="/?page=2">2</a></nav>')
    assert (found.articles, found.sections) == ((), ())


def test_where_a_site_names_no_feed_some_places_are_worth_a_try() -> None:
    found = well_known_feeds("https://a.com/news/?x=1#y")
    assert found[0].url == "https://a.com/feed"
    assert {(link.role, link.certain) for link in found} == {("feed", False)}
    assert len({link.url for link in found}) == len(found) <= 8
    assert {link.role for link in well_known_sitemaps(URL)} == {"sitemap"}


def test_a_link_that_was_never_closed_ends_where_the_next_begins() -> None:
    found = read(
        '<h2><a href="/x">Tea at noon<a href="/y">Rain at five</h2><main><a href="/z">The choir sings again'
    )
    assert [(link.url, link.title) for link in found.articles] == [
        ("https://a.com/x", "Tea at noon"),
        ("https://a.com/y", "Rain at five"),
        ("https://a.com/z", "The choir sings again"),
    ]


@pytest.mark.parametrize(
    "around",
    [
        b"<div>" * 200_000,
        b"<div class='main-menu'></div>" * 20_000,
        b"<p>" * 300_000,
        b"&amp;" * 1_000_000,
        b"<p a='b'" * 100_000 + b">",
    ],
)
def test_a_link_is_found_behind_any_amount_of_markup(around: bytes) -> None:
    found = discover(around + b"<h2><a href='/tea'>Tea</a></h2>", url=URL)
    assert [link.url for link in found.articles] == ["https://a.com/tea"]


def test_hostile_markup_is_finished_with() -> None:
    for body in (
        b"<div>" * 50_000,
        b"<p>" * 50_000,
        b'<a href="/?p=1">x' * 200_000,
        b"<" * 1_000_000,
        b"<!--" * 100_000,
    ):
        assert isinstance(discover(body, url=URL), Discovery)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_no_bytes_raise(body: bytes, content_type: str) -> None:
    found = discover(b'<a href="' + body, url=URL, content_type=f"text/html; charset={content_type}")
    assert all(link.url.startswith("http") for link in found.articles)
