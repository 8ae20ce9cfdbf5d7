"""Pages that are made to hurt their reader: each is read in a moment and in little memory, or what it says is nothing.

The deadline is far above what any of them takes, and far below what they took: minutes.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from archive.extract import extract, quick_title
from archive.extract.bounds import MAX_SIGNS
from archive.extract.decode import decode
from archive.model import Extract, Rules

URL = "https://courier.example/weir"
HEAD = "<html><head><title>The weir holds</title></head><body><h1>The weir holds</h1>"
PROSE = "The weir held through the winter, although the river rose twice above the old mark."
STORY = f"<p>{PROSE}</p><p>Again: {PROSE}</p><p>And again: {PROSE}</p>"
SECONDS = 10  # the deadline that a page has in a crawl


def read(html: str | bytes, content_type: str = "", rules: Rules | None = None) -> Extract:
    body = html.encode() if isinstance(html, str) else html
    started = time.process_time()
    found = extract(body, url=URL, content_type=content_type, rules=rules)
    assert time.process_time() - started < SECONDS
    return found


@pytest.mark.parametrize(
    "lie", ["us-ascii", "iso-8859-1", "windows-1251", "utf-16", "utf-7", "x-user-defined", "shift_jis"]
)
def test_hostile_25_a_lying_charset_does_not_spoil_utf8(lie: str) -> None:
    html = f"<html><head><meta charset={lie}></head><body><h1>Grüße vom Wehr, 5 €</h1>{STORY}"
    assert read(html, f"text/html; charset={lie}").title == "Grüße vom Wehr, 5 €"
    assert quick_title(f"<meta charset={lie}><title>Grüße</title>".encode()) == "Grüße"


@pytest.mark.parametrize("label", ["utf-7", "UTF-7", "unicode-1-1-utf-7", "csUnicode11UTF7", "x-utf-7"])
def test_hostile_25_utf7_is_never_decoded(label: str) -> None:
    hidden = b"<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p>"
    for body in (hidden, b"\xff" + hidden, b"+/v8-" + hidden, f"<meta charset={label}>".encode() + hidden):
        assert "<script>" not in decode(body, f"text/html; charset={label}")
    assert quick_title(b"<title>+AGE-</title>", f"text/html; charset={label}") == "+AGE-"


def test_hostile_25_utf16_that_only_a_meta_element_claims_is_not_believed() -> None:
    assert read(f'<meta charset="utf-16"><h1>The weir holds</h1>{STORY}').title == "The weir holds"


def test_hostile_25_utf16_without_a_word_is_recognised() -> None:
    assert read((HEAD + STORY).encode("utf-16-le")).title == "The weir holds"


@pytest.mark.parametrize(
    "between",
    [" ", "\n", "/", "=1 ", '=">" ', "='>' ", '="x"'],
    ids=["blank", "line", "slash", "value", "gt", "quoted", "glued"],
)
def test_hostile_36_100k_attributes_on_one_element(between: str) -> None:
    attributes = between.join(f"a{number}" for number in range(100_000))
    found = read(f"{HEAD}<p {attributes}>Here.</p>{STORY}")
    assert (found.title, found.status) == ("The weir holds", "article")
    assert found.text.endswith(f"And again: {PROSE}")


def test_hostile_36_100k_attributes_on_many_elements() -> None:
    tag = f"<p {' '.join(f'a{number}=1' for number in range(200))}>x</p>"
    assert read(f"{HEAD}{STORY}{tag * 2500}").title == "The weir holds"


def test_hostile_36_one_attribute_of_two_megabytes() -> None:
    assert read(f"{HEAD}<div class='{'story ' * 350_000}'>{STORY}</div>").title == "The weir holds"


def test_hostile_36_200k_open_elements_of_200k_names() -> None:
    assert read(HEAD + "".join(f"<x{number}>" for number in range(200_000))).title == "The weir holds"


def test_hostile_44_200k_nested_div() -> None:
    assert read(f"{HEAD}{STORY}{'<div>' * 200_000}deep").title == "The weir holds"


def test_hostile_44_what_follows_deep_nesting_is_read() -> None:
    found = read(f"{HEAD}{'<div>' * 1500}deep{'</div>' * 1500}{STORY}")
    assert "And again" in found.text
    assert "deep" not in found.text


def test_hostile_44_300k_unclosed_p() -> None:
    found = read(f"{HEAD}{f'<p>{PROSE}' * 10}{'<p>a' * 300_000}")
    assert found.status == "article"
    assert PROSE in found.text


def test_hostile_44_300k_unclosed_p_in_a_named_container() -> None:
    assert read(f"{HEAD}<div class=post-content>{STORY}{'<p>a' * 300_000}").text.startswith(PROSE)


def test_hostile_44_a_million_entities() -> None:
    assert read(f"{HEAD}{STORY}<p>{'&amp;' * 1_000_000}</p>").title == "The weir holds"


def test_hostile_44_200k_links() -> None:
    link = "<a rel=author href=/author/x class=author>Ann Calder wrote this</a>\n"
    assert read(f"{HEAD}{STORY}{link * 200_000}").title == "The weir holds"


def test_hostile_44_five_megabytes_on_one_line() -> None:
    assert read(f"{HEAD}<p>{'word ' * 1_000_000}").text.startswith("word word")


@pytest.mark.parametrize(
    "unit",
    ["<", "<a ", "<!--", "<!-- x -->", "</div>", "<script>", "<b><p>", "<li>x", "<tr><td>x y", "<h1>x y z</h1>", "<br>", "<span>a",
     "<time>4/5/2025</time>", "<meta name=author content='A B'>", "<dt>x<dd>y", "<option>x", "<svg>", "<title>x", "]]>", "<![CDATA["],
)  # fmt: skip
def test_hostile_44_megabytes_of_one_thing(unit: str) -> None:
    found = read(HEAD + STORY + unit * (1_500_000 // len(unit)))
    assert found.title == "The weir holds"


@pytest.mark.parametrize(
    "holder", ["<div class='post-content'>", "<div class='date'>", "<div class='author'>", "<aside>"]
)
def test_hostile_44_long_lists_in_deep_nesting(holder: str) -> None:
    assert read(f"{HEAD}{STORY}{holder * 200}{'<a href=x>y</a>' * 50_000}").title == "The weir holds"


@pytest.mark.parametrize("letter", ["\ufdfa", "\u0301", "港", "\u200b", "İ", "１"])
def test_hostile_44_a_million_letters_that_grow(letter: str) -> None:
    long = letter * 1_000_000
    found = read(
        f"<title>{long}</title><h1>{long}</h1><meta name=author content='{long}'><p>{long}</p>{STORY}"
    )
    assert len(found.title) <= 500


@pytest.mark.parametrize(
    "json",
    ["[" * 500_000, '{"headline" : "' * 100_000, '{"a":' * 200_000, '" ' * 700_000, "1" * 1_000_000, "{}" * 500_000,
     '[{"@type":"Article","headline":"The weir"},' + '{"@type":"Article","headline":"a b c"},' * 50_000 + "{}]"],
    ids=["arrays", "strings", "objects", "quotes", "number", "values", "articles"],
)  # fmt: skip
def test_hostile_44_json_that_is_hard_to_read(json: str) -> None:
    html = f'{HEAD}<script type="application/ld+json">{json}</script>{STORY}'
    assert read(html).title.startswith("The weir")


def test_hostile_44_rules_are_followed_on_a_hostile_page() -> None:
    rules = Rules(title="div div > p", body="div div p", byline="p:nth-child(2)", date="p:not(div)")
    assert (
        read(f"{HEAD}<div>{STORY}</div>{'<div>' * 1000}{'<p>x</p>' * 20_000}", rules=rules).status
        == "article"
    )


@pytest.mark.parametrize(
    "more", ["<p id=x>x</p>" * 60_000, f"<p {' '.join(f'a{n}' for n in range(200))}>x</p>" * 1000]
)
def test_hostile_44_rules_are_not_followed_on_a_page_of_monstrous_size(more: str) -> None:
    html = f"{HEAD}<div class=post-content>{STORY}</div><h2>Another</h2>"
    assert read(html, rules=Rules(title="h2")).title == "Another"
    assert read(html + more, rules=Rules(title="h2")).title == "The weir holds"


def test_hostile_44_a_page_is_read_to_a_bounded_number_of_elements() -> None:
    sentence = f"<p>{PROSE}</p>"
    assert "The end of it" not in read(HEAD + sentence * MAX_SIGNS + "<p>The end of it</p>").text


@pytest.mark.parametrize("kind", ["random", "text", "elements", "attributes", "utf-16"])
def test_hostile_44_twenty_megabytes_take_less_than_256_mib(kind: str) -> None:
    """In a process of its own, because the peak of this one is that of all tests."""
    program = f"""
import random
from archive.extract import extract
size = 20 << 20
body = {{
    "random": lambda: b"<p>" + random.Random(1).randbytes(size),
    "text": lambda: b"<p>" + b"word " * (size // 5),
    "elements": lambda: b"<p class=a>b" * (size // 12),
    "attributes": lambda: (b"<p " + b" ".join(b"a%d=1" % n for n in range(200)) + b">x") * (size // 1300),
    "utf-16": lambda: ("<p>" + "w\\u00f6rd " * (size // 12)).encode("utf-16"),
}}[{kind!r}]()
extract(body, url={URL!r})
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) < 256
