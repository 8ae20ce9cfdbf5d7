"""Formats of export: what stands in them, and that no text of strangers breaks out of its place."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article, Revision
from newsarchive.exports import TEXT_FORMATS, bibtex, csl, ris
from newsarchive.exports.chicago import citation
from newsarchive.exports.csvtable import COLUMNS
from newsarchive.exports.names import PersonName, person
from newsarchive.exports.work import Work
from newsarchive.formulas import guarded, unguarded

CAPTURED = datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
"""The 24th, by UTC."""


def work(number: int = 1, latest: int = 0, **said: Any) -> Work:
    fields: dict[str, Any] = {
        "article_id": 7, "number": number, "capture_id": 1, "captured_at": CAPTURED, "title": "The ferry returns",
        "authors": ("Ada Lane", "Milo Penhallow"), "published": datetime(2024, 5, 1, 0, 30, tzinfo=timezone(timedelta(hours=9))),
        "published_day_only": False, "published_from": "json-ld", "modified": None, "section": "Harbour",
        "tags": ("ferry", "island"), "language": "en", "image": "", "description": "It sails again.",
        "text": "The ferry sails.\n\nAll are glad.", "content_digest": "sha256:ab",
    }  # fmt: skip
    source = said.pop("source", "The Paper")
    url = said.pop("url", "https://paper.example/ferry")
    revision = Revision(**(fields | said))
    last = replace(revision, number=latest or number)
    article = Article(7, 1, source, url, CAPTURED, CAPTURED, None, last)
    return Work(article, revision, f"http://127.0.0.1:8080/article/7?revision={number}")


def text(form: str, *works: Work) -> str:
    return "".join(TEXT_FORMATS[form].pieces(works))


# -- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "family_first"),
    [
        ("Ada Lane", "Lane, Ada"),
        ("Ada M. Lane", "Lane, Ada M."),
        ("Ursula von der Leyen", "von der Leyen, Ursula"),
        ("Martin Luther King, Jr.", "King, Martin Luther, Jr."),
        ("Gabriel García Márquez", "Márquez, Gabriel García"),
        ("Seán O’Brien-Wolff", "O’Brien-Wolff, Seán"),
        ("Jeanne d'Arc", "d'Arc, Jeanne"),
    ],
)
def test_the_family_name_of_a_person_comes_first(name: str, family_first: str) -> None:
    found = person(name)
    assert found is not None
    assert found.family_first == family_first


@pytest.mark.parametrize(
    "name",
    [
        "Reuters", "Associated Press", "The Paper Staff", "AFP News", "dpa", "van", "Ada", "Team Lokales Redaktion", "王小波",
        "Иван Петров", "ada lane", "Agence France-Presse", "one two three four five six seven", "",
    ],
)  # fmt: skip
def test_what_may_be_no_person_stays_as_it_is(name: str) -> None:
    assert person(name) is None


def test_a_name_of_a_language_that_puts_the_family_first_stays_as_it_is() -> None:
    assert person("Nagy Imre", "hu") is None
    assert person("Nagy Imre", "en") == PersonName("Nagy", "Imre")


@given(st.text(max_size=60))
def test_a_name_taken_apart_has_all_its_words(name: str) -> None:
    found = person(name)
    if found:
        assert sorted(found.family_first.replace(",", " ").split()) == sorted(name.replace(",", " ").split())


# -- keys and dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({}, "lane2024ferry-7"),
        ({"number": 1, "latest": 3}, "lane2024ferry-7v1"),
        ({"authors": (), "published": None, "title": ""}, "thepaperundateduntitled-7"),
        ({"authors": ("王小波",), "title": "革命"}, "article2024-7"),
        ({"authors": ("Søren Ærø",), "title": "Über } allem"}, "r2024uber-7"),
    ],
)
def test_a_key_is_plain_and_tells_the_version(said: dict[str, Any], key: str) -> None:
    assert work(**said).key == key


@given(st.text(), st.text(), st.text())
def test_every_key_is_a_key(author: str, title: str, source: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+-7", work(authors=(author,), title=title, source=source).key)


def test_days_are_those_of_the_page_and_of_utc() -> None:
    assert (work().published, work().captured) == (date(2024, 5, 1), date(2026, 11, 24))


# -- BibTeX ------------------------------------------------------------------------------------------


def test_bibtex() -> None:
    entries = text("bibtex", work(), work(number=1, latest=2))
    first, second = entries.split("\n\n")
    assert first.splitlines() == [
        "@misc{lane2024ferry-7,",
        "  author = {Lane, Ada and Penhallow, Milo},",
        "  title = {{The ferry returns}},",
        "  howpublished = {The Paper},",
        "  year = {2024},",
        "  month = may,",
        "  day = {1},",
        "  url = {https://paper.example/ferry},",
        "  urldate = {2026-11-24},",
        "  note = {Archived 2026-11-24: \\url{http://127.0.0.1:8080/article/7?revision=1}},",
        "  abstract = {It sails again.},",
        "}",
    ]
    assert second.startswith("@misc{lane2024ferry-7v1,\n")


def test_bibtex_of_an_undated_article_invents_no_date() -> None:
    entry = bibtex.entry(work(published=None, authors=("Smith and Sons", "King Jr., Martin"), description=""))
    assert not re.search("year|month|day =|abstract", entry)
    assert "author = {{Smith and Sons} and " in entry


@given(st.text(), st.text(), st.text(max_size=50))
def test_no_text_breaks_out_of_a_bibtex_entry(title: str, author: str, url: str) -> None:
    entry = bibtex.entry(work(title=title, authors=(author, "}x{"), source=title, description=title, url=url))
    depth = 0
    for number, character in enumerate(entry):
        depth += (character == "{") - (character == "}")
        assert depth > 0 or number < len("@misc") or number >= len(entry) - 2
    assert depth == 0
    assert re.search(r"(?<!\\)[%$#&](?![0-9A-F]{2})", entry.split("  url =")[0]) is None


# -- RIS, CSL-JSON, Chicago --------------------------------------------------------------------------


def test_ris() -> None:
    assert ris.entry(work()).split("\r\n") == [
        "TY  - NEWS",
        "ID  - lane2024ferry-7",
        "TI  - The ferry returns",
        "AU  - Lane, Ada",
        "AU  - Penhallow, Milo",
        "T2  - The Paper",
        "PY  - 2024",
        "DA  - 2024/05/01/",
        "SE  - Harbour",
        "LA  - en",
        "AB  - It sails again.",
        "KW  - ferry",
        "KW  - island",
        "UR  - https://paper.example/ferry",
        "Y2  - 2026/11/24/",
        "AV  - http://127.0.0.1:8080/article/7?revision=1",
        "N1  - Archived 2026-11-24: http://127.0.0.1:8080/article/7?revision=1",
        "ER  - ",
        "",
        "",
    ]


@given(st.text(), st.text())
def test_no_text_breaks_out_of_a_ris_line(title: str, section: str) -> None:
    lines = ris.entry(work(title=f"{title}\r\nER  - \r\nTY  - BOOK", section=section)).splitlines()
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert [line[:2] for line in lines if line[:2] in ("TY", "ER")] == ["TY", "ER"]


def test_csl_json() -> None:
    items = json.loads(text("csl", work(), work(published=None, authors=("Reuters",), tags=(), section="")))
    assert items[0] == {
        "id": "lane2024ferry-7",
        "type": "article-newspaper",
        "title": "The ferry returns",
        "author": [{"family": "Lane", "given": "Ada"}, {"family": "Penhallow", "given": "Milo"}],
        "container-title": "The Paper",
        "section": "Harbour",
        "issued": {"date-parts": [[2024, 5, 1]]},
        "accessed": {"date-parts": [[2026, 11, 24]]},
        "URL": "https://paper.example/ferry",
        "archive": "News archive",
        "archive_location": "http://127.0.0.1:8080/article/7?revision=1",
        "abstract": "It sails again.",
        "keyword": "ferry, island",
        "language": "en",
    }
    assert items[1]["author"] == [{"literal": "Reuters"}]
    assert not items[1].keys() & {"issued", "keyword", "section"}


CSL_TEXTS = {
    "title", "container-title", "section", "URL", "archive", "archive_location", "abstract", "keyword", "language",
}  # fmt: skip
CSL_NAMES = {"family", "given", "suffix", "literal"}


@given(st.text(), st.lists(st.text()), st.lists(st.text()), st.datetimes() | st.none())
def test_csl_json_keeps_to_its_schema(
    title: str, authors: list[str], tags: list[str], published: datetime | None
) -> None:
    """Names and types of csl-data.json."""
    at = published and published.replace(tzinfo=UTC)
    item = csl.item(work(title=title, authors=tuple(authors), tags=tuple(tags), published=at))
    assert item.keys() <= CSL_TEXTS | {"id", "type", "author", "issued", "accessed"}
    assert all(isinstance(item[name], str) for name in CSL_TEXTS & item.keys())
    assert all(name and name.keys() <= CSL_NAMES for name in item.get("author", ()))
    for name in {"issued", "accessed"} & item.keys():
        ((parts,),) = item[name].values()
        assert date(*parts)


def test_an_array_of_nothing_is_an_array() -> None:
    assert json.loads(text("csl")) == []


ORIGINAL = "https://paper.example/ferry."
ARCHIVED = "Archived November 24, 2026, at http://127.0.0.1:8080/article/7?revision=1."


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ({}, "Lane, Ada, and Milo Penhallow. “The ferry returns.” The Paper, May 1, 2024."),
        ({"authors": (), "title": "“Why” now?", "published": None}, "“‘Why’ now?” The Paper, n.d."),
        (
            {"authors": tuple(f"Ada Lane{chr(97 + n)}" for n in range(11)), "title": "x"},
            "Lanea, Ada, Ada Laneb, Ada Lanec, Ada Laned, Ada Lanee, Ada Lanef, Ada Laneg, et al. “x.” The Paper, May 1, 2024.",
        ),
    ],
)
def test_a_citation_in_words(said: dict[str, Any], begins: str) -> None:
    assert citation(work(**said)) == f"{begins} {ORIGINAL} {ARCHIVED}"


# -- CSV ---------------------------------------------------------------------------------------------


def rows(table: str) -> list[list[str]]:
    assert table.startswith("\ufeff")
    return list(csv.reader(io.StringIO(table[1:], newline="")))


def test_csv_has_a_row_for_each_and_every_field() -> None:
    header, first, second = rows(text("csv", work(), work(published=None, tags=())))
    assert tuple(header) == tuple(COLUMNS)
    found = dict(zip(header, first, strict=True))
    assert found["authors"] == "Ada Lane; Milo Penhallow"
    assert found["published"] == "2024-05-01T00:30:00+09:00"
    assert found["body"] == "The ferry sails.\n\nAll are glad."
    assert dict(zip(header, second, strict=True))["published"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''@"])
def test_hostile_66_no_cell_is_a_formula(start: str) -> None:
    table = text("csv", work(title=f"{start}cmd|' /C calc'!A0", authors=(f"{start}x",), tags=(f"{start}y",)))
    header, row = rows(table)
    for name in ("title", "authors", "tags"):
        cell = dict(zip(header, row, strict=True))[name]
        assert cell.startswith("'") or cell[0] not in "=+-@\t\r\n＝＋－＠"
        assert unguarded(cell).strip() != ""


@given(st.text())
def test_a_guarded_cell_gives_back_what_was_there(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not re.match("[=+\\-@\t\r\n＝＋－＠]", guarded(cell))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_every_text_stays_in_its_cell(texts: list[tuple[str, str]]) -> None:
    table = rows(text("csv", *(work(title=title, text=body) for title, body in texts)))
    assert [len(row) for row in table] == [len(COLUMNS)] * (len(texts) + 1)


# -- JSON Lines --------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_json_lines_says_exactly_what_is_kept(title: str, body: str) -> None:
    one = work(title=title, text=body)
    line = text("jsonl", one)
    assert len(line.splitlines()) == 1
    found = json.loads(line)
    assert (found["id"], found["title"], found["body"]) == (7, title, body)
    assert found["published"] == "2024-05-01T00:30:00+09:00"
    assert "revisions" not in found


def test_json_lines_with_all_versions() -> None:
    one = work(number=2)
    versions = (replace(one.revision, number=1, text="Before."), one.revision)
    found = json.loads(text("jsonl", replace(one, versions=versions)))
    assert [(version["revision"], version["body"]) for version in found["revisions"]] == [
        (1, "Before."),
        (2, one.revision.text),
    ]
    assert found["body"] == one.revision.text
