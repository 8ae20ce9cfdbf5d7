"""TOML 1.0: a table `[[source]]` for each source. What is not said has its default.

The tables are read one by one, so that a mistake in one of them costs that one only.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from archive.model import Source
from newsarchive.sourcelist.lines import ListError, check_line, check_number, entry, lines_of
from newsarchive.sources import FLAGS, KEYS, LISTS, ListedSource, Remark, SourceList, Word, words_of

MAX_TABLE = 20_000
"""Characters. The standard library's parser takes quadratic time for a long table of dotted keys."""

_HEADER = re.compile(r"\s*\[\[\s*(?:source|'source'|\"source\")\s*\]\]\s*(?:#.*)?")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_UNSAID: tuple[Word, ...] = ("", (), False)


def read(text: str, *, today: date) -> SourceList:
    """The sources of a list; one that cannot be read is told with its line."""
    entries: list[ListedSource] = []
    problems: list[Remark] = []
    tables = _tables(lines_of(text))
    for start, lines in tables:
        try:
            if (words := _table(start, lines)) is not None:
                entries.append(entry(start, words, today=today))
        except _Misread as error:
            problems.append(Remark(error.line, str(error)))
        except ValueError as error:
            problems.append(Remark(start, str(error)))
        check_number(len(entries) + len(problems))
    if problems and len(tables) == 1 and not _HEADER.fullmatch(tables[0][1][0]):
        raise ListError(f"it is no list of sources: {problems[0].sentence}")
    return SourceList(tuple(entries), tuple(problems))


def write(sources: Iterable[Source]) -> str:
    """All of the sources but what goes without saying."""
    parts = ["# Sources of a newsarchive: newsarchive sources import FILE\n"]
    for source in sources:
        words = {key: word for key, word in words_of(source).items() if word not in _UNSAID}
        lines = [f"{key} = {_value(word)}" for key, word in words.items() if (key, word) != ("every", "auto")]
        parts.append("\n".join(["[[source]]", *lines, ""]))
    return "\n".join(parts)


class _Misread(ValueError):
    """What is wrong, with its line."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


def _tables(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Line number and lines of each table, and of what stands before the first."""
    heads = [number for number, line in enumerate(lines) if _HEADER.fullmatch(line)]
    starts = [0, *heads] if not heads or heads[0] > 0 else heads
    ends = [*starts[1:], len(lines)]
    return [(start + 1, lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _table(start: int, lines: list[str]) -> dict[str, Word] | None:
    """The words of the table that these lines are, None for what stands before the first and says nothing."""
    for number, line in enumerate(lines, start):
        try:
            check_line(line)
        except ValueError as error:
            raise _Misread(str(error), number) from error
    if sum(map(len, lines)) > MAX_TABLE:
        raise ValueError(f"this table is longer than {MAX_TABLE:,} characters")
    try:
        document = tomllib.loads("\n".join(lines) + "\n")
    except ValueError as error:  # TOMLDecodeError, and a number with too many digits
        place = _PLACE.search(str(error))
        within = int(place[1]) if place and place[1] else len(lines)
        sentence = f"this is not TOML: {_PLACE.sub('', str(error))[:200]}"
        raise _Misread(sentence, start - 1 + within) from error
    except RecursionError:
        raise ValueError("this is nested too deeply") from None
    if not document:
        return None
    tables = document.pop("source", None)
    if document or not isinstance(tables, list) or len(tables) != 1:
        raise ValueError("each source begins with a line [[source]], and nothing else stands in the list")
    return dict(_words(tables[0]))


def _words(table: dict[str, Any]) -> Iterator[tuple[str, Word]]:
    for key, value in _flat(table):
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(KEYS)}"
            raise ValueError(f"there is no setting {key!r}; {hint}")
        yield key, _word(key, value)


def _flat(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == "rules" and isinstance(value, dict):
            yield from ((f"rules.{rule}", said) for rule, said in value.items())
        else:
            yield key, value


def _word(key: str, value: Any) -> Word:
    """The word that a value of TOML is. ValueError where it is of another kind than its key has."""
    match value:
        case bool():
            if key in FLAGS:
                return value
        case str() if key in LISTS:
            return (value,)
        case list() if key in LISTS and all(isinstance(one, str) for one in value):
            return tuple(value)
        case str() if key not in FLAGS:
            return value
        case int() | float() if key == "delay":
            return str(value)
        case date() if key == "backfill" and not isinstance(value, datetime):
            return f"{value.isoformat()}.."
    kind = "true or false" if key in FLAGS else "a list of texts" if key in LISTS else "a text"
    raise ValueError(f"{key} is not {kind}")


def _value(word: Word) -> str:
    """As TOML writes it; its texts are escaped as those of JSON."""
    if isinstance(word, bool):
        return str(word).lower()
    return json.dumps(list(word) if isinstance(word, tuple) else word, ensure_ascii=False)
