"""Texts that are no paragraphs one after another: live blogs, galleries, interviews; and notes about their authors."""

from __future__ import annotations

import pytest

from archive.extract import extract
from archive.model import Extract

ENTRIES = [
    ("12:02", "The gates are open", "Two minutes late, and to applause from the pier, the gates are open at last."),
    ("10:15", "First ships are waiting", "Nine ships are waiting in the roads, and the largest of them has a list to port."),
    ("09:40", "The gates open at noon", "The harbour master says that the gates will be opened an hour later than planned."),
]  # fmt: skip


def read(body: str, head: str = "", url: str = "https://tide.example/lock") -> Extract:
    html = (
        f"<html><head><title>The new lock</title>{head}</head><body><h1>The new lock</h1>{body}</body></html>"
    )
    return extract(html.encode(), url=url)


def entry(hook: str, clock: str, heading: str, text: str, *, tag: str = "div") -> str:
    time = f'<time datetime="2024-11-05T{clock}:00Z">{clock} Uhr</time>'
    return f'<{tag} class="{hook}">{time}<h3>{heading}</h3><p>{text}</p></{tag}>'


def test_what_stands_above_the_entries_stays_and_other_stories_do_not() -> None:
    lead = (
        "Ships have waited for the new lock for three days, and so have the people of the town, who built it."
    )
    blog = "".join(entry("liveblog-post", *one) for one in ENTRIES)
    more = '<div class="related"><article><time>2024-11-04</time><h3>A mill is for sale</h3></article></div>'
    lines = read(f'<main><p>{lead}</p><div class="live">{blog}</div>{more}</main>').text.split("\n\n")
    assert lines == [lead, *(line for _, heading, text in ENTRIES for line in (heading, text))]


def test_articles_beside_one_another_are_no_live_blog() -> None:
    teasers = "".join(entry("teaser", *one, tag="article") for one in ENTRIES)
    assert "entry" not in {line.kind for line in read(f"<main>{teasers}</main>").paragraphs}


CAPTIONS = [
    "The first lapwings came to the bay a week early, pushed by the wind.",
    "On the dike people count in a whisper, up to eleven thousand birds.",
    "At high tide the dunlins stand on the last bank of sand, all turned one way.",
    "In the evening the bay empties within minutes; the gulls and the warden stay.",
    "At dawn they are back, and the counting begins once more from the first bird.",
]
LEAD = "Each autumn thousands of birds rest in the bay. Our photographer spent three days there."


def gallery(hook: str = "slideshow") -> str:
    slides = "".join(
        f'<figure><img src="/{at}.jpg"><figcaption>{at}/5 {text} <span class="credit">Photo: Ann Reed</span></figcaption></figure>'
        for at, text in enumerate(CAPTIONS, 1)
    )
    return f'<main><p class="standfirst">{LEAD}</p><div class="{hook}">{slides}</div></main>'


def test_captions_are_the_text_of_a_gallery() -> None:
    found = read(gallery())
    assert [(line.kind, line.text) for line in found.paragraphs[1:]] == [
        ("caption", text) for text in CAPTIONS
    ]
    assert (found.paragraphs[0].text, found.kind) == (LEAD, "gallery")


def test_captions_beside_a_longer_text_are_none_of_it() -> None:
    text = "".join(
        f"<p>{line} And the people of the bay had counted them all since the morning.</p>"
        for line in CAPTIONS
    )
    found = read(f"<article>{text}{gallery()}</article>")
    assert "caption" not in {line.kind for line in found.paragraphs}


def test_pictures_that_no_gallery_holds_are_no_gallery() -> None:
    assert "caption" not in {line.kind for line in read(gallery("pictures-of-others")).paragraphs}


def test_questions_and_answers_are_read_in_their_order() -> None:
    lines = [text for _, heading, answer in ENTRIES for text in (f"{heading}?", answer)]
    spoken = "".join(f"<p><strong>{q}?</strong></p><p>{a}</p>" for _, q, a in ENTRIES)
    assert read(f'<div class="entry-content">{spoken}</div>').text.split("\n\n") == lines


NOTE = "Ada Birch is a reporter at the Tide. She writes about ships."


@pytest.mark.parametrize(("author", "told", "stays"), [("Ada Birch", "", False), ("Ivo Reed", "", True), ("Ada Birch", "Ada Birch said so.", True)])  # fmt: skip
def test_a_note_about_the_author_that_ends_a_text_is_none_of_it(author: str, told: str, stays: bool) -> None:
    text = "".join(f"<p>{line} {told}</p>" for line in CAPTIONS)
    head = f'<meta name="author" content="{author}">'
    found = read(f'<div class="entry-content">{text}<p>{NOTE}</p></div>', head)
    assert (found.text.split("\n\n")[-1] == NOTE) is stays
