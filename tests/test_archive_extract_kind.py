"""What kind of page it is, and who may read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archive.extract import extract
from archive.model import Extract

PROSE = "<p>The weir above the mill held through the night, and the water fell by a hand's breadth, said the miller.</p>"


def read(
    *nodes: dict[str, Any], url: str = "https://courier.example/weir", head: str = "", body: str = ""
) -> Extract:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    page = f"<html lang='en'><head><title>The weir holds</title>{head}{scripts}</head><body><article><h1>The weir holds</h1>{body or PROSE * 3}</article></body></html>"
    return extract(page.encode(), url=url)


def article(**said: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": "The weir holds", **said}


@pytest.mark.parametrize(
    ("declared", "kind"),
    [("NewsArticle", "article"), ("LiveBlogPosting", "live-blog"), ("OpinionNewsArticle", "opinion"),
     (["Article", "ImageGallery"], "gallery"), ("VideoObject", "video"), ("PodcastEpisode", "audio")],
)  # fmt: skip
def test_declared_types_say_the_kind(declared: Any, kind: str) -> None:
    found = read({"@type": declared, "headline": "The weir holds"})
    assert (found.status, found.kind) == ("article", kind)


def test_a_video_beside_an_article_is_none() -> None:
    assert read(article(), {"@type": "VideoObject", "name": "The weir"}).kind == "article"
    told = '<meta property="og:type" content="article">'
    assert read({"@type": "VideoObject", "name": "The weir"}, head=told).kind == "article"


def test_a_page_of_much_text_is_no_video() -> None:
    assert (
        read(
            {"@type": "VideoObject", "name": "The weir"},
            body="".join(f"<p>{n} {PROSE[3:]}" for n in range(30)),
        ).kind
        == "article"
    )


def test_a_video_with_next_to_no_text_is_one() -> None:
    links = "".join(f"<p><a href='/{n}'>Another film about number {n}</a></p>" for n in range(20))
    found = read(head='<meta property="og:type" content="video.other">', body=links)
    assert (found.status, found.kind) == ("index", "video")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("opinion/weir", "opinion"), ("meinung/weir", "opinion"), ("2025/04/01/liveticker-flood", "live-blog"),
     ("in-pictures/weir", "gallery"), ("fotostrecke/weir", "gallery"), ("video/weir", "video"),
     ("%D0%BC%D0%BD%D0%B5%D0%BD%D0%B8%D1%8F/weir", "opinion"), ("opinion-polls-explained-at-length", "article"),
     ("life/live-music-returns", "article")],
)  # fmt: skip
def test_addresses_say_the_kind_where_nothing_is_declared(path: str, kind: str) -> None:
    assert read(url=f"https://courier.example/{path}").kind == kind


def test_the_section_says_that_it_is_an_opinion() -> None:
    assert read(article(articleSection="Commentary")).kind == "opinion"


def test_what_is_no_article_is_told_as_what_it_is() -> None:
    assert extract(b"<title>404 not found</title><p>", url="https://courier.example/x").kind == "error"
    assert extract(b"", url="https://courier.example/x").kind == "empty"


@pytest.mark.parametrize(
    ("said", "free"),
    [({}, None), ({"isAccessibleForFree": True}, True), ({"isAccessibleForFree": "False"}, False),
     ({"isAccessibleForFree": "http://schema.org/False"}, False),
     ({"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "false"}}, False),
     ({"isAccessibleForFree": True, "hasPart": [{"isAccessibleForFree": False}]}, False),
     ({"isAccessibleForFree": "sometimes"}, None)],
)  # fmt: skip
def test_the_page_says_who_may_read_it(said: dict[str, Any], free: bool | None) -> None:
    assert read(article(**said)).free is free


@pytest.mark.parametrize(("tier", "free"), [("free", True), ("locked", False), ("metered", None)])
def test_open_graph_says_who_may_read_it(tier: str, free: bool | None) -> None:
    found = read(head=f'<meta property="article:content_tier" content="{tier}">')
    assert found.free is free
    assert [one.where for one in found.evidence if one.field == "free"] == ["meta article:content_tier"]


def test_microdata_says_who_may_read_it() -> None:
    assert read(body=f'<meta itemprop="isAccessibleForFree" content="False">{PROSE * 3}').free is False
