"""`extraction`: how much of labelled pages is read right, and how fast, beside trafilatura and newspaper4k."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.extraction.labelled import Labelled
from benchmarks.extraction.reading import PEERS, PEERS_PYTHON, US, Reading, read_by_all
from benchmarks.extraction.scoring import Figures, Score, by_part, figures, judged
from benchmarks.report import out, print_json, print_table, versions, versions_told

NAMES = {US: "newsarchive", "trafilatura": "trafilatura", "newspaper4k": "newspaper4k"}
NEWS = ("flairNLP/fundus", "AndyTheFactory/article-extraction-dataset")
"""Parts that are news and nothing else."""

_MISSING = "To measure trafilatura and newspaper4k, too: make .venv-peers/ready"
_ROWS = (
    ("body F1", "body_f1", False),
    ("snippets F1", "snippets_f1", False),
    ("title, any of the page's", "title_any", False),
    ("authors F1, persons", "person_f1", False),
    ("authors F1, persons", "person_f1", True),
    ("date, day", "day", False),
    ("date, day", "day", True),
    ("date, minute", "minute", False),
)
"""What a row says, the figure, and whether it is of the news parts, each for itself."""

_OF_A_PART = ("body_f1", "title_any", "person_f1", "day", "minute")


@dataclass(frozen=True, slots=True)
class Result:
    """A tool: what it read, the score of each page, the figures over all and over each part."""

    name: str
    reading: Reading
    scores: tuple[Score, ...]
    figures: Figures
    parts: Mapping[str, Figures]

    def as_dict(self) -> dict[str, object]:
        """Under the names that scripts read."""
        return {
            "class": NAMES[self.name],
            **self.figures,
            "pages_per_cpu_second": self.reading.rate,
            "exceptions": self.reading.errors,
            "hangs": self.reading.hung,
            "parts": self.parts,
        }


def report(pages: Sequence[Labelled], *, predictions: Path | None, as_json: bool) -> None:
    """Measure and print; what we read is written to `predictions`."""
    us, *others = measure(pages)
    if predictions is not None:
        _write(predictions, pages, us.reading)
    if as_json:
        told = [one.as_dict() for one in (us, *others)]
        judgements = [score.as_dict() for score in us.scores]
        print_json({"versions": _versions([us, *others]), "rows": told, "pages": judgements})
        return
    _print_all(pages, [us, *others])
    _print_parts([us, *others])
    if not others:
        out.print(_MISSING)


def measure(pages: Sequence[Labelled]) -> list[Result]:
    """Ours, then the peers as far as they are set up."""
    return [_result(name, pages, reading) for name, reading in read_by_all(pages).items()]


def _result(name: str, pages: Sequence[Labelled], reading: Reading) -> Result:
    scores = [judged(page, read) for page, read in zip(pages, reading.predictions, strict=True)]
    parts = {part: figures(of_part) for part, of_part in by_part(pages, scores).items()}
    return Result(name, reading, tuple(scores), figures(scores), parts)


def _write(file: Path, pages: Sequence[Labelled], reading: Reading) -> None:
    lines = [
        json.dumps(
            {
                "id": page.id, "title": read.title, "authors": read.authors, "published": read.published,
                "body": read.body,
            },
            ensure_ascii=False,
        )
        for page, read in zip(pages, reading.predictions, strict=True)
    ]  # fmt: skip
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _print_all(pages: Sequence[Labelled], results: Sequence[Result]) -> None:
    news = [part for part in NEWS if part in results[0].parts]
    rows: list[tuple[str, ...]] = []
    for name, figure, of_news in _ROWS:
        if not of_news:
            rows.append((name, *(_cell(one.figures, figure) for one in results)))
            continue
        rows += [
            (f"  {part.rpartition('/')[2]}", *(_cell(one.parts[part], figure) for one in results))
            for part in news
        ]
    rows.append(("pages per CPU second", *(f"{one.reading.rate:.1f}" for one in results)))
    rows.append(("exceptions", *(f"{len(one.reading.errors)}" for one in results)))
    rows.append(("hangs over 10 CPU seconds", *(f"{len(one.reading.hung)}" for one in results)))
    print_table(
        f"{len(pages):,} labelled pages", ("", *(NAMES[one.name] for one in results)), rows, footer=""
    )


def _print_parts(results: Sequence[Result]) -> None:
    rows = []
    for part, told in results[0].parts.items():
        for one in results:
            name = f"{part} ({told['pages']})" if one is results[0] else ""
            rows.append((name, NAMES[one.name], *(_cell(one.parts[part], figure) for figure in _OF_A_PART)))
    head = ("part (pages)", "", "body F1", "title", "persons F1", "day", "minute")
    print_table("By part", head, rows, footer=versions_told(_versions(results)))


def _cell(told: Figures, figure: str) -> str:
    return f"{told[figure]:.4f}" if figure in told else "-"


def _versions(results: Sequence[Result]) -> dict[str, str]:
    measured = {name: versions()[name] for name in ("newsarchive", "python")}
    if len(results) == 1:
        return measured
    program = (
        f"import json, importlib.metadata as m;print(json.dumps({{n: m.version(n) for n in {PEERS!r}}}))"
    )
    told = subprocess.run([PEERS_PYTHON, "-c", program], capture_output=True, check=True, text=True)
    return measured | json.loads(told.stdout)
