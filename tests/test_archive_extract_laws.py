"""What holds of every page: nothing makes it raise, nothing is made up, and what was read once is read so again.

The pages are those of tests/pages, as they are and torn, doubled and mixed by Hypothesis.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.extract import extract
from archive.extract.decode import decode
from archive.extract.text import key
from archive.model import Extract

PAGES = sorted(Path(__file__).with_name("pages").glob("*.html"))
URL = "https://paper.example/news/2024/05/06/story"


def told(page: Path) -> dict[str, str]:
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return {"url": expected["url"], "content_type": expected.get("content_type", "")}


def letters(text: str) -> str:
    """Letters and digits alone, in lower case: what is left of a text however it is set."""
    return "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKD", text).casefold()))


def everything(markup: str) -> str:
    """All that a page says anywhere: its text, also without the readings of ruby and with each script as JSON has it,
    and its attributes."""
    root = etree.fromstring(
        markup.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", huge_tree=True)
    )
    if root is None:
        return ""
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), markup)
    attributes = " ".join(
        value for tag in root.iter() if isinstance(tag.tag, str) for value in tag.attrib.values()
    )
    said = " ".join(root.itertext())
    etree.strip_elements(root, "rt", "rp", "script", "style", "noscript", with_tail=False)
    return " ".join([said, " ".join(root.itertext()), attributes, html.unescape(html.unescape(escaped))])


def assert_nothing_is_made_up(found: Extract, markup: str) -> None:
    whole = everything(markup)
    said = letters(whole)
    for paragraph in found.text.split("\n\n") if found.text else []:
        assert letters(paragraph) in said, paragraph
    for name in found.authors:
        assert all(letters(word) in said for word in name.split()), name
    assert letters(found.title) in said
    assert len(found.paragraphs) == len(found.text.split("\n\n")) or not found.text


def printed(found: Extract) -> bytes:
    """A plain page of what was read."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in found.text.split("\n\n"))
    authors = "".join(f'<meta name="author" content="{html.escape(name)}">' for name in found.authors)
    head = f'<html lang="{found.language}"><meta charset="utf-8"><title>{html.escape(found.title)}</title>{authors}'
    return f"{head}<article><h1>{html.escape(found.title)}</h1>{paragraphs}</article></html>".encode()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_all_that_is_read_stands_on_the_page(page: Path) -> None:
    data, about = page.read_bytes(), told(page)
    assert_nothing_is_made_up(extract(data, **about), decode(data, about["content_type"]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_what_was_read_is_read_again(page: Path) -> None:
    found = extract(page.read_bytes(), **told(page))
    if found.status == "article" and len(found.text) > 100:
        again = extract(printed(found), url=URL)
        assert again.text.split("\n\n") == found.text.split("\n\n")
        assert (again.title, again.authors) == (found.title, found.authors)


@st.composite
def torn(draw: st.DrawFn) -> str:
    """Pieces of one or two pages in an order of their own."""
    chosen = draw(st.lists(st.sampled_from(PAGES), min_size=1, max_size=2))
    markup = "".join(page.read_text(encoding="utf-8", errors="replace") for page in chosen)
    cuts = sorted(draw(st.lists(st.integers(0, len(markup)), max_size=6)))
    pieces = [markup[start:end] for start, end in zip([0, *cuts], [*cuts, len(markup)], strict=True)]
    return "".join(draw(st.lists(st.sampled_from(pieces), max_size=8)))


@settings(max_examples=60, deadline=None)
@given(torn())
def test_torn_pages_never_raise_and_nothing_is_made_up(markup: str) -> None:
    data = markup.encode("utf-8", "replace")
    assert_nothing_is_made_up(extract(data, url=URL), decode(data))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=20),
)
def test_damaged_bytes_never_raise(page: Path, damage: list[tuple[float, bytes]]) -> None:
    data = bytearray(page.read_bytes())
    for place, other in damage:
        start = int(place * len(data))
        data[start : start + len(other)] = other
    found = extract(bytes(data), **told(page))
    for text in (found.title, found.text, found.description, *found.authors, *found.tags):
        text.encode("utf-8")


@given(st.text() | st.text(alphabet="aÀ\u0301ß’İΣς Ꭰﬁ가かﾞ\u05b4"))
def test_the_key_of_a_text_is_its_words_decomposed_without_marks(text: str) -> None:
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter) or ord(letter) >= 0x1F000)
    assert key(text) == " ".join(re.findall(r"\w+", plain))
