"""What a process that only searches does not load: half of what it costs to begin."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from index.engine import open_engine
from newsarchive.cli import Commands, newsarchive
from newsarchive.commands.table import COMMANDS

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))

ROOT = Path(__file__).parent.parent

NEVER = {
    "flask",
    "werkzeug",
    "apscheduler",
    "waitress",
    "trafilatura",
    "lxml",
    "bs4",
    "py3langid",
    "httpcore2",
    "warcio",
}
"""Serving, crawling, extracting."""

NEVER |= {
    "sqlalchemy",
    "archive.model",
    "archive.store",
    "archive.extract",
    "archive.crawl",
    "newsarchive.jobs",
}
NEVER |= {"rich.progress", "newsarchive.bars", "concurrent.futures.process", "multiprocessing"}
NEVER |= {
    "index.rebuild",
    "index.whoosh_engine.writer",
    "index.whoosh_engine.inverting",
    "index.whoosh_engine.merging",
}

SEARCH = """
from datetime import UTC, datetime
from index.engine import open_engine
from index.model import SearchRequest
found = open_engine(Path(sys.argv[1]) / "index").search(SearchRequest("bread"), now=datetime(2026, 11, 23, tzinfo=UTC))
assert found.total == 1
"""

COMMAND = """
from newsarchive.cli import main
try:
    main(["--home", *sys.argv[1:]])
except SystemExit as end:
    assert not end.code
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """The modules that a new process has loaded after a program."""
    program = f"import json, sys\nfrom pathlib import Path\n{program}\nprint(json.dumps(list(sys.modules)), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(ran.stderr))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    engine = open_engine(tmp_path / "index")
    engine.apply([tools.article(1, "Bread for all", "The bread is here, l’été.")], checkpoint=1)
    engine.close()
    return tmp_path


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (SEARCH, ()),
        (COMMAND, ("search", "bread")),
        (COMMAND, ("search", "--facets", "--sort", "newest", "bread")),
    ],
)
def test_a_search_loads_only_what_searches(home: Path, program: str, arguments: tuple[str, ...]) -> None:
    assert not loaded(program, str(home), *arguments) & NEVER


def test_the_list_of_commands_loads_none_of_them(tmp_path: Path) -> None:
    modules = loaded(COMMAND, str(tmp_path), "--help")
    assert not modules & (NEVER | {"numpy", "whoosh", "index.whoosh_engine"})
    assert {name for name in modules if name.startswith("newsarchive.commands.")} == {
        "newsarchive.commands.table"
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    group = newsarchive
    assert isinstance(group, Commands)
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert COMMANDS[name].says == command.get_short_help_str(1_000)


def test_the_list_is_whole_and_sorted() -> None:
    assert newsarchive.list_commands(click.Context(newsarchive)) == sorted(COMMANDS)  # type: ignore[attr-defined]
