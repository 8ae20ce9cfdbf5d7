"""What a word is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import cutting
from index.analysis import (
    LONGEST_WORD,
    fold,
    folded_words,
    is_part,
    stem_term,
    stem_terms,
    tokens,
    words,
)

TEXTS = st.text(max_size=60) | st.text("aé'’.,-&#+1 0sSOo_選挙한กิ\u200c\u00adمй\u0306\n", max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor’s café, 1999!", "the mayor cafe 1999"),
        ("Cafe\u0301 ØRSTED Straße Łódź İstanbul ISTANBUL", "cafe orsted strasse lodz istanbul istanbul"),
        ("rock 'n' roll don't don’t '90s 1990's", "rock n roll don't don't 90s 1990"),
        ("well-known under_score a/b", "well known under score a b"),
        ("Donau\u00addampf", "donaudampf"),
        ("… — ***", ""),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 1.000 1'000 10\u202f000 1000", "1000 1000 1000 10000 1000"),
        ("1,234,567 1,234.56 1.234,56 10,000m", "1234567 1234.56 1234.56 10000m"),
        ("3.5 3,5 0.125 €100 $5m 100% 5G", "3.5 3.5 0.125 100 5m 100 5g"),
        ("01.04.2025 12:30 2024/25 192.168.0.1 3.11.4", "01 04 2025 12 30 2024 25 192 168 0 1 3 11 4"),
        ("1,2,3 v3.5", "1 2 3 v3 5"),
        ("٢٠٢٥ २०२५ ２０２５", "2025 2025 2025"),
    ],
)
def test_numbers_are_one_word_however_their_digits_are_grouped(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U.S. U.S US U.S.'s U.N.-backed", "us us us us un backed"),
        ("J.R.R. Tolkien, J.K.Rowling, E.coli, e.g.", "jrr tolkien jk rowling e coli eg"),
        ("С.Ш.А.", "сша"),
        ("AT&T’s S&P H&M A & B, Marks&Spencer", "at&t s&p h&m a b marks spencer"),
        ("C++ C# F#, C++17, foo++ A+", "c++ c# f# c++ 17 foo a"),
        ("#hashtag @name @first_last", "hashtag name first last"),
        ("E-mail e‑mail email X-ray F-16 G-20", "email email email xray f16 g20"),
        ("T-shirt U-turn a-crystallin D-day", "tshirt uturn a crystallin d day"),
        ("state-of-the-art COVID-19 a-t-il", "state of the art covid 19 a t il"),
        ("l'élection d’État dell'arte qu'il aujourd'hui", "l election d etat dell arte qu il aujourd'hui"),
        ("O'Brien O’Brien's obrien o'clock", "obrien obrien obrien oclock"),
    ],
)
def test_names_and_compounds(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("й ё ї ў За́мок Київ", "й е ї ў замок київ"),
        ("п'ять п’ять", "п'ять п'ять"),
        ("مُحَمَّد محــمد أحمد إسلام مؤسسة", "محمد محمد احمد اسلام مؤسسة"),
        ("علی على", "علي علي"),
        ("کتاب‌ها", "كتاب ها"),
        ("हिन्दी क़लम कलम हँसी हंसी", "हिन्दी कलम कलम हंसी हंसी"),
        ('שָׁלוֹם צה״ל צה"ל', "שלום צהל צהל"),
        ("ΆΝΘΡΩΠΟΣ άνθρωπος", "ανθρωποσ ανθρωποσ"),
    ],
)
def test_what_is_left_out_or_mixed_up_elsewhere_makes_no_difference(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("選挙結果 2025年", "選挙 挙結 結果 果 2025 年"),
        ("ｶﾞｽ ガス", "ガス ス ガス ス"),
        ("선거에서 KBS는", "선거 거에 에서 서 kbs 는"),
        ("\u1109\u1165\u11ab\u1100\u1165", "선거 거"),
        ("ข่าวดี", "ข่า าว วดี ดี"),
        ("ภาษา๒๕", "ภา าษ ษา า 25"),
    ],
)
def test_scripts_without_spaces_are_cut_into_pairs(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@given(st.text("abSsxLe019 .,'-&+#\"_@/()", max_size=12))
def test_a_chunk_of_ascii_is_cut_as_any_other(chunk: str) -> None:
    for_ascii, for_any = (
        [(found.lastgroup, found["between"], found.span()) for found in expression.finditer(chunk)]
        for expression in (cutting._in_ascii, cutting._in_any())
    )
    assert for_ascii == for_any


def test_a_pair_is_looked_for_without_the_character_that_stands_alone_only_at_the_end() -> None:
    assert folded_words("選挙結果") == ("選挙", "挙結", "結果")
    assert folded_words("選挙 a") == ("選挙", "挙", "a")
    assert folded_words("選") == ("選",)
    assert is_part("選")
    assert is_part("ก็")
    assert not is_part("選挙")
    assert not is_part("a")


def test_stems_are_those_of_the_language_of_the_text() -> None:
    assert stem_term("elections", "en-GB") == stem_term("election", "en") == "elect/en"
    assert stem_term("wahlen", "de") == stem_term("wahl", "de") != stem_term("wahl", "en")
    assert stem_term("выборы", "ru") == stem_term("выборов", "ru")
    assert stem_term("elections", "") == stem_term("elections", "xx") == "elections"
    assert stem_term("google", "ru") == "google"
    assert stem_term("1000", "en") == "1000"


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", "arrêté arrêtée arrêtées"),
        ("fr", "premier première premières"),
        ("es", "elección elecciones eleccion"),
        ("ca", "elecció eleccions"),
        ("de", "Wähler Wählern wahler"),
        ("hu", "ország országról országból országban"),
        ("pl", "kandydat kandydatów kandydata"),
        ("tr", "yıl yıllar yillar"),
        ("tr", "çocuk çocukları cocuklari"),
        ("ru", "выбор выборы выборов"),
        ("el", "εκλογές εκλογων"),
    ],
)
def test_forms_of_a_word_have_one_stem_though_their_accents_are_gone(language: str, forms: str) -> None:
    assert len({stem_term(fold(form), language) for form in forms.split()}) == 1


def test_a_word_has_a_stem_for_each_language_that_the_index_holds() -> None:
    assert stem_terms("news", frozenset(("en", "en-us", "fr", "", "zh"))) == ("news", "news/en", "new/fr")
    assert stem_terms("2025", frozenset(("en", "de", ""))) == ("2025",)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_words_stand_where_they_say_and_are_bounded(text: str) -> None:
    start = -1
    for word in words(text):
        assert start < word.start < word.end <= len(text)
        assert 0 < len(word.text) <= LONGEST_WORD
        start = word.start


@given(TEXTS)
def test_words_and_places_are_the_same_whoever_asks(text: str) -> None:
    found = tokens(text)
    assert [word.text for word in words(text)] == found
    assert tokens(f"{text} é")[: len(found)] == found
