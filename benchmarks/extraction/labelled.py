"""Labelled pages: `DIR/ground_truth.jsonl` has a JSON object a line, `DIR/pages/ID.html` or `ID.html.gz` the bytes.

An object has `id`, `url`, `publisher` and `source_dataset` (the part that it belongs to), and what is right:
`title`, `title_alt` (other right titles), `authors`, `published` (ISO 8601), `body`, `with` and `without` (snippets
that a body must have and must not have). What is null or left out is not known and not scored; no authors are `[]`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadLabels(Exception):
    """The folder is no set of labelled pages; the text says why."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and what is right for it; None where that is not known."""

    id: str
    url: str
    publisher: str
    part: str
    file: Path
    title: str | None
    other_titles: tuple[str, ...]
    authors: tuple[str, ...] | None
    published: str | None
    body: str | None
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    def bytes(self) -> bytes:
        """The page as it was sent."""
        data = self.file.read_bytes()
        return gzip.decompress(data) if self.file.suffix == ".gz" else data


def load(folder: Path) -> list[Labelled]:
    """All pages of a folder in the order of its labels. Raises BadLabels."""
    file = folder / "ground_truth.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadLabels(f"{file} cannot be read: it should have a JSON object a line.") from error
    pages = [_page(folder, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not pages:
        raise BadLabels(f"{file} is empty: it should have a JSON object a line.")
    return pages


def _page(folder: Path, number: int, line: str) -> Labelled:
    try:
        told: Mapping[str, Any] = json.loads(line)
        name, url = str(told["id"]), str(told["url"])
    except (ValueError, KeyError, TypeError) as error:
        message = f'Line {number} of ground_truth.jsonl should be a JSON object with "id" and "url".'
        raise BadLabels(message) from error
    files = [folder / "pages" / f"{name}.html{suffix}" for suffix in ("", ".gz")]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        raise BadLabels(f"{files[0]} or {files[1].name} should be there: ground_truth.jsonl names it.")
    return Labelled(
        name, url, str(told.get("publisher") or ""), str(told.get("source_dataset") or "all"), file,
        told.get("title"), _texts(told.get("title_alt")),
        None if told.get("authors") is None else _texts(told["authors"]),
        told.get("published"), told.get("body"), _texts(told.get("with")), _texts(told.get("without")),
    )  # fmt: skip


def _texts(value: list[str] | None) -> tuple[str, ...]:
    return tuple(value or ())
