"""`edits`: whether edits of a known kind are judged as what they are, and how long that takes.

Each article is changed in one known way at a place that is drawn by a seeded generator, and the judge is asked.
Beside its time stands that of the standard library's difflib, which compares the same words and judges nothing.
"""

from __future__ import annotations

import difflib
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from archive.edits import judge
from archive.model import Revision
from benchmarks.corpus import texts
from benchmarks.report import counted, print_json, print_table, ratio, versions

LONG = 10_000
SHORTEST = 600
"""Letters of an article that is changed."""

_NAME = "Penhallow"
_NOTICE = "Correction: an earlier version of this article gave another figure."

Change = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One way of changing articles: how many were changed, how many of them were judged as expected and how many
    as trivial; the CPU milliseconds of a judgement, in the middle and at the 99th percentile, and of difflib."""

    name: str
    expected: str
    changed: int
    as_expected: int
    as_trivial: int
    ms: float
    ms_99: float
    difflib_ms: float


def run(model: Path | None, size: int, seed: int, *, as_json: bool) -> None:
    """Measure and print."""
    found = measure(model, size, seed)
    if as_json:
        rows = [{name: getattr(row, name) for name in Row.__dataclass_fields__} for row in found]
        print_json({"corpus": _name(model), "seed": seed, "versions": versions(), "rows": rows})
        return
    cells = [
        (
            row.name, row.expected, f"{row.changed:,}", f"{row.as_expected:,}", f"{row.as_trivial:,}",
            f"{row.ms:.2f}", f"{row.ms_99:.2f}", f"{row.difflib_ms:.2f}", ratio(row.ms / row.difflib_ms),
        )
        for row in found
    ]  # fmt: skip
    title = f"Edits of articles of {_name(model)}; times in CPU ms"
    head = (
        "edit",
        "expected",
        "edits",
        "so judged",
        "trivial",
        "us p50",
        "us p99",
        "difflib p50",
        "us/difflib",
    )
    print_table(title, head, cells)


def measure(model: Path | None, size: int, seed: int) -> list[Row]:
    """A row for each way of changing articles, then for long ones."""
    bodies = list(islice((text for text in texts(model) if len(text) >= SHORTEST), size))
    long = [" ".join(islice(_endless(bodies, random.Random(seed)), LONG))]
    rows = [_row(name, expected, change, bodies, seed) for name, expected, change in CHANGES]
    for name, expected, change in LONG_ONES:
        rows.append(_row(f"{LONG:,} words, {name}", expected, change, long, seed))
    return rows


def _row(name: str, expected: str, change: Change, bodies: Sequence[str], seed: int) -> Row:
    rng = random.Random(seed)
    kinds: Counter[str] = Counter()
    ours: list[float] = []
    peers: list[float] = []
    for body in counted(bodies, name, len(bodies)):
        other = change(body, rng)
        if other == body:
            continue
        began = time.process_time()
        kinds[judge(_revision(body, 1), _revision(other, 2)).kind] += 1
        judged = time.process_time()
        difflib.SequenceMatcher(None, body.split(), other.split(), autojunk=False).get_opcodes()
        ours.append(judged - began)
        peers.append(time.process_time() - judged)
    last = quantiles(ours, n=100)[-1] if len(ours) > 1 else ours[0]
    return Row(
        name, expected, len(ours), kinds[expected], kinds["trivial"],
        1000 * median(ours), 1000 * last, 1000 * median(peers),
    )  # fmt: skip


def _revision(text: str, capture_id: int) -> Revision:
    return Revision(
        1, capture_id, capture_id, datetime(2026, 1, 1, tzinfo=UTC), "Headline", (), None, False, "none",
        None, "", (), "en", "", "", text, "",
    )  # fmt: skip


def _name(model: Path | None) -> str:
    return model.name if model else "the demo newspaper"


def _endless(bodies: Sequence[str], rng: random.Random) -> Iterator[str]:
    while True:
        yield from rng.choice(bodies).split()


def _at_a_word(fits: Callable[[str], bool], other: Callable[[str, random.Random], str]) -> Change:
    """Puts something else in the place of a word that fits."""

    def change(text: str, rng: random.Random) -> str:
        parts = re.split(r"(\s+)", text)
        places = [
            at for at, part in enumerate(parts) if at > 1 and fits(part) and parts[at - 2][-1:].isalpha()
        ]
        if places:
            at = rng.choice(places)
            parts[at] = other(parts[at], rng)
        return "".join(parts)

    return change


def _misspelt(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice((swapped, word[:at] + word[at + 1 :], word[:at] + rng.choice("aeilnrst") + word[at:]))


def _is_plain(word: str) -> bool:
    return word.isalpha() and word.islower()


def _mixed(share: float) -> Change:
    """Puts a coined word in the place of a share of all words."""

    def change(text: str, rng: random.Random) -> str:
        return " ".join(f"w{rng.randrange(9999)}x" if rng.random() < share else word for word in text.split())

    return change


CHANGES: tuple[tuple[str, str, Change], ...] = (
    ("all in capitals", "trivial", lambda text, _rng: text.upper()),
    ("other punctuation", "trivial", lambda text, _rng: re.sub(
        r"(?<=[a-z]),(?= )|(?<=[a-z])-(?=[a-z])", "", text).replace("'", "’")),
    ("paragraphs joined", "trivial", lambda text, _rng: " ".join(text.split())),
    ("a time stamp on top", "trivial", lambda text, _rng: f"Updated 3 May 2026 at 14:05\n\n{text}"),
    ("a long word misspelt", "trivial", _at_a_word(
        lambda word: _is_plain(word) and len(word) > 5, _misspelt)),
    ("a figure for another", "correction", _at_a_word(str.isdecimal, lambda word, _rng: str(int(word) + 1))),
    ("a name for another", "correction", _at_a_word(
        lambda word: word.isalpha() and word.istitle() and len(word) > 3, lambda _word, _rng: _NAME)),
    ("a correction notice", "correction", lambda text, _rng: f"{text}\n\n{_NOTICE}"),
    ("a word for another", "body", _at_a_word(_is_plain, lambda _word, _rng: "nevertheless")),
    ("a word left out", "body", _at_a_word(_is_plain, lambda _word, _rng: "")),
    ("a sentence more", "body", lambda text, _rng: f"{text}\n\nNobody else was there to see it."),
)  # fmt: skip
LONG_ONES: tuple[tuple[str, str, Change], ...] = (
    ("1 % other", "body", _mixed(0.01)),
    ("10 % other", "body", _mixed(0.1)),
    ("all other", "body", _mixed(1)),
)
