"""The colours can be read: WCAG 2.2 contrast of every pair of text and ground, in light, in dark and on paper."""

from __future__ import annotations

import re

import pytest

from newsarchive.web import STATIC

PAIRS = [
    *(
        (text, ground)
        for text in ("ink", "soft", "link", "bad", "good")
        for ground in ("paper", "card", "wash")
    ),
    ("accent", "paper"),
    ("accent-ink", "accent"),
    ("mark-ink", "mark"),
    ("ins-ink", "ins"),
    ("del-ink", "del"),
]


def palettes() -> dict[str, dict[str, str]]:
    light, dark, paper = re.findall(r":root \{(.*?)\}", (STATIC / "style.css").read_text(), re.DOTALL)
    colours = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark, paper)]
    return {"light": colours[0], "dark": colours[0] | colours[1], "print": colours[0] | colours[2]}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = palettes()[scheme]
    darker, lighter = sorted((luminance(colours[text]), luminance(colours[ground])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_nothing_is_fetched_by_the_style_or_the_script() -> None:
    for name in ("style.css", "keys.js", "favicon.svg"):
        text = (STATIC / name).read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w|url\(|@import|fetch\(|XMLHttpRequest|innerHTML|eval\(", text)
