"""What the documentation says is so: its commands exist and parse, nothing of the command line is left out."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import click
import pytest

from archive.extract.evidence import CONFIDENCE
from archive.model import CreditKind, CreditRole, PageKind, ParagraphKind
from newsarchive.cli import newsarchive
from newsarchive.config import Config, load_config

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
SECTIONS = ("crawl", "serve", "archive", "index")


def walk(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from walk(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


COMMANDS = dict(walk(newsarchive))


def blocks(page: Path, language: str) -> Iterator[str]:
    """The code blocks of a page in that language."""
    yield from re.findall(
        rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def command_lines() -> Iterator[tuple[str, str]]:
    """Every line of a shell block that calls our program, with the name of its page."""
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if re.match(r"(\w+=\S+ )*newsarchive ", line):
                    yield page.name, line


@pytest.mark.parametrize(("page", "line"), list(command_lines()))
def test_every_command_line_that_is_shown_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    arguments = words[words.index("newsarchive") + 1 :]
    group: click.Command = newsarchive
    parent = None
    while True:
        context = group.make_context(group.name, arguments, parent=parent)  # a UsageError where it cannot
        if not isinstance(group, click.Group):
            return
        _, command, arguments = group.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None
        group, parent = command, context


def section(name: str) -> str:
    """What the reference says of a command."""
    for heading, text in re.findall(r"^### (.*?)\n(.*?)(?=^##|\Z)", REFERENCE, re.MULTILINE | re.DOTALL):
        if name in heading.split(", "):
            return str(text)
    pytest.fail(f"docs/commands.md has no section on {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section_with_an_example_and_all_options(name: str) -> None:
    text = section(name)
    assert re.search(rf"^newsarchive (--home \S+ )?{name}\b", text, re.MULTILINE)
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert all(f"`{option}" in text for option in parameter.opts), parameter.opts


def test_no_section_is_about_a_command_that_there_is_not() -> None:
    headings = re.findall(r"^### (.*)$", REFERENCE, re.MULTILINE)
    assert {name for heading in headings for name in heading.split(", ")} == COMMANDS.keys()


def test_options_that_are_named_exist() -> None:
    options = {
        o for command in COMMANDS.values() for p in command.params for o in p.opts if o.startswith("--")
    }
    named = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", REFERENCE))
    assert named - options == {"--home", "--version", "--help"}


def settings() -> Iterator[tuple[str, str]]:
    config = Config(home=ROOT)
    for name in SECTIONS:
        for one in fields(getattr(config, name)):
            yield name, one.name


@pytest.mark.parametrize(("part", "key"), list(settings()))
def test_every_setting_is_named_with_its_variable(part: str, key: str) -> None:
    assert f"| `[{part}] {key}` | `NEWSARCHIVE_{part}_{key}`".upper() in REFERENCE.upper()


def test_no_setting_is_named_that_there_is_not() -> None:
    assert set(re.findall(r"^\| `\[(\w+)\] (\w+)`", REFERENCE, re.MULTILINE)) == set(settings())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_settings_are_settings(page: Path, tmp_path: Path) -> None:
    for block in blocks(page, "toml"):
        (tmp_path / "newsarchive.toml").write_text(block)
        load_config(tmp_path, {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_json_are_json(page: Path) -> None:
    for block in blocks(page, "json"):
        json.loads(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_page_on_extraction_has_the_table_of_confidence() -> None:
    page = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    told = {
        name: float(worth)
        for name, worth in re.findall(r"^\| `([\w-]+)` \|.*\| ([\d.]+) \|$", page, re.MULTILINE)
    }
    assert told == dict(CONFIDENCE)


def test_the_page_on_extraction_names_every_kind_and_role() -> None:
    page = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    for kinds in (PageKind, ParagraphKind, CreditKind, CreditRole):
        assert [kind for kind in get_args(kinds) if f"`{kind}`" not in page] == []
