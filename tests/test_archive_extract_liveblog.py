"""Live blogs have entries with times, galleries captions; what only looks like them has not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from archive.extract import extract
from archive.model import Extract

TEXTS = [
    f"At {hour} the harbour master opened gate {hour} of the lock, and one more of the waiting ships came in slowly behind its tug."
    for hour in range(9, 14)
]


def read(body: str, url: str = "https://tide.example/news/lock", head: str = "") -> Extract:
    page = f"<html lang='en'><head><title>The lock</title>{head}</head><body><main><h1>The lock</h1>{body}</main></body></html>"
    return extract(page.encode(), url=url)


def declared(*, headline: str = "") -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": headline and f"{headline} {n}",
            "articleBody": text,
            "datePublished": f"2024-11-05T{n:02}:00:00Z",
        }
        for n, text in enumerate(TEXTS, 9)
    ]
    node = {"@type": "LiveBlogPosting", "headline": "The lock", "liveBlogUpdate": updates}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def listed(tag: str = "div", holder: str = "entry") -> str:
    return "".join(
        f'<{tag} class="{holder}"><time datetime="2024-11-05T{n:02}:00:00Z">{n}:00</time><p>{text}</p></{tag}>'
        for n, text in enumerate(TEXTS, 9)
    )


def times(found: Extract) -> list[datetime | None]:
    return [one.at for one in found.paragraphs if one.kind == "entry"]


HOURS = [datetime(2024, 11, 5, n, tzinfo=UTC) for n in range(9, 14)]


def test_entries_that_only_scripts_would_show_are_read_where_they_are_declared() -> None:
    found = read("<div id='app'>Loading</div>", head=declared(headline="Gate"))
    assert times(found) == HOURS
    assert found.text.startswith("Gate 9\n\nAt 9 the harbour master")
    assert found.kind == "live-blog"


def test_declared_entries_are_taken_as_they_stand_on_the_page() -> None:
    shown = "".join(
        f"<div><span>{n} o'clock</span><p>{text}</p><p>Nobody waved.</p></div>"
        for n, text in enumerate(TEXTS)
    )
    found = read(f"<section>{shown}</section>", head=declared())
    assert times(found) == HOURS
    assert found.text.count("Nobody waved.") == len(TEXTS)


def test_what_stands_side_by_side_on_a_live_page_has_times() -> None:
    for body, url in [
        (listed(), "https://tide.example/live-blog/lock"),
        (f"<section class='live-updates'>{listed('article')}</section>", "https://tide.example/news/lock"),
        (f"<ol class='liveticker'>{listed('li')}</ol>", "https://tide.example/news/lock"),
    ]:
        found = read(body, url)
        assert times(found) == HOURS
        assert found.text.split("\n\n") == TEXTS


def test_a_page_that_does_not_say_so_is_no_live_blog() -> None:
    found = read(listed())
    assert times(found) == []
    assert found.kind == "article"


def test_a_live_page_with_one_text_is_read_as_any_other() -> None:
    prose = "".join(f"<p>{text}</p>" for text in TEXTS)
    found = read(
        f"<time datetime='2024-11-05T09:00:00Z'></time><article>{prose}</article>",
        "https://tide.example/live-blog/lock",
    )
    assert found.text.split("\n\n") == TEXTS


def test_captions_are_text_only_in_galleries() -> None:
    figures = "".join(
        f"<figure><img src='{n}.jpg'><figcaption>{n} of 5: {text}</figcaption></figure>"
        for n, text in enumerate(TEXTS, 1)
    )
    gallery = read(figures, "https://tide.example/photos/lock")
    assert [one.kind for one in gallery.paragraphs] == ["caption"] * 5
    assert gallery.text.split("\n\n") == TEXTS
    prose = "".join(f"<p>{text} {text}</p>" for text in TEXTS)
    assert TEXTS[0] not in read(f"<article>{prose}{figures}</article>").text.split("\n\n")


def test_hostile_blogs_are_read_in_bounds() -> None:
    nested = "<div>" * 3_000 + "".join(
        f"<time datetime='2024-11-05T09:{n % 60:02}:00Z'>9</time>" for n in range(5_000)
    )
    read(f"<div class='liveblog'>{nested}</div>")
    updates = json.dumps(
        {"@type": "LiveBlogPosting", "liveBlogUpdate": [{"articleBody": "x" * 50}, [], 1, None] * 5_000}
    )
    read("", head=f'<script type="application/ld+json">{updates}</script>')
