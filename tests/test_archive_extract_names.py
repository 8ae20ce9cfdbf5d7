"""Bylines in many languages: names, and what each is named for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import roles
from archive.extract.names import Named, read, split
from archive.extract.organisations import is_personal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ruth Calder and Li Wei", ["Ruth Calder", "Li Wei"]),
        (
            "Von Grete Sommerfeld, Jörg Ahrens und Ilse Brandt",
            ["Grete Sommerfeld", "Jörg Ahrens", "Ilse Brandt"],
        ),
        ("Escrito por Begoña Núñez y Iker Sanz", ["Begoña Núñez", "Iker Sanz"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("JOHN E SMITH", ["JOHN E SMITH"]),
        ("Di Carla Rossi e Ugo Neri", ["Carla Rossi", "Ugo Neri"]),
        ("Door Anke de Boer en Piet Visser", ["Anke de Boer", "Piet Visser"]),
        ("Av Signe Lund och Nils Berg", ["Signe Lund", "Nils Berg"]),
        ("Автор: Иван Петров и Анна Кузнецова", ["Иван Петров", "Анна Кузнецова"]),
        ("Yazan: Ayşe Demir ve Mehmet Kaya", ["Ayşe Demir", "Mehmet Kaya"]),
        ("Oleh Siti Rahma dan Budi Santoso", ["Siti Rahma", "Budi Santoso"]),
        ("بقلم: ليلى حداد وسامي نجار", ["ليلى حداد", "سامي نجار"]),
        ("โดย สมชาย ใจดี และ มาลี สุขใจ", ["สมชาย ใจดี", "มาลี สุขใจ"]),
        ("अनिल वर्मा और सीता राव", ["अनिल वर्मा", "सीता राव"]),
        ("作者：王小明、李丽", ["王小明", "李丽"]),
        ("記者 陳美玲", ["陳美玲"]),
        ("文／田中花子", ["田中花子"]),
        ("김민수 기자", ["김민수"]),
    ],
)
def test_bylines_in_many_languages(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ruth Calder MS, RDN, LD", ["Ruth Calder"]),
        ("Ruth Calder, MD, and Li Wei, Ph.D.", ["Ruth Calder", "Li Wei"]),
        ("Dr. Ruth Calder", ["Dr. Ruth Calder"]),
        ("By Ruth Calder in Berlin", ["Ruth Calder"]),
        ("Ruth Calder, for the Times", ["Ruth Calder"]),
        ("Ruth Calder - Remote Jobs", ["Ruth Calder"]),
        ("Ruth Calder Senior Politics Editor", ["Ruth Calder"]),
        ("Ruth Calder | Staff Writer | July 2, 2025", ["Ruth Calder"]),
        ("Reporter Ruth Calder", ["Ruth Calder"]),
        ("Written by Ruth Calder in Trade on 1 June 2019 at 08:34 PM EDT. 51 Comments", ["Ruth Calder"]),
        ("11.12.2019 - Grete Sommerfeld", ["Grete Sommerfeld"]),
        ("von Grete77 am 20.09.2020", ["Grete77"]),
        ("Sophie in 't Veld", ["Sophie in 't Veld"]),
        ("Kim Min Seok", ["Kim Min Seok"]),
        ("Ruth Calder/Li Wei", ["Ruth Calder", "Li Wei"]),
        ("Executive Content Editor", ["Executive Content Editor"]),
    ],
)
def test_what_stands_around_a_name_is_no_part_of_it(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ruth Calder, photos by Li Wei", [("Ruth Calder", "author"), ("Li Wei", "photo")]),
        (
            "Text: Grete Sommerfeld; Fotos: Jörg Ahrens",
            [("Grete Sommerfeld", "author"), ("Jörg Ahrens", "photo")],
        ),
        ("Text und Fotos: Grete Sommerfeld", [("Grete Sommerfeld", "author")]),
        ("Photos and Story By Ruth Calder", [("Ruth Calder", "author")]),
        ("Reporting by Ruth Calder; editing by Li Wei", [("Ruth Calder", "author"), ("Li Wei", "editor")]),
        ("(Reporting by Ruth Calder; Editing by Li Wei)", [("Ruth Calder", "author"), ("Li Wei", "editor")]),
        ("Medically reviewed by Ruth Calder, MD", [("Ruth Calder", "contributor")]),
        ("Fact checked by Ruth Calder", [("Ruth Calder", "contributor")]),
        ("Additional reporting by Ruth Calder", [("Ruth Calder", "contributor")]),
        ("Übersetzt von Grete Sommerfeld", [("Grete Sommerfeld", "translator")]),
        ("Traduit par Odile Charrier", [("Odile Charrier", "translator")]),
        ("Photo: Ruth Calder", [("Ruth Calder", "photo")]),
        ("(责编：王小明、李丽)", [("王小明", "editor"), ("李丽", "editor")]),
        ("写真：田中花子", [("田中花子", "photo")]),
        ("Quelle: dpa", [("dpa", "agency")]),
    ],
)
def test_each_name_has_the_role_of_the_word_before_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.role) for one in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "role"),
    [("Author:", "author"), ("By", "author"), ("Von", "author"), ("Fotos:", "photo"), ("翻訳者", "translator"),
     ("Author of the article:", "author"), ("The harbour opens", None), ("", None)],
)  # fmt: skip
def test_a_label_says_nothing_but_a_role(text: str, role: str | None) -> None:
    assert roles.label(text) == role


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ruth Calder", True), ("RUTH CALDER", True), ("Anke de Boer", True), ("陳美玲", True), ("ليلى حداد", True),
     ("Ruth", False), ("Das Magazin für Lesben", False), ("SP-X", False), ("NASA Press Office", False),
     ("ruth calder", False), ("Ruth Calder 2", False)],
)  # fmt: skip
def test_what_looks_like_a_person(name: str, expected: bool) -> None:
    assert is_personal(name) is expected


@given(st.text(max_size=300))
def test_every_name_of_a_byline_is_made_of_its_characters(text: str) -> None:
    letters = set(text)
    assert all(isinstance(one, Named) and set(one.name) - {" "} <= letters for one in read(text))
