"""CSV as spreadsheets write it: a line of column names, then a source a line, divided by commas, semicolons or tabs.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date

from archive.model import Source
from newsarchive.formulas import guarded, unguarded
from newsarchive.sourcelist.lines import ListError, check_line, check_number, entry, lines_of
from newsarchive.sources import FLAGS, KEYS, LISTS, ListedSource, Remark, SourceList, Word, words_of

MAX_CELL_LINES = 20
"""Over how many lines a cell in quotation marks may go, so that one that is not closed costs one line only."""

_DELIMITERS = (",", ";", "\t")
_OTHER_NAMES = {
    "address": "url",
    "category": "collections",
    "collection": "collections",
    "feed": "url",
    "feed url": "url",
    "folder": "collections",
    "interval": "every",
    "link": "url",
    "source": "name",
    "title": "name",
    "xmlurl": "url",
}
_YES, _NO = ("yes", "true", "1", "x"), ("", "no", "false", "0")
_MISQUOTED = "a quotation mark stands where none may, or is not closed"
_DIVIDED_BY = {"collections": ";", "revisit": ","}


def read(text: str, *, today: date) -> SourceList:
    """The sources of a table. A column that it has says all of that setting, an empty cell asks for the default;
    one that it lacks says nothing. Columns may stand in any order, unknown ones are left out."""
    lines = lines_of(text)
    first, delimiter = _preamble(lines)
    columns, notes = _columns(lines[first], delimiter, first + 1)
    entries: list[ListedSource] = []
    problems: list[Remark] = []
    for line, row in _rows(lines, first + 1, delimiter, len(columns)):
        try:
            if isinstance(row, ValueError):
                raise row
            entries.append(entry(line, _words(columns, row), today=today))
        except ValueError as error:
            problems.append(Remark(line, str(error)))
        check_number(len(entries) + len(problems))
    return SourceList(tuple(entries), tuple(problems), notes)


def write(sources: Iterable[Source]) -> str:
    """A table of everything that can be said of a source, each cell in quotation marks."""
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(KEYS)
    for source in sources:
        words = words_of(source)
        writer.writerow(guarded(_cell(key, words[key])) for key in KEYS)
    return table.getvalue()


def _preamble(lines: list[str]) -> tuple[int, str]:
    """The index of the line of column names, and what divides columns. ListError where there is no such line."""
    filled = (number for number, line in enumerate(lines) if line.strip())
    first = next(filled, None)
    told = re.fullmatch(r"sep=([,;\t]) *", lines[first]) if first is not None else None
    header = next(filled, None) if told else first
    if header is None:
        raise ListError("it is empty")
    try:
        check_line(lines[header])
    except ValueError as error:
        raise ListError(f"it is no table: {error}") from error
    if told:
        return header, told[1]
    return header, max(_DELIMITERS, key=lambda one: len(_known(_names(lines[header], one))))


def _columns(header: str, delimiter: str, line: int) -> tuple[list[str], tuple[Remark, ...]]:
    """The key of each column, "" for one that is left out, which a note tells."""
    names = _names(header, delimiter)
    known = _known(names)
    if "url" not in known.values():
        raise ListError('it has no column "url"; its first line names the columns, for example: name,url')
    unknown = [name for name in names if name not in known and name]
    notes = [Remark(line, f"the column {name!r} is not known and left out") for name in unknown]
    return [known.get(name, "") for name in names], tuple(notes)


def _names(header: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [" ".join(cell.replace("_", " ").lower().split()) for cell in cells]


def _known(names: list[str]) -> dict[str, str]:
    """Column name -> key; where two names mean one key, the key's own name comes first."""
    by_key: dict[str, str] = {}
    for name in sorted(names, key=lambda name: name not in KEYS):
        key = name if name in KEYS else _OTHER_NAMES.get(name)
        if key:
            by_key.setdefault(key, name)
    return {name: key for key, name in by_key.items()}


def _rows(
    lines: list[str], start: int, delimiter: str, width: int
) -> Iterator[tuple[int, list[str] | ValueError]]:
    """Line number and cells of each row, or what is wrong with it; a blank line is none."""
    at = start
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        taken = 1
        row: list[str] | ValueError
        try:
            check_line(lines[at])
            row, taken = _row(lines[at : at + MAX_CELL_LINES], delimiter, width)
        except (ValueError, csv.Error) as error:
            row = ValueError(str(error))
        if isinstance(row, ValueError) or any(row):
            yield at + 1, row
        at += taken


def _row(lines: list[str], delimiter: str, width: int) -> tuple[list[str], int]:
    """The cells of the row that these lines begin with, and over how many of them it goes."""
    for taken in range(1, len(lines) + 1):
        try:
            (row,) = csv.reader(["\n".join(lines[:taken])], delimiter=delimiter, strict=True)
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                raise ValueError(_MISQUOTED) from error
            continue
        if any(cell.strip() for cell in row[width:]):
            raise ValueError(f"there are {len(row)} cells for {width} columns")
        return [unguarded(cell.strip(" ")) for cell in row[:width]], taken
    raise ValueError(_MISQUOTED)


def _words(columns: list[str], row: list[str]) -> dict[str, Word]:
    cells = {key: cell for key, cell in zip(columns, row, strict=False) if key}
    words = {key: _word(key, cell) for key, cell in cells.items()}
    if not words.get("name"):
        words.pop("name", None)  # it is called after its host
    return words


def _word(key: str, cell: str) -> Word:
    if key in FLAGS:
        if cell.lower() not in (*_YES, *_NO):
            raise ValueError(f"{cell!r} is neither yes nor no")
        return cell.lower() in _YES
    return tuple(cell.split(_DIVIDED_BY.get(key))) if key in LISTS else cell


def _cell(key: str, word: Word) -> str:
    if isinstance(word, bool):
        return "yes" if word else "no"
    return _DIVIDED_BY.get(key, " ").join(word) if isinstance(word, tuple) else word
