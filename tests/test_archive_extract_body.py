"""Paragraphs of the article, all of them, and nothing of the theme around them."""

from __future__ import annotations

import pytest

from archive.extract import extract
from archive.extract.boilerplate import is_boilerplate
from archive.extract.visible import Visible

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


LEAD = "After ten winters the old weir has a keeper again, and a hole at its foot."


def kinds(body: str, head: str = "<title>The weir</title>") -> list[tuple[str, str]]:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    found = extract(html.encode(), url="https://courier.example/weir")
    return [(paragraph.kind, paragraph.text) for paragraph in found.paragraphs]


PROSE = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"


def test_the_description_that_stands_below_the_headline_is_the_standfirst() -> None:
    head = f'<title>The weir</title><meta property="og:description" content="{LEAD[:60]}">'
    body = f'<header><h1>The weir</h1><div class="x7">{LEAD}</div></header><div class="entry-content">{PROSE}</div>'
    assert kinds(body, head)[0] == ("standfirst", LEAD)
    assert len(kinds(body, head)) == 4


@pytest.mark.parametrize("hook", ["standfirst", "article__subtitle", "post-intro", "vorspann", "dek"])
def test_a_line_below_the_headline_that_its_markup_calls_standfirst(hook: str) -> None:
    body = f'<h1>The weir</h1><p class="{hook}">{LEAD}</p><div class="entry-content">{PROSE}</div>'
    assert kinds(body)[0] == ("standfirst", LEAD)


@pytest.mark.parametrize(
    "above",
    [
        f'<figure><figcaption class="intro">{LEAD}</figcaption></figure><h1>The weir</h1>',
        f'<h1>The weir</h1><aside class="intro"><p>{LEAD}</p></aside>',
        f'<p class="intro">{LEAD}</p><h1>The weir</h1>',
        f'<h1>The weir</h1><p class="intro"><a href="/mill">{LEAD}</a></p>',
    ],
)  # fmt: skip
def test_captions_boxes_teasers_and_what_stands_above_the_headline_are_none(above: str) -> None:
    assert [kind for kind, _ in kinds(f'{above}<div class="entry-content">{PROSE}</div>')] == [
        "paragraph"
    ] * 3


def test_a_standfirst_that_is_the_first_paragraph_is_not_said_twice() -> None:
    head = f'<title>The weir</title><meta name="description" content="{FIRST}">'
    body = f'<h1>The weir</h1><p class="lead">{FIRST}</p><div class="entry-content">{PROSE}</div>'
    assert [line for _, line in kinds(body, head)] == [FIRST, SECOND, THIRD]


def test_what_the_markup_says_of_a_paragraph() -> None:
    body = (
        f'<div class="entry-content"><p>{FIRST}</p><h3>Below the water</h3><blockquote><p>{SECOND}</p></blockquote>'
        f"<ul><li>Two divers will look.</li></ul><table><tr><th>Year</th><td>Height</td></tr></table><p>{THIRD}</p></div>"
    )
    assert kinds(body) == [
        ("paragraph", FIRST), ("subheading", "Below the water"), ("quote", SECOND), ("list", "Two divers will look."),
        ("table", "Year | Height"), ("paragraph", THIRD),
    ]  # fmt: skip


def test_the_names_of_the_authors_above_the_text_are_no_part_of_it() -> None:
    head = '<title>The weir</title><meta name="author" content="Ada Birch"><meta name="author" content="Ivo Reed">'
    assert (
        kinds(f'<div class="entry-content"><p>Ada Birch and Ivo Reed</p>{PROSE}</div>', head)[0][1] == FIRST
    )


def test_without_text_anywhere_else_the_main_part_of_the_page_is_read() -> None:
    cards = "".join(
        f'<section><div class="card"><div>{text}</div></div></section>' for text in (FIRST, SECOND, THIRD)
    )
    assert text(f"<main><article><h1>The weir</h1>{cards}</article></main>") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "line",
    ["Pat Reed/Getty Images", "The weir in March © Vale Courier", "mit dpa", "Watch: The weir from above",
     "We may earn a small commission from links on this page.", "This article originally appeared in Stone Monthly.",
     "Reed reported from Ashby.", "Additional reporting by Ida Stone", "Do you have a tip about a weir? Here is how.",
     "The views expressed in this piece are the author's own and do not bind anybody.",
     "Smith J. Weirs. J Stones. 2021;7(2):1-9. doi:10.1000/182", "The rest of this text is for subscribers only."],
)  # fmt: skip
def test_what_is_said_about_the_article_is_no_part_of_it(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    ["This article was published with a wrong height of the weir and has been corrected.", "He earned a commission in the navy.",
     "A previous version of this article said that the weir was built in 1803.", "The story first appeared to be a hoax.",
     "Her report was first published by the council in May.", "The photographs are © of her estate, and the estate sells none."],
)  # fmt: skip
def test_corrections_and_reports_stay(line: str) -> None:
    assert not is_boilerplate(line)


@pytest.mark.parametrize("hook", ["twitter-tweet", "instagram-media", "tiktok-embed"])
def test_posts_that_social_networks_embed_are_not_read(hook: str) -> None:
    post = f'<blockquote class="{hook}"><p>Look at that weir, it is the longest that I have ever seen in my life!</p></blockquote>'
    assert text(f'<div class="entry-content"><p>{FIRST}</p>{post}<p>{SECOND}</p><p>{THIRD}</p></div>') == [
        FIRST,
        SECOND,
        THIRD,
    ]
    assert text(f"<main><h1>The weir</h1><p>{FIRST}</p>{post}<p>{SECOND}</p><p>{THIRD}</p></main>") == [
        FIRST,
        SECOND,
        THIRD,
    ]


def test_classes_that_name_the_tags_of_an_article_do_not_make_it_furniture() -> None:
    assert text(f'<div class="entry-content"><div class="post tag-newsletter category-social">{PROSE}</div></div>') == [
        FIRST, SECOND, THIRD
    ]  # fmt: skip


def test_a_drop_cap_is_a_letter_of_its_word() -> None:
    html = f'<div class="entry-content"><p><span class="dropcap">T</span>{FIRST[1:]}</p><p>{SECOND}</p><p>{THIRD}</p></div>'
    assert text(html) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "begin", ['<html lang="en" />', '<html lang="en"" />', "<html><head/>", '<body class="x"/>']
)
def test_a_tag_of_the_whole_page_that_says_it_is_empty_is_not(begin: str) -> None:
    whole = f"{begin}<main><h1>The weir</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></main>".encode()
    read = extract(whole, url="https://paper.example/news/weir")
    assert read.text.split("\n\n") == [FIRST, SECOND, THIRD]
    assert read.title == "The weir"


def test_what_is_found_on_a_page_that_shows_nothing_is_no_text() -> None:
    """trafilatura reads the source, too, where the page has no line that a reader sees."""
    assert Visible([]).placed([FIRST]) == []
