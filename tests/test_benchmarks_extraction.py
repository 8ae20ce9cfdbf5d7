"""The benchmark of extraction: what its figures mean, and that no tool spoils the run of the others."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.extraction import reading
from benchmarks.extraction.bodies import Overlap, counted_in, overlap
from benchmarks.extraction.bylines import Names, names, persons
from benchmarks.extraction.moments import Agreement, agreement
from benchmarks.extraction.titles import any_title, same_title

PAGE = """<html lang="en"><head><title>The weir holds</title><meta name="author" content="Ada Lane">
<meta property="article:published_time" content="2026-03-02T08:15:00+00:00"></head><body><article><h1>The weir holds</h1>
<p>The weir held through the winter, although the river rose twice above the old mark on the mill wall.</p>
<p>Nobody had expected it of the timber, said the keeper, who had watched it for eleven nights in a row.</p>
</article></body></html>"""
BODY = (
    "The weir held through the winter, although the river rose twice above the old mark on the mill wall.\n"
    "Nobody had expected it of the timber, said the keeper, who had watched it for eleven nights in a row."
)
RIGHT = {
    "id": "weir", "url": "https://vale.example/weir", "publisher": "vale.example", "source_dataset": "flairNLP/fundus",
    "title": "The weir holds", "authors": ["Ada Lane", "Vale"], "published": "2026-03-02T08:15:00Z", "body": BODY,
    "with": ["eleven nights"], "without": ["Subscribe", "the mill  wall"],
}  # fmt: skip
UNKNOWN = {"id": "unknown", "url": "https://vale.example/x", "title": None, "authors": None, "published": None, "body": None}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "PEERS_PYTHON", Path("nowhere"))
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "weir.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "pages" / "unknown.html.gz").write_bytes(gzip.compress(b"<p>nothing"))
    label(tmp_path, RIGHT, UNKNOWN)
    return tmp_path


def label(folder: Path, *labels: dict[str, Any]) -> None:
    lines = "".join(f"{json.dumps(one)}\n" for one in labels)
    (folder / "ground_truth.jsonl").write_text(lines, encoding="utf-8")


def test_pages_are_read_scored_and_written_down(folder: Path) -> None:
    written = folder / "read.jsonl"
    arguments = ["extraction", str(folder), "--json", "--predictions", str(written)]
    ran = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    [us] = told["rows"]
    assert us["pages"] == 2
    assert us["body_f1"] == us["title_any"] == us["person_f1"] == us["day"] == us["minute"] == 1.0
    assert us["author_f1"] == pytest.approx(2 / 3)
    assert us["snippets_precision"] == 0.5
    assert us["pages_per_cpu_second"] > 0
    assert (us["exceptions"], us["hangs"]) == ({}, [])
    assert us["parts"]["flairNLP/fundus"]["pages"] == 1
    assert us["parts"]["all"] == {"pages": 1}
    assert told["pages"][0] == {"id": "weir", "body_f1": 1.0, "title": True, "persons": True, "day": True, "minute": True}  # fmt: skip
    first, second = (json.loads(line) for line in written.read_text(encoding="utf-8").splitlines())
    assert first["id"] == "weir"
    assert first["authors"] == ["Ada Lane"]
    assert first["published"] == "2026-03-02T08:15:00+00:00"
    assert second["id"] == "unknown"


def test_the_table_has_the_order_of_the_goals(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WORKER", folder / "worker.py")
    (folder / "worker.py").write_text(FINDS_NOTHING, encoding="utf-8")
    ran = CliRunner().invoke(main, ["extraction", str(folder)], catch_exceptions=False)
    rows = [line.split("  ")[0] for line in ran.output.splitlines()[2:15]]
    assert rows == [
        "body F1", "snippets F1", "title, any of the page's", "authors F1, persons", "", "date, day", "",
        "date, minute", "pages per CPU second", "exceptions", "hangs over 10 CPU seconds", "", "By part",
    ]  # fmt: skip
    assert "make .venv-peers/ready" in ran.output


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (None, "cannot be read"),
        ("", "is empty"),
        ("{\n", "Line 1"),
        ('\n{"id": 1}\n', "Line 2"),
        ('{"id": "lost", "url": "https://vale.example/"}\n', "lost.html.gz should be there"),
    ],
)
def test_a_folder_without_good_labels_is_wrong_usage(tmp_path: Path, labels: str | None, said: str) -> None:
    if labels is not None:
        (tmp_path / "ground_truth.jsonl").write_text(labels, encoding="utf-8")
    ran = CliRunner().invoke(main, ["extraction", str(tmp_path)])
    assert ran.exit_code == 2
    assert said in ran.output


@pytest.mark.parametrize(
    ("right", "read", "common", "extra", "lost"),
    [
        ("a b c d e", "a b c d", 1, 0, 1),
        ("a b c d", "A b c d", 0, 1, 1),
        ("a, b - c. d!", "a b c d", 1, 0, 0),
        ("a b", "a b", 1, 0, 0),
        ("a b", "a", 0, 1, 1),
        ("a b c d a b c d", "a b c d", 1, 0, 4),
        ("", "", 0, 0, 0),
        ("a", "", 0, 0, 1),
    ],
)
def test_shingles_are_four_words(right: str, read: str, common: int, extra: int, lost: int) -> None:
    assert overlap(right, read) == Overlap(common, extra, lost)


def test_an_empty_text_has_no_precision_and_equals_an_empty_one() -> None:
    assert (Overlap(0, 0, 3).precision, Overlap(0, 0, 3).recall, Overlap(0, 0, 3).f1) == (None, 0.0, 0.0)
    assert Overlap(0, 0, 0).f1 == 1.0
    assert Overlap(1, 1, 0).f1 == pytest.approx(2 / 3)
    assert counted_in(["a\nb", "c"], "x a   b") == (1, 1)


def test_titles_are_their_words() -> None:
    assert same_title("“The  Weir” holds", "the weir holds!")
    assert same_title("ﬁnal", "Final")
    assert not same_title("Café", "Cafe")
    assert any_title("A", ["The weir"], "The weir!")
    assert not any_title("A", [], "B")


def test_names_count_once_and_organisations_apart() -> None:
    assert names(["By José Ruiz", "Jose Ruiz", ""], ["jose ruiz"]) == Names(1, 0, 0)
    right, read = ["Ada Lane", "Reuters"], ["Ada Lane", "Vale Courier", "Wil Agena", "Bo"]
    assert names(right, read) == Names(1, 3, 1)
    assert persons(right, read, "valecourier.example") == Names(1, 1, 0)
    assert persons(["The Vale"], ["Vale"], "vale.example") == Names(0, 0, 0)
    assert persons(["Perceval Ek"], [], "vale.example") == Names(0, 0, 1)


@pytest.mark.parametrize(
    ("right", "read", "day", "minute"),
    [
        ("2026-03-02", "2026-03-02T23:00:00+01:00", True, None),
        ("2026-03-02", "2026-03-03", False, None),
        ("2026-03-02T00:30:00+01:00", "2026-03-01T23:30:00Z", True, True),
        ("2026-03-02T00:30:00+01:00", "2026-03-01T23:30:00", False, False),
        ("2026-03-02T00:30:00", "2026-03-02T00:30:59Z", True, True),
        ("2026-03-02T00:30:00", "2026-03-02T00:31:01", True, False),
        ("2026-03-02T00:30:00", "2026-03-02", True, False),
        ("2026-03-02T00:30:00", None, False, False),
        ("2026-03-02", "soon", False, None),
        ("2026-03-02", "2026-03-02 or so", True, None),
        ("2026-03-02", "2026-13-02 or so", False, None),
    ],
)
def test_days_are_as_written_and_minutes_are_instants(
    right: str, read: str | None, day: bool, minute: bool | None
) -> None:
    assert agreement(right, read) == Agreement(day, minute)


FINDS_NOTHING = """import json, sys
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps({"read": {}, "seconds": 1, "error": None}), flush=True)
"""
WAYS = {
    "https://vale.example/dies": "sys.exit()",
    "https://vale.example/lingers": "[n for n in iter(int, 1)]",
    "https://vale.example/waits": "time.sleep(600)",
}


def test_a_tool_that_dies_or_hangs_reads_the_next_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import json, sys, time\nprint('ready', flush=True)\nfor line in sys.stdin:\n    url = json.loads(line)['url']\n"
    for url, way in WAYS.items():
        program += f"    if url == {url!r}:\n        {way}\n"
    program += "    print(json.dumps({'read': {'title': url}, 'seconds': 0.5, 'error': None}), flush=True)\n"
    worker = folder / "worker.py"
    worker.write_text(program, encoding="utf-8")
    monkeypatch.setattr(reading, "WORKER", worker)
    monkeypatch.setattr(reading, "HANG_SECONDS", 0.2)
    monkeypatch.setattr(reading, "PATIENCE", 3)
    pages = []
    for name in ("good", "dies", "lingers", "waits", "better"):
        (folder / "pages" / f"{name}.html").write_text(PAGE, encoding="utf-8")
        pages.append({"id": name, "url": f"https://vale.example/{name}"})
    label(folder, *pages)
    ran = CliRunner().invoke(main, ["extraction", str(folder), "--json"], catch_exceptions=False)
    [us] = json.loads(ran.stdout)["rows"]
    assert list(us["exceptions"]) == ["dies"]
    assert us["hangs"] == ["lingers", "waits"]
    assert us["pages_per_cpu_second"] == 2.0


def test_a_tool_that_raises_is_told_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.extraction import worker

    def raises(page: dict[str, Any]) -> dict[str, Any]:
        raise KeyError("no head")

    assert worker._answer(raises, {})["error"] == "KeyError: 'no head'"
    assert worker._answer(lambda page: {"title": "T"}, {})["read"] == {"title": "T"}


def test_a_tool_that_does_not_begin_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = folder / "broken.py"
    broken.write_text("import nothing_of_that_name", encoding="utf-8")
    monkeypatch.setattr(reading, "WORKER", broken)
    ran = CliRunner().invoke(main, ["extraction", str(folder)])
    assert ran.exit_code == 1
    assert "nothing_of_that_name" in ran.output
