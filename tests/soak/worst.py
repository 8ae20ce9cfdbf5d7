"""`python tests/soak/worst.py INDEX`: asks an index of any size (the folder with CURRENT) the worst that we can think of,
made of its own commonest words, and of every kind of question. Exit code 1 where an answer takes longer than 2.5 s."""

from __future__ import annotations

import argparse
import runpy
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from index.engine import open_engine
from index.model import FACET_FIELDS, SORTS, SearchRequest
from index.whoosh_engine import WhooshEngine

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST = 2.5
SHOWN = 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"
bounds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent.with_name("test_index_bounds.py"))))

Question = tuple[str, Callable[[], object]]


def common_words(engine: WhooshEngine) -> list[str]:
    """The commonest words of the texts, the shortest first: so more of them fit into a query."""
    field = engine._snapshots.newest().shelves.shelves[0].segment.field("body_exact")
    assert field is not None
    numbers = np.argsort(-field.doc_freqs.astype(np.int64), kind="stable")[:300].tolist()
    words = (field.term(number).decode() for number in numbers)
    return sorted((word for word in words if word.isalpha() and len(word) > 1), key=len)[:64]


def texts(words: list[str]) -> Iterator[str]:
    """The worst queries."""

    def joined(joint: str, before: str = "", after: str = "", *, count: int = 64) -> str:
        text = joint.join(f"{before}{word}{after}" for word in words[:count])
        return text[:480].rpartition(joint)[0] or text

    yield from bounds.SEVERAL
    a, b, c, d = words[:4]
    either, few = joined(" OR "), joined(" OR ", count=20)
    yield from (joined(" "), either, f'"{joined(" ")}"', f'"{joined(" ")}"~50', f"NOT ({either})")
    for call in ("para", "first100", "atleast3", "atleast50"):
        yield from (f"{call}({joined(' ')})", f"{call}({either})", joined(" OR ", f"{call}(", ")"))
        yield joined(" ", f"{call}(", ")")
    for distance in (0, 5, 50):
        yield from (joined(f" near/{distance} ", count=n) for n in (2, 3, 4, 6, 10, 64))
        yield f" near/{distance} ".join([a] * 4)
        yield f"({few}) near/{distance} ({few}) near/{distance} ({few})"
    yield from (
        f'"{a} {b}"',
        f'"{a} {b} {c} {d}"~50',
        f"para({a} {b} {c})",
        f"{a} near/50 {b}",
        f'"{a} {a} {a}"~50',
    )
    yield from (joined(" OR ", after=end) for end in ("*", "~1", "~2", "^9"))
    yield from (
        joined(" ", after="~2"),
        "a~2 b~2 c~2",
        " OR ".join(f"{x}{y}~2" for x in LETTERS for y in "aeiou")[:480],
    )
    for joint in (" OR ", " "):
        yield from (joint.join(f"{x}{rest}" for x in LETTERS) for rest in ("*", "*e", "?*d", "???*"))
        yield joint.join(f"[{x} TO z]" for x in LETTERS)
    yield from ("*", "?*", "*ing", "c?m*y s*n", "", "wc:>1", "since:1990", "edits:0", f"author:[a TO z] {a}")


def questions(engine: WhooshEngine) -> Iterator[Question]:
    """Each with what asks it."""
    words = common_words(engine)
    a, b, c = words[:3]

    def search(text: str, **more: Any) -> Question:
        request = SearchRequest(text, **more)
        return f"search {text[:80]} {more or ''}", lambda: engine.search(request, now=NOW)

    yield from map(search, texts(words))
    for text in ("", a, f"{a} OR {b}"):
        yield from (
            search(text, sort=sort, facet_size=100, grouped=g) for sort in SORTS for g in (True, False)
        )
        yield from (search(text, page=1000), search(text, page=100, page_size=100))
        yield from (
            (
                f"values of {field} {text}",
                lambda f=field, t=text: engine.facet_values(SearchRequest(t), f, "a", now=NOW),
            )
            for field in FACET_FIELDS
        )
    for text in (a, f'"{a} {b}"~50', f"para({a} {b} {c})", f"{a} near/50 {b}", "", "s*"):
        asked = SearchRequest(text, page_size=100)
        yield f"mentions {text}", lambda asked=asked: engine.mentions(asked, now=NOW)
        yield f"telling words {text}", lambda asked=asked: engine.significant(asked, now=NOW)
        yield f"a long text {text}", lambda t=text: engine.highlight(f"{a} {b} {c} " * 20_000, t, "en")
    yield from ((f"related {n}", lambda n=n: engine.related(n, size=10)) for n in (1, 1_000))
    yield from (
        (f"complete {t}", lambda t=t: engine.complete(t, size=50)) for t in (a[:2], "s", "author:a", "url:ht")
    )


def main() -> int:
    """0 where all were answered in time."""
    parser = argparse.ArgumentParser(prog="python tests/soak/worst.py", description=__doc__)
    parser.add_argument("index", type=Path)
    taken: list[tuple[float, str]] = []
    with closing(open_engine(parser.parse_args().index)) as engine:
        assert isinstance(engine, WhooshEngine)
        for name, ask in questions(engine):
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began, name))
    taken.sort(reverse=True)
    late = sum(seconds > LONGEST for seconds, _ in taken)
    print("\n".join(f"{seconds:6.2f} s  {name}" for seconds, name in taken[:SHOWN]))
    print(f"{len(taken)} questions; {late} took longer than {LONGEST} s.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
