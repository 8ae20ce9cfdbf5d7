"""The command line: what scripts rely on (names, exit codes, JSON), and what a person is told who mistypes."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from archive.model import UNDATED
from index.model import FACET_FIELDS
from newsarchive import __version__
from newsarchive.config import Config
from newsarchive.console import plain
from newsarchive.demo.server import DemoServer
from newsarchive.lock import crawl_lock

Run = Callable[..., Any]
"""The command line in this process: `Ran(code, out, err, json)`."""

SETTINGS = {
    "--every",
    "--delay",
    "--backfill",
    "--requisites",
    "--collection",
    "--revisit",
    "--title",
    "--byline",
    "--date",
}
SETTINGS |= {"--body", "--include", "--exclude"}
COMMANDS = {
    "run": {"--port", "--demo"},
    "serve": {"--port"},
    "schedule": set(),
    "crawl": {"--source", "--collection", "--force", "--json"},
    "sources add": {"--name", *SETTINGS},
    "sources change": {"--rename", "--forget", *SETTINGS},
    "sources show": {"--json"},
    "sources list": {"--json", "--collection"},
    "sources remove": {"--collection"},
    "sources pause": {"--collection"},
    "sources resume": {"--collection"},
    "sources import": {"--update", "--dry-run"},
    "sources export": {"--format", "--collection"},
    "add": set(),
    "search": {
        "--author",
        "--source",
        "--since",
        "--until",
        "--sort",
        "--limit",
        "--kwic",
        "--facets",
        "--all",
        "--json",
    },
    "import warc": {"--source", "--articles-only", "--json"},
    "import jsonl": {"--source", "--json"},
    "import urls": set(),
    "import opml": {"--update", "--dry-run"},
    "export": {
        "--author",
        "--source",
        "--since",
        "--until",
        "--sort",
        "--revisions",
        "--output",
        "-o",
    },
    "show": {"--revision", "--json"},
    "authors list": {"--json"},
    "authors alias": set(),
    "authors unalias": set(),
    "authors suggest": {"--json", "--limit"},
    "changes": {"--since", "--until", "--source", "--kind", "--limit", "--json"},
    "rebuild": {"--processes"},
    "recover": {"--force", "--json"},
    "reextract": {"--source", "--unread", "--force", "--json"},
    "extract": {"--url", "--source", "--explain", "--json"},
    "robots": {"--file", "--agent", "--json"},
    "verify": {"--repair", "--json"},
    "backup": {"--check", "--json"},
    "restore": {"--no-index", "--json"},
    "upgrade": {"--json"},
    "prove": {"--output", "-o", "--json"},
    "remove": {"--reason", "--yes", "--list", "--json"},
    "status": {"--json"},
    "demo": {"--port"},
}
ESCAPE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture
def read(newsarchive: Run, newsroom: Any) -> Run:
    """The command line over the newsroom, which nobody changes."""
    return lambda *arguments: newsarchive("--home", newsroom.config.home, *arguments)


def complains(ran: Any, code: int, *said: str) -> None:
    """It failed with that code and one line on standard error that says so."""
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.startswith("newsarchive: ")
    assert ran.err.count("\n") == 1
    assert not ESCAPE.search(ran.err)
    for words in said:
        assert words in ran.err


# -- help --------------------------------------------------------------------------------------------


def walk(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from walk(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def test_the_commands_and_options_are_those_that_scripts_rely_on() -> None:
    from newsarchive.cli import newsarchive

    found = {
        name: {option for p in command.params if isinstance(p, click.Option) for option in p.opts}
        for name, command in walk(newsarchive)
    }
    assert found == COMMANDS


@pytest.mark.parametrize("command", ["", "sources", *COMMANDS])
@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_every_command_explains_itself(newsarchive: Run, command: str, asked: str) -> None:
    ran = newsarchive(*command.split(), asked)
    assert (ran.code, ran.err) == (0, "")
    assert f"Usage: newsarchive {command}".strip() in ran.out
    for option in COMMANDS.get(command, ()):
        assert option in ran.out


def test_every_option_has_a_help_text() -> None:
    from newsarchive.cli import newsarchive

    for name, command in walk(newsarchive):
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


def test_the_version_is_told(newsarchive: Run) -> None:
    assert newsarchive("--version").out == f"newsarchive, version {__version__}\n"


@pytest.mark.parametrize("group", [[], ["sources"]])
def test_without_a_command_the_help_is_shown(group: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from newsarchive.cli import main

    with pytest.raises(SystemExit) as ended:
        main(group)
    assert ended.value.code == 2
    assert "Commands:" in capsys.readouterr().out


# -- wrong usage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("crwal", 'There is no command "crwal"; did you mean crawl?'),
        ("sources ad", "No such command 'ad'"),
        ("import warc x", "x is not there; name a file to import"),
        ("search --colour", "--colour"),
        ("search --limit 0", "--limit"),
        ("search --limit many", "--limit"),
        ("search --limit 10001", "--limit"),
        ("search --sort best", "--sort"),
        ("search --since yesterday", '"yesterday" cannot be used for since'),
        ("search --until 2025-02-30", "there is no such day"),
        ("search --since 2025 --until 2024", "ends (2024-12-31) before it begins"),
        ("", "Missing command"),
        ("show", "Missing argument"),
        ("show bridge", "'bridge' is not a valid integer"),
        ("show 0", "0 is not in the range"),
        ("show -1", "-1"),
        ("show 1 --revision -1", "--revision"),
        ("show 1 --revision 0", "--revision"),
        ("add", "Missing argument"),
        ("add ftp://paper.test/a", "ftp://paper.test/a"),
        ("sources add", "Missing argument"),
        ("sources add paper", "paper"),
        ("sources add http://", "http://"),
        ("sources add http://paper.test/ --every often", "'often' is not an interval"),
        ("sources add http://paper.test/ --every 0m", "not from 1m to 30d"),
        ("sources add http://paper.test/ --delay long", "'long' is not a pause"),
        ("sources add http://paper.test/ --backfill 2015", "write for example 2015.."),
        ("sources add http://paper.test/ --revisit daily", "'daily' is not an age"),
        ("sources add http://paper.test/ --title h1[", "'h1[' is not a CSS selector"),
        ("sources add http://paper.test/ --collection a;b", "has a semicolon"),
        ("sources change echo --every 2h", 'no source "echo"'),
        ("sources change echo", "There is nothing to change"),
        ("sources show echo", 'no source "echo"'),
        ("sources list --collection echo", 'There is no collection "echo"; there are: none yet.'),
        ("sources pause", "Which sources?"),
        ("sources remove --collection echo", "There is no collection"),
        ("sources import", "Missing argument"),
        ("sources import no-such-file.csv", "no-such-file.csv cannot be read: No such file"),
        ("sources import .", "cannot be read: Is a directory"),
        ("sources export --format xls", "--format"),
        ("sources export --collection echo", "There is no collection"),
        ("crawl --collection echo", "There is no collection"),
        ("sources pause echo", 'no source "echo"; the sources are: none yet'),
        ("sources resume echo", "no source"),
        ("sources remove 7", "no source"),
        ("crawl --source echo", "no source"),
        ("rebuild --processes 0", "--processes"),
        ("serve --port 70000", "--port"),
        ("run --port -1", "--port"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(newsarchive: Run, arguments: str, said: str) -> None:
    complains(newsarchive(*arguments.split()), 2, said)


@pytest.mark.parametrize("option", ["--author", "--source", "--since", "--until"])
def test_a_filter_that_is_empty_is_a_mistake_not_no_filter(read: Run, option: str) -> None:
    complains(read("search", "harbour", option, " "), 2, option, "empty")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "\x1b[31mred", "\udcff"])
def test_a_source_needs_a_name_that_can_be_shown(newsarchive: Run, name: str) -> None:
    complains(newsarchive("sources", "add", "http://paper.test/", "--name", name), 2, "the name")


def test_what_was_typed_is_quoted_in_one_line_without_its_control_characters(newsarchive: Run) -> None:
    complains(newsarchive("sources", "pause", "a\nb\x1b[31m\x9b"), 2, "a b\\x1b[31m\\x9b")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[crawl]\nmin_dely = 3\n", "did you mean min_delay?"),
        ("[crawl\n", "is not TOML"),
        ('[serve]\nport = "many"\n', "port in section [serve]"),
    ],
)
def test_a_bad_settings_file_is_wrong_usage(
    newsarchive: Run, config: Config, settings: str, said: str
) -> None:
    config.home.mkdir()
    (config.home / "newsarchive.toml").write_text(settings)
    complains(newsarchive("status"), 2, said)


def test_a_settings_file_that_cannot_be_read_is_wrong_usage(newsarchive: Run, config: Config) -> None:
    (config.home / "newsarchive.toml").mkdir(parents=True)
    complains(newsarchive("status"), 2, "newsarchive.toml cannot be read")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NEWSARCHIVE_CRAWL_DELAY", "3", "NEWSARCHIVE_CRAWL_DELAY"),
        ("NEWSARCHIVE_CRAWL_MIN_DELAY", "slow", "NEWSARCHIVE_CRAWL_MIN_DELAY is 'slow'"),
        ("NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES", "here", "NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES"),
        ("NEWSARCHIVE_INDEX_ENGINE", "lucene", "'lucene', which is wrong: give whoosh"),
    ],
)
def test_a_bad_variable_is_wrong_usage(
    newsarchive: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    complains(newsarchive("status"), 2, said)


def test_home_must_be_a_folder(newsarchive: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    complains(newsarchive("--home", tmp_path / "file", "status"), 2, "file")


# -- failures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("search harbour", "Nothing has been indexed yet"),
        ("show 7", "There is no article 7"),
        (f"show {2**62}", "There is no article"),
    ],
)
def test_an_empty_archive_says_what_it_lacks(newsarchive: Run, arguments: str, said: str) -> None:
    complains(newsarchive(*arguments.split()), 1, said)


def test_a_revision_that_is_not_there(read: Run, ids: dict[str, int]) -> None:
    complains(read("show", ids["ferry"], "--revision", 3), 1, "has no revision 3; it has 1 to 2")


@pytest.mark.parametrize("arguments", ["crawl", "crawl --json", "add http://paper.test/a", "verify"])
def test_a_busy_archive_is_left_alone(newsarchive: Run, config: Config, arguments: str) -> None:
    with crawl_lock(config.home):
        complains(newsarchive(*arguments.split()), 1, "Another crawl", str(os.getpid()))


@pytest.mark.parametrize("command", ["serve", "run", "demo"])
def test_a_port_that_is_taken_is_told_at_once(newsarchive: Run, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        complains(newsarchive(command, "--port", port), 1, f"port {port}: it is in use", "--port")


def test_an_address_that_is_not_of_this_machine_is_told(
    newsarchive: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_SERVE_HOST", "256.1.1.1")
    complains(newsarchive("serve", "--port", "0"), 1, "Nothing can listen on 256.1.1.1")


@pytest.mark.parametrize("database", ["postgresql://me:secret@host/news", "archive.db"])
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    newsarchive: Run, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_ARCHIVE_DATABASE", database)
    ran = newsarchive("status")
    complains(ran, 1, "write sqlite:////path/archive.db")
    assert "secret" not in ran.err


def test_a_database_that_is_none_is_a_failure(newsarchive: Run, config: Config) -> None:
    config.home.mkdir()
    (config.home / "archive.db").write_text("nothing of the kind\n" * 100)
    for command in ("status", "crawl", "verify"):
        complains(newsarchive(command), 1, "archive.db")


# -- sources -----------------------------------------------------------------------------------------


def test_sources_add_prints_number_and_name(newsarchive: Run) -> None:
    assert newsarchive("sources", "add", "https://www.paper.test/news").out == "1\tpaper.test\n"
    assert (
        newsarchive("sources", "add", "https://echo.test/", "--name", " The  Echo ").out == "2\tThe  Echo\n"
    )
    assert newsarchive("sources", "add", "https://paper.test/sport").out == "3\tpaper.test sport\n"


def test_a_source_that_is_there_already_is_wrong_usage(newsarchive: Run) -> None:
    newsarchive("sources", "add", "https://paper.test/")
    complains(newsarchive("sources", "add", "http://paper.test/#top"), 2, "paper.test (number 1)")
    complains(newsarchive("sources", "add", "http://x.test/", "--name", "paper.test"), 2, "that name")
    assert len(newsarchive("sources", "list", "--json").json) == 1


def test_sources_are_listed_paused_resumed_and_removed(newsarchive: Run) -> None:
    assert "add one with" in newsarchive("sources", "list").out
    newsarchive("sources", "add", "https://paper.test/", "--name", "The Paper", "--every", "2h")
    (listed,) = newsarchive("sources", "list", "--json").json
    assert (listed["id"], listed["name"], listed["url"]) == (1, "The Paper", "https://paper.test/")
    assert (listed["every"], listed["paused"], listed["last_crawl"]) == ("2h", False, None)
    assert newsarchive("sources", "pause", "The Paper").code == 0
    assert newsarchive("sources", "list", "--json").json[0]["paused"] is True
    assert newsarchive("sources", "resume", "1").code == 0
    assert newsarchive("sources", "list", "--json").json[0]["paused"] is False
    assert "its articles stay" in newsarchive("sources", "remove", "The Paper").out
    assert newsarchive("sources", "list", "--json").json == []
    assert newsarchive("sources", "add", "https://paper.test/", "--name", "The Paper").out == "1\tThe Paper\n"


def test_all_that_is_said_of_a_source_is_told(newsarchive: Run) -> None:
    said = (
        "--delay 2.5s --backfill 2015-03.. --revisit 6h,1h --title h1 --byline .by --date time --body .text"
    )
    sets = ["--collection", "Local", "--collection", "Daily press"]
    patterns = ["--include", "/news/*", "--exclude", "*/video/*", "--exclude", "/live"]
    newsarchive("sources", "add", "https://paper.test/", *said.split(), *sets, *patterns)
    (listed,) = newsarchive("sources", "list", "--json").json
    assert (listed["every"], listed["adaptive"], listed["min_delay"]) == ("30m", True, 2.5)
    assert listed["collections"] == ["Local", "Daily press"]
    assert (listed["revisit_ages"], listed["backfill_since"]) == (["1h", "6h"], "2015-03-01")
    assert listed["rules"] == {
        "title": "h1",
        "byline": ".by",
        "date": "time",
        "body": ".text",
        "include": ["/news/*"],
        "exclude": ["*/video/*", "/live"],
    }
    shown = newsarchive("sources", "show", "paper.test", "--json").json
    assert {key: shown[key] for key in listed} == listed
    assert (shown["last_failures"], shown["causes"], shown["articles_28_days"]) == ([], {}, 0)
    words = newsarchive("sources", "show", "1").out
    for line in (
        "every +30m auto",
        "delay +2.5s",
        "collections +Local, Daily press",
        r"backfill +2015-03-01\.\.",
    ):
        assert re.search(rf"^{line} *$", words, re.MULTILINE), line
    assert re.search(r"^state +waiting *$", words, re.MULTILINE)


def test_a_change_changes_what_was_said_and_prints_what_is_now(newsarchive: Run) -> None:
    newsarchive(
        "sources", "add", "https://paper.test/", "--every", "2h", "--title", "h1", "--collection", "a"
    )
    newsarchive("sources", "add", "https://echo.test/")
    changed = newsarchive("sources", "change", "paper.test", "--rename", "The Paper", "--body", ".text")
    assert changed.code == 0
    for line in (
        "name +The Paper",
        "every +2h",
        r"rules\.title +h1",
        r"rules\.body +\.text",
        "collections +a",
    ):
        assert re.search(rf"^{line} *$", changed.out, re.MULTILINE), line
    cleared = newsarchive(
        "sources", "change", "1", "--every", "auto", "--title", "", "--collection", "", "--delay", ""
    )
    assert cleared.code == 0
    now = newsarchive("sources", "show", "1", "--json").json
    assert (now["name"], now["adaptive"], now["every"], now["collections"]) == ("The Paper", True, "2h", [])
    assert (now["rules"]["title"], now["rules"]["body"]) == ("", ".text")
    complains(newsarchive("sources", "change", "1", "--rename", "echo.test"), 2, "of that name already")
    complains(newsarchive("sources", "change", "1", "--rename", " "), 2, "the name is empty")


def test_sources_are_paused_resumed_and_removed_by_collection_or_not_at_all(newsarchive: Run) -> None:
    for number, name in ((1, "a"), (2, "a"), (3, "b")):
        newsarchive("sources", "add", f"https://p{number}.test/", "--collection", name)

    def paused() -> list[bool]:
        return [source["paused"] for source in newsarchive("sources", "list", "--json").json]

    assert newsarchive("sources", "pause", "--collection", "a").out.count("is paused") == 2
    assert paused() == [True, True, False]
    complains(newsarchive("crawl", "--collection", "a"), 2, "Every source of a is paused")
    assert newsarchive("sources", "resume", "1", "p2.test", "p3.test").code == 0
    assert paused() == [False, False, False]
    complains(newsarchive("sources", "remove", "1", "echo"), 2, "no source")
    assert len(paused()) == 3
    assert newsarchive("sources", "remove", "--collection", "a", "1").out.count("its articles stay") == 2
    assert newsarchive("sources", "list", "--json", "--collection", "b").json[0]["name"] == "p3.test"


def test_a_collection_is_crawled_without_what_is_paused(newsarchive: Run, paper: DemoServer) -> None:
    newsarchive("sources", "add", paper.url, "--collection", "a", "--name", "Lantern")
    newsarchive("sources", "add", "http://127.0.0.1:9/", "--collection", "a", "--name", "Paused")
    newsarchive("sources", "add", "http://127.0.0.1:10/", "--name", "Other")
    newsarchive("sources", "pause", "Paused")
    crawled = newsarchive("crawl", "--collection", "a", "--json")
    assert crawled.json["new"] > 10
    visited = {
        one["name"]: one["last_crawl"] is not None for one in newsarchive("sources", "list", "--json").json
    }
    assert visited == {"Lantern": True, "Paused": False, "Other": False}


def test_lists_are_imported_and_what_is_wrong_is_told_with_its_place(
    newsarchive: Run, tmp_path: Path
) -> None:
    table = tmp_path / "list.csv"
    table.write_text("url,name\nhttps://a.test/,A\npaper,B\n", encoding="utf-8")
    outline = tmp_path / "list.opml"
    outline.write_text(
        '<opml><body><outline text="b"><outline xmlUrl="https://b.test/"/></outline></body></opml>'
    )
    tried = newsarchive("sources", "import", "--dry-run", table, outline)
    assert tried.out.splitlines()[1] == "Would be: 1 added, 0 changed, 0 kept, 0 failed."
    assert newsarchive("sources", "list", "--json").json == []
    ran = newsarchive("sources", "import", table, outline)
    assert ran.code == tried.code == 1
    assert ran.out == "1 added, 0 changed, 0 kept, 1 failed.\n1 added, 0 changed, 0 kept, 0 failed.\n"
    assert ran.err == f"{table}, line 3: 'paper' is no whole address; write it with https:// before it.\n"
    again = newsarchive("sources", "import", outline)
    assert (again.code, again.out) == (0, "0 added, 0 changed, 1 kept, 0 failed.\n")
    assert again.err == f"{outline}, line 1: b.test (number 2) is there already.\n"
    table.write_text("url,every\nhttps://b.test/,2h\n")
    assert (
        newsarchive("sources", "import", "--update", table).out == "0 added, 1 changed, 0 kept, 0 failed.\n"
    )
    assert [one["collections"] for one in newsarchive("sources", "list", "--json").json] == [[], ["b"]]


def test_a_file_that_cannot_be_read_stops_before_anything_is_added(newsarchive: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad\x1b[31m.toml"
    good.write_text("url\nhttps://a.test/\n")
    bad.write_text("nothing of the kind")
    complains(newsarchive("sources", "import", good, bad), 2, "cannot be read: it is no list of sources")
    assert newsarchive("sources", "list", "--json").json == []


def test_a_list_may_come_from_standard_input(newsarchive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("url;name\nhttps://a.test/;Zürich\n".encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert newsarchive("sources", "import", "-").code == 0
    assert newsarchive("sources", "list", "--json").json[0]["name"] == "Zürich"


@pytest.mark.parametrize("form", ["toml", "csv", "opml"])
def test_what_is_exported_can_be_imported(newsarchive: Run, tmp_path: Path, form: str) -> None:
    newsarchive("sources", "add", "https://a.test/", "--name", "=Zürich", "--collection", "x")
    newsarchive("sources", "add", "https://b.test/", "--every", "2h")
    printed = newsarchive("sources", "export", "--format", form)
    file = tmp_path / f"list.{form}"
    assert newsarchive("sources", "export", file).out == ""
    assert file.read_bytes().decode().replace("\r\n", "\n") == printed.out.replace("\r\n", "\n")
    other = tmp_path / "other"
    imported = newsarchive("--home", other, "sources", "import", file)
    assert (imported.code, imported.err) == (0, "")
    listed = newsarchive("--home", other, "sources", "list", "--json").json
    assert sorted((one["name"], one["collections"]) for one in listed) == [("=Zürich", ["x"]), ("b.test", [])]
    only = newsarchive("sources", "export", "--collection", "x").out
    assert only.count("[[source]]") == 1


def test_a_file_that_cannot_be_written_is_a_failure(newsarchive: Run, tmp_path: Path) -> None:
    complains(newsarchive("sources", "export", tmp_path / "no" / "list.csv"), 1, "list.csv: No such file")


def test_a_table_that_nobody_looks_at_is_not_folded(newsarchive: Run) -> None:
    name = (
        "The Gazette of a Town with a Name that is much longer than any terminal is wide, and then some more"
    )
    newsarchive("sources", "add", "https://paper.test/", "--name", name)
    assert name in newsarchive("sources", "list").out


# -- crawling ----------------------------------------------------------------------------------------

COUNTS = ["new", "revised", "unchanged", "gone", "refused", "failed", "pages"]


def test_a_crawl_prints_its_counts_and_the_archive_its_own(newsarchive: Run, paper: DemoServer) -> None:
    newsarchive("sources", "add", paper.url, "--name", "Lantern")
    crawled = newsarchive("crawl", "--json")
    assert crawled.code == 0
    assert list(crawled.json) == COUNTS
    new = crawled.json["new"]
    assert new > 10
    status = newsarchive("status", "--json").json
    assert status.pop("captures") >= crawled.json["pages"]
    (health,) = status.pop("health")
    assert (health["name"], health["state"], health["today"] <= new) == ("Lantern", "active", True)
    assert status == {
        "silent": 0,
        "flooding": 0,
        "failing": 0,
        "articles": new,
        "revisions": new,
        "sources": 1,
        "index": {"documents": new, "generation": 1, "behind": 0},
    }
    again = newsarchive("crawl", "--json").json
    assert again == dict.fromkeys(COUNTS, 0)
    forced = newsarchive("crawl", "--source", "Lantern", "--force")
    assert f"0 new, 0 revised, {new} unchanged" in forced.out
    verdict = newsarchive("verify", "--json")
    assert (verdict.code, verdict.json["sound"], verdict.json["problems"]) == (0, True, [])
    assert (verdict.json["articles"], verdict.json["documents"]) == (new, new)
    rebuilt = newsarchive("rebuild")
    assert (rebuilt.code, rebuilt.out) == (0, f"Generation 2 is in use, with {new} articles.\n")
    words = newsarchive("status").out
    assert re.search(rf"articles +{new}\n", words)
    assert f"{new} articles, generation 2, 0 behind" in words


def test_a_source_that_fails_is_told_by_the_status(newsarchive: Run, paper: DemoServer) -> None:
    newsarchive("sources", "add", f"{paper.url}nowhere/", "--name", "Nowhere")
    newsarchive("sources", "add", paper.url, "--name", "Lantern")
    crawled = newsarchive("crawl")
    assert re.search(r"^Nowhere( +0){5} +1 +\d+ +1 http-404 *$", crawled.out, re.MULTILINE)
    status = newsarchive("status", "--json").json
    assert (status["failing"], status["silent"]) == (1, 0)
    assert [source["name"] for source in status["health"]] == ["Nowhere", "Lantern"]
    failing = status["health"][0]
    assert (failing["state"], failing["failures"], failing["last_success"]) == (
        "failing",
        {"http-404": 1},
        None,
    )
    assert re.search(
        r"^failing +Nowhere: .*The server answered 404\.$", newsarchive("status").out, re.MULTILINE
    )


def test_without_a_source_a_crawl_says_how_to_add_one(newsarchive: Run) -> None:
    ran = newsarchive("crawl")
    assert ran.code == 0
    assert "newsarchive sources add URL" in ran.err
    assert newsarchive("crawl", "--json").json == dict.fromkeys(COUNTS, 0)


def test_a_crawl_without_a_contact_asks_for_one(newsarchive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "contact" not in newsarchive("crawl").err
    monkeypatch.delenv("NEWSARCHIVE_CRAWL_CONTACT")
    assert "NEWSARCHIVE_CRAWL_CONTACT" in newsarchive("crawl").err


def test_what_is_paused_is_not_crawled(newsarchive: Run, paper: DemoServer) -> None:
    newsarchive("sources", "add", paper.url, "--name", "Lantern")
    newsarchive("sources", "pause", "Lantern")
    assert newsarchive("crawl", "--json", "--force").json == dict.fromkeys(COUNTS, 0)
    assert paper.requests == []
    assert newsarchive("crawl", "--json", "--source", "Lantern").json["new"] > 10


def test_good_urls_are_archived_beside_bad_ones(newsarchive: Run, paper: DemoServer) -> None:
    good, bad = f"{paper.url}council/bridge-toll-145", f"{paper.url}no/such/page"
    ran = newsarchive("add", good, bad)
    assert ran.code == 1
    assert "1 new" in ran.out
    assert bad in ran.err
    found = newsarchive("search", "--json").json
    assert [hit["url"] for hit in found["hits"]] == [good]
    assert newsarchive("add", good).code == 0
    (source,) = newsarchive("sources", "list", "--json").json
    assert source["paused"] is True


def test_one_url_that_is_none_stops_before_anything_is_asked(newsarchive: Run, paper: DemoServer) -> None:
    complains(newsarchive("add", f"{paper.url}council/bridge-toll-145", "mailto:me"), 2, "mailto:me")
    assert paper.requests == []


def test_damage_makes_verify_fail_and_repair_mends_what_is_safe(
    newsarchive: Run, paper: DemoServer, config: Config
) -> None:
    newsarchive("add", f"{paper.url}council/bridge-toll-145")
    (path,) = config.warc_dir.glob("**/*.warc.gz.open")
    whole = path.read_bytes()
    path.write_bytes(whole + b"torn")
    found = newsarchive("verify", "--json")
    assert found.code == 1
    assert found.json["sound"] is False
    (problem,) = found.json["problems"]
    assert list(problem) == ["code", "where", "message", "repaired", "file", "offset", "record_id"]
    assert (problem["file"], problem["offset"]) == (problem["where"].split(" at ")[0], len(whole))
    assert {"files": 1, "captures": 2}.items() <= found.json.items()
    assert (problem["code"], problem["repaired"]) == ("torn-end", False)
    assert problem["where"] == f"{path.relative_to(config.warc_dir).with_suffix('')} at byte {len(whole)}"
    told = newsarchive("verify")
    assert told.code == 1
    assert problem["where"] in told.out
    assert "\n1 problem: " in told.out
    assert newsarchive("verify", "--repair").code == 0
    assert path.read_bytes() == whole
    assert newsarchive("verify").code == 0
    path.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    left = newsarchive("verify", "--repair")
    assert left.code == 1
    assert "to mend it one would have to guess" in left.err
    assert "(repaired)" not in left.out


# -- search ------------------------------------------------------------------------------------------


@pytest.fixture
def articles(read: Run, newsroom: Any) -> list[dict[str, Any]]:
    """Every article as `show --json` prints it."""
    return [read("show", number, "--json").json for number in range(1, 36)]


def test_search_prints_json_of_a_known_shape(read: Run, ids: dict[str, int]) -> None:
    found = read("search", "harbour", "--author", "Ada Lane", "--json")
    assert found.code == 0
    answer = found.json
    assert {"total", "understood", "hits", "facets", "took_ms"} <= answer.keys()
    assert (answer["total"], len(answer["hits"])) == (3, 3)
    assert {hit["id"] for hit in answer["hits"]} == {ids["ferry"], ids["budget"], ids["wall"]}
    for hit in answer["hits"]:
        assert {"id", "url", "title", "authors", "published", "source", "snippet", "score"} <= hit.keys()
        assert "Ada Lane" in hit["authors"]
        assert hit["source"] == "The Paper"
        assert hit["score"] > 0
    dates = {hit["id"]: hit["published"] for hit in answer["hits"]}
    assert dates[ids["ferry"]] == "2024-05-01T00:30:00+09:00"
    assert dates[ids["wall"]] == "2019-08-04"
    assert answer["facets"].keys() == set(FACET_FIELDS)
    assert all(
        set(bucket) == {"value", "count"} for buckets in answer["facets"].values() for bucket in buckets
    )
    assert isinstance(answer["took_ms"], float)


def test_an_article_without_a_date_has_null(read: Run, ids: dict[str, int]) -> None:
    hits = read("search", "somebody", "--json").json["hits"]
    assert [(hit["id"], hit["published"]) for hit in hits] == [(ids["undated"], None)]


@pytest.mark.parametrize("query", ["", "harbour", "filler", "council OR wall"])
def test_counts_of_facets_are_those_of_counting_by_hand(
    read: Run, articles: list[dict[str, Any]], query: str
) -> None:
    answer = read("search", query, "--limit", 100, "--json").json
    found = [article for article in articles if article["id"] in {hit["id"] for hit in answer["hits"]}]
    assert len(found) == answer["total"] > 0
    assert query or len(found) == len(articles)
    values: dict[str, Callable[[dict[str, Any]], list[str]]] = {
        "author": lambda article: article["authors"],
        "source": lambda article: [article["source"]],
        "section": lambda article: [article["section"]],
        "year": lambda article: [(article["published"] or "")[:4]],
        "month": lambda article: [(article["published"] or "")[:7]],
    }
    for field, values_of in values.items():
        by_hand = Counter(value for article in found for value in values_of(article) if value)
        counted = {bucket["value"]: bucket["count"] for bucket in answer["facets"][field]}
        assert counted == by_hand, field


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--author", "Ada Lane"], {"ferry", "budget", "wall"}),
        (["--author", "ada lane"], {"ferry", "budget", "wall"}),
        (["--author", "Milo Penhallow"], {"ferry"}),
        (["--author", "Ada Lane", "--author", "Nobody"], {"ferry", "budget", "wall"}),
        (["--author", "Nobody"], set()),
        (["--source", "The Paper", "harbour"], {"ferry", "budget", "wall", "undated"}),
        (["--source", "The Echo"], set()),
        (["--since", "2024"], {"ferry", "budget"}),
        (["--since", "2024-05-01", "--until", "2024-05-01"], {"ferry"}),
        (["--since", "2024-05", "--until", "2024-12"], {"ferry"}),
        (["--since", "2024-05-02"], {"budget"}),
        (["--until", "2019"], {"wall"}),
        (["--until", "2019-08-03"], set()),
        (["harbour", "--until", "2025-02-03"], {"ferry", "budget", "wall"}),
        (['"harbour wall"'], {"wall"}),
        (["author:lane", "council"], {"budget"}),
        (["date:2024-05"], {"ferry"}),
    ],
)
def test_search_is_narrowed_by_what_was_asked(
    read: Run, ids: dict[str, int], arguments: list[str], words: set[str]
) -> None:
    answer = read("search", *arguments, "--json").json
    assert {hit["id"] for hit in answer["hits"]} == {ids[word] for word in words}
    assert answer["total"] == len(words)


def test_search_is_sorted_as_asked(read: Run, ids: dict[str, int]) -> None:
    def order(*arguments: str) -> list[int]:
        return [hit["id"] for hit in read("search", "harbour", *arguments, "--json").json["hits"]]

    by_date = [ids["wall"], ids["ferry"], ids["budget"]]
    assert [one for one in order("--sort", "oldest") if one != ids["undated"]] == by_date
    assert [one for one in order("--sort", "newest") if one != ids["undated"]] == by_date[::-1]
    scores = [hit["score"] for hit in read("search", "harbour", "--json").json["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert order("--sort", "relevance") == order()


@pytest.mark.parametrize(("limit", "hits"), [(1, 1), (7, 7), (30, 30), (100, 30), (10_000, 30)])
def test_search_prints_as_many_hits_as_asked(read: Run, limit: int, hits: int) -> None:
    answer = read("search", "filler", "--limit", limit, "--json").json
    assert answer["total"] == 30
    assert len({hit["id"] for hit in answer["hits"]}) == len(answer["hits"]) == hits


def test_search_for_people_shows_hits_and_counts(read: Run) -> None:
    ran = read("search", "ferry", "--facets")
    assert "Ferry returns to the island" in ran.out
    assert "Ada Lane · Milo Penhallow · 2024-05-01T00:30:00+09:00 · The Paper" in ran.out
    assert re.search(r"\nauthor\n +1  Ada Lane\n", ran.out)
    assert "\nauthor\n" not in read("search", "ferry").out


def test_no_hit_is_an_answer(read: Run) -> None:
    ran = read("search", "zeppelin", "--json")
    assert (ran.code, ran.json["total"], ran.json["hits"]) == (0, 0, [])
    assert read("search", "zeppelin").code == 0


def test_a_broken_query_is_read_leniently_and_that_is_said(read: Run) -> None:
    ran = read("search", '"ferry AND (', "--json")
    assert ran.code == 0
    assert ran.json["understood"]


# -- show --------------------------------------------------------------------------------------------


def test_show_prints_json_of_a_known_shape(read: Run, ids: dict[str, int]) -> None:
    ran = read("show", ids["ferry"], "--json")
    shown = ran.json
    wanted = {"id", "url", "title", "authors", "published", "published_from", "modified", "source", "section"}
    wanted |= {"tags", "language", "text", "image", "description", "revisions"}
    assert (ran.code, wanted - shown.keys()) == (0, set())
    assert shown["published"] == "2024-05-01T00:30:00+09:00"
    assert (shown["published_from"], shown["modified"], shown["tags"]) == ("json-ld", None, [])
    assert shown["text"] == "The ferry sails on Wednesday.\n\nThe harbour master is glad of the ferry."
    assert [(r["number"], r["title"]) for r in shown["revisions"]] == [
        (1, "Ferry returns to the island"),
        (2, "Ferry returns to the island"),
    ]
    assert shown["revisions"][0]["captured_at"] == "2026-11-23T13:00:00+00:00"
    undated = read("show", ids["undated"], "--json").json
    assert (undated["published"], undated["published_from"]) == (None, UNDATED)


def test_show_prints_an_earlier_revision(read: Run, ids: dict[str, int]) -> None:
    first = read("show", ids["ferry"], "--revision", 1, "--json").json
    assert first["text"].startswith("The ferry sails on Tuesday.")
    assert len(first["revisions"]) == 2
    assert "The ferry sails on Tuesday." in read("show", ids["ferry"], "--revision", 1).out
    told = read("show", ids["ferry"]).out
    assert "The ferry sails on Wednesday.\n\nThe harbour master is glad of the ferry.\n" in told
    assert "2026-11-23 13:00" in told


# -- what the web may do to a terminal ---------------------------------------------------------------

EVIL = "\x1b[2Jgone\x07 \x9b31m \u202eesrever [red]not red[/red] [/] :star:"


def test_nothing_archived_is_obeyed_by_a_terminal(newsarchive: Run, desk: Any) -> None:
    number = desk.file(
        EVIL, f"Text {EVIL}", url="http://evil.test/\x1b]0;title\x07", authors=(EVIL,), section=EVIL
    )
    desk.index()
    for arguments in (
        ["search", "gone", "--facets"],
        ["search", "gone", "--json"],
        ["show", number],
        ["show", number, "--json"],
        ["show", number, "--revision", "1"],
        ["verify"],
    ):
        ran = newsarchive("--home", desk.config.home, *arguments)
        assert not ESCAPE.search(ran.out + ran.err), arguments
    shown = newsarchive("--home", desk.config.home, "show", number)
    assert r"\x1b[2Jgone\x07 \x9b31m \u202eesrever [red]not red[/red] [/] :star:" in shown.out
    assert newsarchive("--home", desk.config.home, "show", number, "--json").json["title"] == EVIL


def test_letters_of_all_scripts_are_printed_as_they_are() -> None:
    text = "«\u00a0Où\u00a0?\u00a0»  می\u200cخواهم  co\u00adoperate  👩\u200d🚀  日本語\n\nZweiter Absatz"
    assert plain(text) == text


# -- as a program of its own -------------------------------------------------------------------------


def program(home: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "newsarchive", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept | {"NEWSARCHIVE_HOME": str(home)} | environment,
        cwd=Path(__file__).parents[1],
    )


@pytest.mark.parametrize("form", [["--json"], []])
@pytest.mark.parametrize("limit", ["1", "100"])
def test_a_reader_that_has_enough_ends_the_program_quietly(
    newsroom: Any, limit: str, form: list[str]
) -> None:
    with program(newsroom.config.home, "search", "--limit", limit, *form) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
def test_a_full_disk_is_a_failure(newsroom: Any) -> None:
    command = [sys.executable, "-m", "newsarchive", "--home", str(newsroom.config.home), "search", "--json"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=Path(__file__).parents[1],
        )
    assert ran.returncode == 1
    assert ran.stderr == "newsarchive: The system: No space left on device.\n"


def test_a_terminal_that_lacks_letters_gets_what_it_can_show(desk: Any) -> None:
    desk.file("Où est le bœuf ?", "日本")
    desk.index()
    with program(desk.config.home, "show", "1", PYTHONIOENCODING="ascii", PYTHONUTF8="0") as process:
        out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert out.startswith(r"O\xf9 est le b\u0153uf ?")
    with program(
        desk.config.home, "show", "1", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    ) as process:
        out, _ = process.communicate(timeout=60)
    assert json.loads(out)["title"] == "Où est le bœuf ?"


@pytest.mark.parametrize("command", ["serve", "schedule"])
def test_what_runs_until_told_to_end_ends_cleanly(tmp_path: Path, command: str) -> None:
    port = ["--port", "0"] if command == "serve" else []
    with program(tmp_path, command, *port, NEWSARCHIVE_CRAWL_CONTACT="mailto:a@example.org") as process:
        if command == "serve":
            assert process.stdout is not None
            assert re.match(r"Searching at http://127\.0\.0\.1:[0-9]+/ ", process.stdout.readline())
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(3)
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=30)
    assert "Traceback" not in error
    assert process.returncode in {0, -signal.SIGTERM}
