"""The demo newspaper: what it has published, how its site answers, and where it misbehaves on purpose."""

import gzip
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from lxml import etree
from protego import Protego

from newsarchive.demo import DemoServer, Story, oddities, paper, site, stories

BASE = "http://127.0.0.1:8187/"
PAGES = {path: found for path, found in site.resources(1, BASE).items() if found.media_type == site.HTML}
BY_LAYOUT = {
    layout: [story for story in stories(1) if story.layout == layout]
    for layout in ("text", "wordpress", "modern", "microdata", "german")
}


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    with DemoServer(slow_seconds=0) as server:
        yield server


def ask(
    server: DemoServer, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request as it is, redirects not followed. Header names are written with underscores."""
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as connection:
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()


def tree(path: str, edition: int = 1) -> etree._Element:
    """A page as XML, which it claims to be."""
    return etree.fromstring(site.resources(edition, BASE)[path].body)


def words(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def links(path: str) -> set[str]:
    """Everything a page refers to, absolute."""
    return {urljoin(BASE + path[1:], str(link)) for link in tree(path).xpath("//@href | //@src | //@action")}


def locations(xml: bytes) -> list[str]:
    return [str(loc) for loc in etree.fromstring(xml).xpath("//*[local-name()='loc']/text()")]


def with_number(number: int, edition: int = 1) -> Story:
    return next(story for story in stories(edition) if story.number == number)


# What was published


def test_there_is_enough_to_search_in() -> None:
    published = stories(1)
    years = {story.published.year for story in published if story.published}
    assert len(published) >= 40
    assert years == set(range(2019, 2027))
    assert {story.section for story in published} == set(paper.SECTIONS)
    assert len({author for story in published for author in story.authors}) == 8


def test_bylines_and_dates_are_as_uneven_as_in_life() -> None:
    published = stories(1)
    assert sum(len(story.authors) == 2 for story in published) >= 4
    assert sum(not story.authors for story in published) >= 3
    assert [story.slug for story in published if story.published is None] == ["how-to-read-the-tide"]
    assert [story.slug for story in published if story.language != "en"] == ["altenbruecker-zu-gast"]
    november = [story for story in published if story.published and f"{story.published:%Y-%m}" == "2021-11"]
    assert len(november) == 5


@pytest.mark.parametrize("edition", paper.EDITIONS)
def test_stories_are_prose_of_a_readable_length(edition: int) -> None:
    for story in stories(edition):
        assert 120 <= len(story.text.split()) <= 450, story.path
        assert 4 <= len(story.paragraphs) <= 9, story.path
        assert len(set(story.paragraphs)) == len(story.paragraphs)


@pytest.mark.parametrize("edition", paper.EDITIONS)
def test_numbers_paths_and_titles_are_unique(edition: int) -> None:
    published = stories(edition)
    for values in ([s.number for s in published], [s.path for s in published], [s.title for s in published]):
        assert len(set(values)) == len(published)


def test_every_layout_is_in_use() -> None:
    assert {layout: len(some) > 0 for layout, some in BY_LAYOUT.items()} == dict.fromkeys(BY_LAYOUT, True)


def test_the_second_edition_differs_in_what_it_announces() -> None:
    first, second = ({story.path: story for story in stories(edition)} for edition in paper.EDITIONS)
    assert first.keys() - second.keys() == {"/council/sea-pool-by-easter-144"}
    assert second.keys() - first.keys() == {"/harbour/lamp-on-the-mole-146"}
    changed = {path for path in first.keys() & second.keys() if first[path] != second[path]}
    assert changed == {"/council/bridge-toll-145"}
    old, new = (edition["/council/bridge-toll-145"] for edition in (first, second))
    assert old.title != new.title
    assert old.published == new.published
    assert new.modified is not None
    assert new.modified > new.published
    assert new.paragraphs[-1].startswith("Correction, 18 November 2026:")
    assert len(set(old.paragraphs) & set(new.paragraphs)) >= 2


def test_only_the_pages_of_announced_stories_differ_between_editions() -> None:
    first, second = (site.resources(edition, BASE) for edition in paper.EDITIONS)
    steady = {story.path for story in paper.steady_stories()}
    assert len(steady) == 44 - 1
    assert all(first[path] == second[path] for path in steady)


def test_an_edition_that_never_appeared_is_an_error(demo: DemoServer) -> None:
    with pytest.raises(ValueError, match="no edition 3"):
        stories(3)
    with pytest.raises(ValueError, match="no edition 0"):
        demo.edition = 0


# Pages


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_well_formed_and_in_one_language(path: str) -> None:
    root = tree(path)
    assert root.tag == "html"
    assert root.get("lang")
    assert root.findtext("head/title")


@pytest.mark.parametrize("path", PAGES)
def test_pages_refer_to_nothing_outside(path: str) -> None:
    assert all(link.startswith(BASE) for link in links(path))


def test_every_link_is_answered() -> None:
    known = site.resources(1, BASE)
    targets = {link for path in PAGES for link in links(path)}
    for link in targets:
        parts = urlsplit(link)
        answer = site.answer(1, BASE, f"{parts.path}?{parts.query}" if parts.query else parts.path)
        expected = 500 if parts.path == oddities.BROKEN_PATH else 301 if link.endswith("?p=116") else 200
        assert answer.status == expected, link
        if answer.location:
            assert answer.location in known


@pytest.mark.parametrize("edition", paper.EDITIONS)
def test_a_page_shows_the_whole_story(edition: int) -> None:
    for story in stories(edition):
        root = tree(story.path, edition)
        shown = [words(paragraph) for paragraph in root.iter("p")]
        assert [text for text in shown if text in story.paragraphs] == list(story.paragraphs)
        assert story.title in [words(heading) for heading in root.iter("h1")]
        assert all(author in words(root) for author in story.authors)
        assert root.get("lang", "").startswith(story.language)


def test_the_old_theme_says_everything_and_marks_nothing() -> None:
    for story in BY_LAYOUT["wordpress"]:
        root = tree(story.path)
        page = words(root)
        assert "Please Wait For Loading" in page
        assert "Comments Off" in page
        assert {str(name) for name in root.xpath("//meta/@name")} == {"viewport"}
        assert not root.xpath("//*[@itemprop or @property or @rel='author' or self::time or self::script]")
        [meta] = root.xpath("//div[@class='post-meta']")
        assert story.published is not None
        assert words(meta).startswith(f"{story.published:%B} {story.published.day}, {story.published.year}")
        assert root.xpath("//a[@rel='category tag']/text()") == [story.section]
        assert tuple(root.xpath("//a[@rel='tag']/text()")) == story.tags
        dates = root.xpath("//aside//span[@class='date']/text()")
        assert len(dates) == 4


def test_the_new_site_describes_its_stories_as_linked_data() -> None:
    for story in BY_LAYOUT["modern"]:
        root = tree(story.path)
        data = json.loads(root.xpath("string(//script[@type='application/ld+json'])"))
        assert data["@type"] == "NewsArticle"
        assert data["headline"] == story.title
        assert tuple(author["name"] for author in data.get("author", [])) == story.authors
        assert story.published is not None
        assert data["datePublished"] == story.published.isoformat()
        assert "dateModified" not in data
        assert (data["articleSection"], tuple(data["keywords"])) == (story.section, story.tags)
        assert root.xpath("//link[@rel='canonical']/@href") == [BASE + story.path[1:]]
        assert root.xpath("//meta[@property='og:title']/@content") == [story.title]


def test_the_home_page_links_with_tracking_parameters() -> None:
    tracked = [link for link in links("/") if "utm_source=" in link]
    assert len(tracked) == 4
    assert all(site.answer(1, BASE, link.removeprefix(BASE[:-1])).status == 200 for link in tracked)


def test_the_sport_desk_uses_microdata() -> None:
    for story in BY_LAYOUT["microdata"]:
        root = tree(story.path)
        assert tuple(root.xpath("//*[@itemprop='author']//*[@itemprop='name']/text()")) == story.authors
        assert story.published is not None
        assert root.xpath("//*[@itemprop='datePublished']/@datetime") == [story.published.isoformat()]
        assert words(root.xpath("//*[@itemprop='articleBody']")[0]) == " ".join(story.paragraphs)


def test_the_oldest_pages_have_a_byline_and_nothing_else() -> None:
    assert "By Hanna Olsen and Tom Adeyemi | 16 October 2020" in words(tree(with_number(105).path))
    undated = tree(with_number(106).path)
    assert "By Marta Kowalczyk" in [words(paragraph) for paragraph in undated.iter("p")]
    assert not re.search(r"\b20\d\d\b", words(undated.xpath("//body")[0]).partition("See also")[0])


def test_the_german_page_has_a_german_date() -> None:
    [story] = BY_LAYOUT["german"]
    [moment] = tree(story.path).iter("time")
    assert words(moment) == "14. Juni 2024, 09:30 Uhr"
    assert moment.get("datetime") == "2024-06-14T09:30:00+01:00"


def test_section_pages_link_every_story_of_theirs() -> None:
    for section in paper.SECTIONS:
        here = links(paper.section_path(section))
        for story in stories(1):
            href = story.short_path if story.number == oddities.SHORT_LINKED else story.path
            assert (BASE + href[1:] in here) == (story.section == section)


def test_pictures_are_drawn_for_stories_that_have_one() -> None:
    for story in stories(1):
        if story.picture:
            assert etree.fromstring(site.resources(1, BASE)[story.picture_path].body).get("width") == "800"
    assert sum(bool(story.picture) for story in stories(1)) >= 20


# Feeds, sitemaps, robots.txt


def newest(edition: int, count: int) -> list[Story]:
    dated = [story for story in stories(edition) if story.published]
    return sorted(dated, key=lambda story: story.published, reverse=True)[:count]


@pytest.mark.parametrize("path", ["/feed.xml", "/atom.xml"])
@pytest.mark.parametrize("edition", paper.EDITIONS)
def test_feeds_carry_the_newest_stories(path: str, edition: int) -> None:
    feed = feedparser.parse(site.resources(edition, BASE)[path].body)
    assert not feed.bozo
    expected = newest(edition, 15)
    assert [entry.link for entry in feed.entries] == [BASE + story.path[1:] for story in expected]
    assert [entry.title for entry in feed.entries] == [story.title for story in expected]
    names = [tuple(author.name for author in entry.get("authors", ()) if author) for entry in feed.entries]
    assert names == [story.authors for story in expected]
    assert [tuple(entry.published_parsed) for entry in feed.entries] == [
        tuple(story.published.utctimetuple()) for story in expected if story.published
    ]


def test_the_json_feed_says_the_same() -> None:
    feed = json.loads(site.resources(1, BASE)["/feed.json"].body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [BASE + story.path[1:] for story in newest(1, 15)]
    assert feed["items"][0]["date_published"] == "2026-11-07T17:25:00+00:00"


def test_the_home_page_declares_its_feeds() -> None:
    declared = tree("/").xpath("//link[@rel='alternate']/@href")
    assert declared == ["/feed.xml", "/atom.xml", "/feed.json"]


def test_sitemaps_name_every_story_once() -> None:
    known = site.resources(1, BASE)
    indexed = [location.replace(BASE, "/") for location in locations(known["/sitemap.xml"].body)]
    assert "/news-sitemap.xml" in indexed
    assert [path for path in indexed if path.endswith(".gz")] == ["/sitemap-2021.xml.gz"]
    found: list[str] = []
    for path in indexed:
        body = known[path].body
        if path != "/news-sitemap.xml":
            found += locations(gzip.decompress(body) if path.endswith(".gz") else body)
    expected = {BASE + story.path[1:] for story in stories(1)} | {BASE + oddities.BROKEN_PATH[1:]}
    assert len(found) == len(expected)
    assert set(found) == expected


def test_the_news_sitemap_has_the_latest_with_title_and_date() -> None:
    root = etree.fromstring(site.resources(2, BASE)["/news-sitemap.xml"].body)
    assert root.xpath("//*[local-name()='title']/text()") == [story.title for story in newest(2, 6)]
    assert len(root.xpath("//*[local-name()='publication_date']")) == 6


def test_robots_txt_keeps_out_of_linked_pages() -> None:
    robots = Protego.parse(site.resources(1, BASE)["/robots.txt"].body.decode())
    assert list(robots.sitemaps) == [BASE + "sitemap.xml"]
    assert robots.crawl_delay("newsarchive") is None
    assert not robots.can_fetch(BASE + oddities.PRIVATE_PATH[1:], "newsarchive")
    assert not robots.can_fetch(BASE + "tag/flood/", "newsarchive")
    assert all(robots.can_fetch(BASE + story.path[1:], "newsarchive") for story in stories(1))
    assert BASE + oddities.PRIVATE_PATH[1:] in links("/") & links("/council/")


# HTTP


def test_the_same_edition_has_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib, sys; from newsarchive.demo import site\n"
        "tags = sorted((path, found.etag) for path, found in site.resources(2, sys.argv[1]).items())\n"
        "print(hashlib.sha256(repr(tags).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, BASE],
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            cwd=paper.__file__.partition("newsarchive/demo")[0],
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(seen) == 1


def test_a_page_comes_with_validators_and_its_length(demo: DemoServer) -> None:
    story = with_number(130)
    response, body = ask(demo, story.path)
    assert (response.status, response.version) == (200, 11)
    assert response.headers["Content-Length"] == str(len(body))
    assert re.fullmatch(r'"[0-9a-f]{24}"', response.headers["ETag"])
    assert parsedate_to_datetime(response.headers["Last-Modified"]) == story.published


def test_an_undated_page_does_not_give_its_date_away(demo: DemoServer) -> None:
    response, _ = ask(demo, with_number(106).path)
    assert response.headers["ETag"]
    assert response.headers["Last-Modified"] is None


@pytest.mark.parametrize(
    "path", ["/", "/feed.xml", "/sitemap-2021.xml.gz", "/sport/", "/council/bridge-toll-145"]
)
def test_what_is_known_is_not_sent_again(demo: DemoServer, path: str) -> None:
    first, _ = ask(demo, path)
    for known in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        again, body = ask(demo, path, **known)
        assert (again.status, body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_the_entity_tag_outranks_the_date(demo: DemoServer) -> None:
    first, _ = ask(demo, "/")
    response, _ = ask(demo, "/", If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    assert response.status == 200


@pytest.mark.parametrize("date", ["yesterday", "2026-11-07", "Sat, 07 Nov 2020 17:25:00 GMT"])
def test_an_older_or_unreadable_date_gets_the_page(demo: DemoServer, date: str) -> None:
    assert ask(demo, "/", If_Modified_Since=date)[0].status == 200


def test_a_corrected_story_has_new_validators(demo: DemoServer) -> None:
    path = "/council/bridge-toll-145"
    first, _ = ask(demo, path)
    demo.edition = 2
    validators = {"If_None_Match": first.headers["ETag"], "If_Modified_Since": first.headers["Last-Modified"]}
    second, body = ask(demo, path, **validators)
    assert second.status == 200
    assert b"Correction, 18 November 2026" in body
    modified = with_number(145, edition=2).modified
    assert modified is not None
    assert second.headers["Last-Modified"] == format_datetime(modified, usegmt=False).replace("+0000", "GMT")


def test_a_withdrawn_story_is_gone_and_a_new_one_is_there(demo: DemoServer) -> None:
    gone, new = "/council/sea-pool-by-easter-144", "/harbour/lamp-on-the-mole-146"
    assert (ask(demo, gone)[0].status, ask(demo, new)[0].status) == (200, 404)
    demo.edition = 2
    assert (ask(demo, gone)[0].status, ask(demo, new)[0].status) == (410, 200)


def test_old_short_urls_redirect(demo: DemoServer) -> None:
    response, _ = ask(demo, "/?p=116")
    assert response.status == 301
    assert response.headers["Location"] == "/2021/06/bell-of-the-perpetua/"
    assert "http://x/?p=116" in {urljoin("http://x/", str(href)) for href in tree("/arts/").xpath("//@href")}


def test_what_is_not_there_is_a_page_of_the_paper(demo: DemoServer) -> None:
    for path, status in (("/nowhere", 404), ("/?p=999", 404), (oddities.BROKEN_PATH, 500)):
        response, body = ask(demo, path)
        assert response.status == status
        assert paper.NAME.encode() in body
        assert response.headers["ETag"] is None


def test_one_story_takes_its_time() -> None:
    with DemoServer(slow_seconds=0.3) as demo:
        started = time.monotonic()
        response, _ = ask(demo, with_number(oddities.SLOW_STORY).path)
        assert response.status == 200
        assert time.monotonic() - started >= 0.3


def test_head_is_get_without_the_body(demo: DemoServer) -> None:
    full, _ = ask(demo, "/")
    head, body = ask(demo, "/", method="HEAD")
    assert body == b""
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type"):
        assert head.headers[name] == full.headers[name]


def test_connections_stay_open_until_somebody_wants_them_closed(demo: DemoServer) -> None:
    with closing(http.client.HTTPConnection(urlsplit(demo.url).netloc, timeout=10)) as connection:
        for path in ("/", "/nowhere", "/?p=101", "/robots.txt"):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert not response.will_close
        connection.request("GET", "/", headers={"Connection": "close"})
        assert connection.getresponse().will_close


def test_absolute_urls_follow_the_host_header(demo: DemoServer) -> None:
    _, body = ask(demo, "/robots.txt", Host="lantern.test:81")
    assert b"Sitemap: http://lantern.test:81/sitemap.xml" in body
    _, body = ask(demo, "/robots.txt", Host='"><b>')
    assert f"Sitemap: {demo.url}sitemap.xml".encode() in body


def test_every_request_is_logged(demo: DemoServer) -> None:
    before = time.monotonic()
    first, _ = ask(demo, "/harbour/?utm_source=x", User_Agent="tester/1")
    ask(demo, "/harbour/", method="HEAD", If_None_Match=first.headers["ETag"])
    one, two = demo.requests
    assert (one.method, one.path, one.status) == ("GET", "/harbour/?utm_source=x", 200)
    assert one.headers["user-agent"] == "tester/1"
    assert (two.method, two.status, two.headers["if-none-match"]) == ("HEAD", 304, first.headers["ETag"])
    assert before <= one.at <= two.at <= time.monotonic()


def test_it_can_come_back_on_its_old_port() -> None:
    with DemoServer() as first:
        ask(first, "/")
        with pytest.raises(OSError, match="in use"):
            DemoServer(port=urlsplit(first.url).port or 0)
    with DemoServer(port=urlsplit(first.url).port or 0) as second:
        assert second.url == first.url
        assert ask(second, "/")[0].status == 200


def test_closing_hangs_up_on_idle_and_on_waiting_clients() -> None:
    with DemoServer(slow_seconds=60) as demo:
        netloc = urlsplit(demo.url).netloc
        with (
            closing(http.client.HTTPConnection(netloc)) as idle,
            closing(http.client.HTTPConnection(netloc)) as slow,
        ):
            idle.request("GET", "/")
            idle.getresponse().read()
            slow.request("GET", with_number(oddities.SLOW_STORY).path)
            started = time.monotonic()
            demo.close()
            demo.close()
            assert time.monotonic() - started < 5
            assert idle.sock.recv(1) == b""
