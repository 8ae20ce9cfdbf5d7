"""What docs/sources.md shows is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(LIST,) = (block for block in SHOWN if block.startswith("name,url"))


def comparable(text: str) -> str:
    """Without what differs from day to day and from terminal to terminal."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-11-24 02:49 UTC", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


@pytest.fixture
def printed(newsarchive: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """All that the commands of the page print, one after the other."""
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text(LIST, encoding="utf-8")
    shown = []
    for arguments in (
        ["add", "https://example.org/"],
        ["add", "https://example.org/politics", "--name", "Example politics", "--every", "2h"],
        ["list"],
        ["change", "Example politics", "--every", "auto", "--delay", "5s"],
        ["import", "--dry-run", "list.csv"],
        ["import", "list.csv"],
        ["import", "list.csv"],
        ["list", "--collection", "Local"],
        ["change", "The Echo", "--body", "div["],
        ["list", "--collection", "Lokal"],
    ):
        ran = newsarchive("sources", *arguments)
        shown.append(ran.err + ran.out)
    return comparable("".join(shown))


def test_the_page_shows_what_the_commands_print(printed: str) -> None:
    for block in SHOWN:
        assert block == LIST or comparable(block) in printed, block


def test_the_page_names_every_word_of_a_list() -> None:
    from newsarchive.sources import KEYS

    assert [key for key in KEYS if f"`{key}`" not in PAGE] == []
