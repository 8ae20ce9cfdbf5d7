"""Paragraphs of the article, all of them, and nothing of the theme around them."""

from __future__ import annotations

import pytest

from archive.extract import extract
from archive.extract.boilerplate import is_boilerplate

FIRST = "The weir held through the winter, although the river rose twice above the mark that was cut in the year of the flood."
SECOND = "Nobody had repaired it for a decade. The stones were set without mortar, and the keeper thinks that this is what saved them."
THIRD = "In spring the divers will look at its foot, where the water is said to have dug a hole as deep as a house is high."


def text(body: str, head: str = "<title>The weir</title>") -> list[str]:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return extract(html.encode(), url="https://courier.example/weir").text.split("\n\n")


def test_paragraphs_of_a_named_container() -> None:
    assert text(
        f'<div class="entry-content"><p>{FIRST}</p><p>{SECOND}</p></div><div><p>{THIRD}</p></div>'
    ) == [FIRST, SECOND]


def test_line_breaks_in_pairs_end_a_paragraph_single_ones_do_not() -> None:
    html = f'<div class="post-content">{FIRST}<br>\n<br>{SECOND}<br>{THIRD}</div>'
    assert text(html) == [FIRST, f"{SECOND} {THIRD}"]


def test_inline_elements_do_not_break_words_or_glue_them() -> None:
    html = f'<div class="post-content"><p><b>T</b>he <i>weir</i>\n<a href="/h">held</a>.</p><p>{FIRST}</p><p>{SECOND}</p></div>'
    assert text(html)[0] == "The weir held."


def test_lists_of_links_are_navigation() -> None:
    html = f'<div class="post-content"><p>{FIRST}</p><ul><li><a href="/a">A longer story about stones</a></li></ul><p>{SECOND}</p><p>{THIRD}</p></div>'
    assert text(html) == [FIRST, SECOND, THIRD]


def test_scripts_styles_captions_and_hidden_parts_are_not_read() -> None:
    html = (
        f'<div class="post-content"><script>var a = "weir";</script><style>p {{}}</style><p>{FIRST}</p>'
        f'<figure><figcaption>The weir in March</figcaption></figure><p style="display: none">secret</p><p hidden>secret</p>'
        f"<p>{SECOND}</p><p>{THIRD}</p><!-- a comment --></div>"
    )
    assert text(html) == [FIRST, SECOND, THIRD]


def test_without_a_named_container_the_prose_is_found() -> None:
    html = f'<nav><a href="/">Home</a></nav><div id="x1"><h1>The weir</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div><footer>Imprint</footer>'
    assert text(html) == [FIRST, SECOND, THIRD]


def test_text_that_only_json_ld_holds() -> None:
    body = f"{FIRST}\\n\\n{SECOND}"
    head = f'<title>The weir</title><script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{body}"}}</script>'
    assert text("<h1>The weir</h1><div id=app></div>", head) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    ["Please Wait For Loading", "Comments Off", "Comments Off on The weir", "3 Comments", "Share this:", "Share", "Facebook", "Advertisement",
     "Anzeige", "You May Also Like", "Related stories", "Read more: The flood of last year", "Lesen Sie auch: Die Mühle",
     "Sign up for our newsletter and never miss a flood", "We use cookies to make this site work.", "© 2024 Vale Courier",
     "Copyright 2024 Vale Courier. All rights reserved.", "Tags: river, weir", "Previous Post", "Photo: Ruth Calder", "5 min read", "* * *", ""],
)  # fmt: skip
def test_labels_and_prompts_are_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    ["Comments from the council were not expected.", "Share prices fell on Monday.", "The cookies were burnt.", "What survives",
     "Tags were sewn into every coat.", "“Print is dead,” she printed.", "Advertisement revenue fell by a third."],
)  # fmt: skip
def test_sentences_with_the_same_words_are_not(line: str) -> None:
    assert not is_boilerplate(line)


def test_a_text_divided_by_an_advertisement_is_one_text() -> None:
    part = '<div class="post-content"><p>{}</p></div><div class="ad-slot">Buy stones</div>'
    whole = [f"{FIRST} {SECOND} {THIRD}", f"{THIRD} {SECOND} {FIRST}"]
    assert text("".join(part.format(piece) for piece in whole)) == whole


def test_teasers_of_the_same_class_are_not_its_pieces() -> None:
    article = f'<div class="post-content"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>'
    teaser = '<div class="post-content">A mill is for sale in the next valley.</div>'
    assert text(article + teaser) == [FIRST, SECOND, THIRD]


def test_a_text_that_json_ld_contradicts_is_that_of_something_else() -> None:
    body = f"{FIRST}\\n\\n{SECOND}\\n\\n{THIRD}"
    head = f'<title>The weir</title><script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{body}"}}</script>'
    other = (
        "A mill is for sale in the next valley, with its pond and without its wheel, which was taken to a museum. "
        * 4
    )
    assert text(f'<div class="post-content"><p>{other}</p></div>', head) == [FIRST, SECOND, THIRD]
