"""What a person's selectors find counts more than what the page says of itself; what they miss is read as ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import check_selector, extract
from archive.model import Extract, Rules

FIRST = "The weir held through the winter, although the river rose twice above the mark that was cut in the year of the flood."
SECOND = "Nobody had repaired it for a decade. The stones were set without mortar, and the keeper thinks that this is what saved them."
ASIDE = "A mill is for sale in the next valley, with its pond and without its wheel, which was taken to a museum in the spring."
PAGE = f"""<html lang="en-GB"><head><title>Wrong title</title><meta name="author" content="Wilma Wrong">
<meta property="article:published_time" content="2020-01-01T10:00:00+00:00"></head><body>
<h1>Wrong title</h1><div class="t">The <b>weir</b> holds</div><div id="by">By Ann Calder and Ben Dover</div>
<div class="when"><time datetime="2024-03-04T05:06:07+01:00">yesterday</time></div>
<div class="entry-content"><p>{ASIDE}</p><p>{ASIDE} Again.</p><p>{ASIDE} And again.</p></div>
<div class="story"><p>{FIRST}</p><script>var a = 1;</script><figure><figcaption>The weir</figcaption></figure>
<div class="story"><p>{SECOND}</p></div></div></body></html>"""


def read(**rules: str) -> Extract:
    return extract(PAGE.encode(), url="https://courier.example/weir", rules=Rules(**rules))


def test_without_rules_the_page_is_believed() -> None:
    found = read()
    assert (found.title, found.authors, found.published_from) == ("Wrong title", ("Wilma Wrong",), "meta")
    assert found == extract(PAGE.encode(), url="https://courier.example/weir")


def test_a_title_by_rule() -> None:
    assert read(title=".t").title == "The weir holds"
    assert read(title="meta[name=author]").title == "Wilma Wrong"


def test_a_byline_by_rule_is_split_and_cleaned() -> None:
    assert read(byline="#by").authors == ("Ann Calder", "Ben Dover")


def test_a_date_by_rule() -> None:
    found = read(date=".when time")
    assert found.published is not None
    assert (found.published.isoformat(), found.published_from) == ("2024-03-04T05:06:07+01:00", "rule")


@pytest.mark.parametrize(
    ("html", "published"),
    [
        ('<meta class="when" content="2024-03-04">', "2024-03-04"),
        ('<span class="when">4/3/2024</span>', "2024-03-04"),
        ('<span class="when">soon</span><span class="when">4 March 2024</span>', "2024-03-04"),
    ],
)
def test_a_date_by_rule_is_read_as_other_dates_are(html: str, published: str) -> None:
    page = PAGE.replace('<div class="when">', f'{html}<div class="other">')
    found = extract(page.encode(), url="https://courier.example/2019/05/05/weir", rules=Rules(date=".when"))
    assert found.published is not None
    assert found.published.date().isoformat() == published


def test_a_body_by_rule_takes_nested_matches_once_and_leaves_furniture_out() -> None:
    assert read(body=".story").text.split("\n\n") == [FIRST, SECOND]
    assert read(body=".story p").text.split("\n\n") == [FIRST, SECOND]
    assert read(body="p, .story").text.split("\n\n")[-2:] == [FIRST, SECOND]


@pytest.mark.parametrize(
    "selector", ["#nothing", "figure.none > p", "p[", "::nonsense", "p:not(", "\x00", "a" * 1001]
)
def test_a_selector_that_finds_nothing_or_is_none_leaves_the_normal_way(selector: str) -> None:
    assert read(title=selector, byline=selector, date=selector, body=selector) == read()


def test_a_date_by_rule_that_is_no_date_leaves_the_normal_way() -> None:
    assert read(date="#by", byline=".none", body="figcaption").published_from == "meta"


def test_the_page_cannot_choose_what_a_rule_finds() -> None:
    page = PAGE.replace('<div class="story">', '<div class="story" data-newsarchive-number="99999999">')
    found = extract(page.encode(), url="https://courier.example/weir", rules=Rules(body=".story"))
    assert found.text.split("\n\n") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "selector", ["p", ".story > p", "div#by", "time[datetime]", "p:not(.x)", "h1, h2", "p:has(b)"]
)
def test_selectors_that_can_be_used(selector: str) -> None:
    check_selector(selector)


@pytest.mark.parametrize("selector", ["p[", "div >", "p:nonsense", "..", "", "p" * 1001, ":is(" * 240])
def test_selectors_that_cannot_are_refused_with_a_sentence(selector: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
        check_selector(selector)


@given(st.text(max_size=30) | st.text("p.#>*[]()=:,~+^$|\"' ", max_size=20))
def test_any_selector_is_refused_or_can_be_used(selector: str) -> None:
    try:
        check_selector(selector)
    except ValueError:
        assert read(body=selector, title=selector) == read()
    else:
        read(title=selector, byline=selector, date=selector, body=selector)
