"""`export`: all that a search finds, in a file that is whole or not there."""

from __future__ import annotations

import csv
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.store import Store
from index.model import Selection
from index.whoosh_engine import WhooshEngine
from newsarchive import jobs
from newsarchive.config import Config, ServeConfig
from newsarchive.exports.whole import whole_file
from newsarchive.searchform import SearchForm

Newsarchive = Callable[..., Any]


@pytest.fixture
def filled(config: Config, make_desk: Callable[[Path], Any]) -> Iterator[dict[str, int]]:
    """Three articles that are kept and not yet indexed, one of them in two versions."""
    desk = make_desk(config.home)
    yield {
        "ferry": desk.file("Ferry", "It sails on Tuesday.", "It sails on Wednesday.", authors=("Ada Lane",)),
        "wall": desk.file("Wall", "The harbour wall.", authors=("Ada Lane", "Milo Penhallow")),
        "vote": desk.file("Vote", "All of the harbour voted.", authors=("Milo Penhallow",)),
    }
    desk.store.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_everything_is_exported_also_what_is_not_searchable_yet(
    newsarchive: Newsarchive, filled: dict[str, int]
) -> None:
    ran = newsarchive("export", "jsonl")
    assert ran.code == 0
    assert {record["id"] for record in lines(ran.out)} == set(filled.values())
    assert ran.err == "3 entries exported: all articles.\n"


def test_a_search_is_exported_in_its_order_and_the_same_each_time(
    newsarchive: Newsarchive, filled: dict[str, int], tmp_path: Path
) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        ran = newsarchive(
            "export",
            "jsonl",
            "harbour",
            "--author",
            "Milo Penhallow",
            "--sort",
            "oldest",
            "-o",
            tmp_path / name,
        )
        assert (ran.code, ran.out.split(":")[0]) == (0, "2 entries exported")
    first, second = ((tmp_path / name).read_bytes() for name in ("a.jsonl", "b.jsonl"))
    assert first == second
    assert [record["id"] for record in lines(first.decode())] == [filled["wall"], filled["vote"]]


def test_every_version_can_be_exported(newsarchive: Newsarchive, filled: dict[str, int]) -> None:
    (ferry,) = lines(newsarchive("export", "jsonl", "ferry", "--revisions").out)
    assert [version["body"] for version in ferry["revisions"]] == [
        "It sails on Tuesday.",
        "It sails on Wednesday.",
    ]
    table = newsarchive("export", "csv", "ferry", "--revisions").out
    found = list(csv.DictReader(table.removeprefix("\ufeff").splitlines()))
    assert [(row["revision"], row["body"]) for row in found] == [
        ("1", "It sails on Tuesday."),
        ("2", "It sails on Wednesday."),
    ]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("bibtex", "@misc{"), ("ris", "TY  - NEWS"), ("csl", "["), ("csv", "\ufeffid,title,")],
)
def test_formats_of_others(newsarchive: Newsarchive, filled: dict[str, int], form: str, begins: str) -> None:
    ran = newsarchive("export", form, "ferry")
    assert ran.code == 0
    assert ran.out.startswith(begins)
    assert f"http://127.0.0.1:8080/article/{filled['ferry']}?revision=2" in ran.out


def test_permalinks_begin_as_the_settings_say(
    newsarchive: Newsarchive, filled: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_SERVE_URL", "https://archive.example/news")
    (ferry,) = lines(newsarchive("export", "jsonl", "ferry").out)
    assert ferry["archived"] == f"https://archive.example/news/article/{filled['ferry']}?revision=2"
    monkeypatch.setenv("NEWSARCHIVE_SERVE_URL", "archive.example")
    wrong = newsarchive("export", "jsonl")
    assert (wrong.code, wrong.out) == (2, "")
    assert "give an address such as https://archive.example.org/" in wrong.err
    assert ServeConfig(host="::1", port=9).base == "http://[::1]:9/"


def test_an_archive_without_articles_is_exported_as_nothing(newsarchive: Newsarchive, tmp_path: Path) -> None:
    ran = newsarchive("export", "csl", "-o", tmp_path / "none.json")
    assert (ran.code, ran.out) == (0, "0 entries exported: all articles.\n")
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_what_makes_no_sense_is_wrong_usage(
    newsarchive: Newsarchive, filled: dict[str, int], tmp_path: Path
) -> None:
    for wrong in (
        ("export", "docx"),
        ("export",),
        ("export", "csv", "--since", "tomorrow"),
        ("export", "csv", "--author", ""),
        ("export", "csv", "-o", tmp_path),
        ("export", "csv", "-o", tmp_path / "nowhere" / "a.csv"),
    ):
        ran = newsarchive(*wrong)
        assert (ran.code, ran.out) == (2, ""), wrong
        assert len(ran.err.splitlines()) == 1


def test_a_search_that_is_stopped_exports_nothing(
    newsarchive: Newsarchive, filled: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    selected = Selection((filled["wall"],), "articles", ("It took too long.",), complete=False)
    monkeypatch.setattr(WhooshEngine, "select", lambda *_args, **_how: selected)
    ran = newsarchive("export", "csv", "harbour OR ferry", "-o", tmp_path / "a.csv")
    assert ran.code == 1
    assert "took too long" in ran.err
    assert not (tmp_path / "a.csv").exists()


def test_progress_counts_articles(config: Config, filled: dict[str, int]) -> None:
    told: list[tuple[int, int]] = []
    jobs.export_text(
        config,
        "csv",
        SearchForm().request,
        lambda _: None,
        versions=True,
        progress=lambda *at: told.append(at),
    )
    assert sorted(set(told)) == [(1, 3), (2, 3), (3, 3)]
    assert len(told) == 4


def test_an_article_that_has_gone_from_the_archive_is_left_out(
    config: Config, filled: dict[str, int]
) -> None:
    from newsarchive.exports.gathering import each_version, latest, with_versions

    with Store(config.database_url) as store:
        for gather in (latest, with_versions, each_version):
            assert {work.article.id for work in gather(store, [999, filled["wall"], 998], "/")} == {
                filled["wall"]
            }


# -- a file is whole, or it is not there -------------------------------------------------------------


def test_a_file_that_is_not_finished_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("before")
    target.chmod(0o640)

    def interrupted() -> None:
        with whole_file(str(target)) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (target.read_text(), names(tmp_path)) == ("before", ["a.csv"])
    with whole_file(str(target)) as file:
        file.write(b"whole")
        assert target.read_text() == "before"
    assert (target.read_text(), names(tmp_path)) == ("whole", ["a.csv"])
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_rights_of_new_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with whole_file(str(tmp_path / "new")):
        pass
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_is_no_plain_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with whole_file(str(pipe)) as file:
        file.write(b"all of it")
    reader.join(10)
    assert read == [b"all of it"]
    assert pipe.is_fifo()
