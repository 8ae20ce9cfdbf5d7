"""What an edit is: the judge's table of examples, and the laws that hold for any two texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.edits import count_words, earlier_titles, judge, judged, script
from archive.edits.furniture import is_furniture
from archive.edits.notices import notices
from archive.edits.script import MAX_STEPS
from archive.model import EDITS, Revision

TEXT = (
    "The council voted on Tuesday for a new bridge. Mayor Ada Lane said that it will cost 2.4 million crowns.\n\n"
    "Work begins in May, and 12 houses have to go. The fishermen are against it."
)


def revision(text: str = TEXT, title: str = "Bridge to be built", **said: object) -> Revision:
    fields: dict[str, object] = {
        "article_id": 1, "number": 1, "capture_id": 1, "captured_at": datetime(2026, 1, 1, tzinfo=UTC),
        "title": title, "authors": ("Milo Penhallow",), "published": None, "published_day_only": False,
        "published_from": "none", "modified": None, "section": "", "tags": (), "language": "en", "image": "",
        "description": "", "text": text, "content_digest": "",
    }  # fmt: skip
    return Revision(**(fields | said))  # type: ignore[arg-type]


def kind(old: Revision, new: Revision) -> str:
    return judge(old, replace(new, capture_id=old.capture_id + 1)).kind


TRIVIAL = {
    "case": ("a New Bridge", "A new bridge"),
    "quotes": ("She said \"no\" and 'never'.", "She said “no” and ‘never’."),
    "dashes": ("a plan - or none - was made", "a plan — or none — was made"),
    "commas": ("Boats, nets and ropes, were lost", "Boats, nets, and ropes were lost"),
    "hyphen": ("an e-mail to the co-operative", "an email to the cooperative"),
    "compound": ("the well known harbour master", "the well-known harbour-master"),
    "paragraphs": ("One line.\n\nAnother line.", "One line. Another line."),
    "ligature": ("the ﬁrst oﬃce", "the first office"),
    "grouped digits": ("a loss of 12,500 crowns", "a loss of 12 500 crowns"),
    "letters swapped": ("they recieve the money", "they receive the money"),
    "letter missing": ("the goverment decides", "the government decides"),
    "letter wrong": ("a seperate question", "a separate question"),
    "word twice": ("he went to to the harbour", "he went to the harbour"),
    "time stamp": ("Updated 14:05\n\nIt rains.", "Updated 3 May 2026 at 16:20 BST\n\nIt rains."),
    "German stamp": ("Stand: 12.05.2026, 14:05 Uhr\n\nEs regnet.", "Es regnet."),
    "counter": ("12 comments\n\nIt rains.", "31 comments\n\nIt rains."),
    "ornament": ("It rains.", "It rains.\n\n* * *"),
}


@pytest.mark.parametrize(("old", "new"), TRIVIAL.values(), ids=TRIVIAL.keys())
def test_what_says_the_same_is_trivial(old: str, new: str) -> None:
    assert kind(revision(old), revision(new)) == kind(revision(new), revision(old)) == "trivial"


SAYS_MORE = {
    "negation": ("the plan is legal", "the plan is illegal"),
    "prefix": ("a moral question", "an amoral question"),
    "plural": ("the suspect was seen", "the suspects was seen"),
    "a word for another": ("the law was adopted", "the law was adapted"),
    "short words": ("it is now decided", "it is not decided"),
    "a question": ("The mayor resigns.", "The mayor resigns?"),
    "a sentence more": ("It rains.", "It rains. The river rises."),
    "a paragraph less": ("It rains.\n\nThe river rises.", "It rains."),
    "all of it": ("It rains in the valley", "Nobody came to the feast"),
    "from nothing": ("", "It rains."),
    "notice taken away": ("It rains.\n\nCorrection: it snowed.", "It rains."),
    "no word at all": ("a" * 100_000, "a" * 99_999),
    "many figures": ("1 2 3 4 5 6 goals a b c d", "7 a 8 b 9 c 10 d 11 goals"),
}


@pytest.mark.parametrize(("old", "new"), SAYS_MORE.values(), ids=SAYS_MORE.keys())
def test_what_says_something_else_is_of_the_body(old: str, new: str) -> None:
    assert kind(revision(old), revision(new)) == "body"


IN_PLACE = {
    "number": ("2.4 million", "2.6 million"),
    "decimal point": ("2.4 million", "24 million"),
    "million": ("2.4 million", "2.4 billion"),
    "name": ("Mayor Ada Lane", "Mayor Ada Layne"),
    "whole name": ("Ada Lane", "Bo Reed"),
    "a longer name": ("on Tuesday", "on Ash Wednesday"),
    "day": ("on Tuesday", "on Wednesday"),
    "currency": ("12 houses", "€12 houses"),
    "number in words": ("12 houses", "twelve houses"),
    "sign": ("12 houses", "-12 houses"),
}


@pytest.mark.parametrize(("old", "new"), IN_PLACE.values(), ids=IN_PLACE.keys())
def test_a_number_or_name_put_in_the_place_of_another_is_a_correction(old: str, new: str) -> None:
    assert old in TEXT
    changed = revision(TEXT.replace(old, new))
    assert kind(revision(), changed) == kind(changed, revision()) == "correction"


def test_a_name_at_the_beginning_of_a_sentence_is_known_by_where_it_stands_otherwise() -> None:
    old = "Mayor Lane agreed. Lane had been against it."
    assert kind(revision(old), revision(old.replace("Lane had", "Reed had"))) == "body"
    known = old + " Later Bo Reed and Ada Lane spoke."
    assert kind(revision(known), revision(known.replace("Lane had", "Reed had"))) == "correction"


def test_where_all_nouns_have_a_capital_none_is_taken_for_a_name() -> None:
    old, new = "Er ging in die Strase am Hafen", "Er ging in die Strasse am Hafen"
    assert kind(revision(old, language="de"), revision(new, language="de")) == "trivial"
    old, new = "Er ging in das Haus", "Er ging in das Boot"
    assert kind(revision(old, language="de"), revision(new, language="de")) == "body"
    old, new = "Es kostet 12 Euro", "Es kostet 13 Euro"
    assert kind(revision(old, language="de"), revision(new, language="de")) == "correction"


NOTICES = [
    "Correction: an earlier version gave another sum.",
    "CORRECTION, 3 May: the sum was wrong.",
    "Corrections and clarifications: the sum was wrong.",
    "Editor's note: the sum was corrected after publication.",
    "This article was amended on 3 May 2026. The sum is 2.6 million.",
    "An earlier version of this story misstated the sum.",
    "(Corrects spelling of name in paragraph 3)",
    "For the record: the sum is 2.6 million.",
    "Korrektur: In einer früheren Version stand eine andere Summe.",
    "Anmerkung der Redaktion: Die Summe war falsch.",
    "In einer früheren Fassung hieß es, die Summe sei höher.",
    "Rectificatif : la somme est de 2,6 millions.",
    "Une version précédente de cet article donnait une autre somme.",
    "Fe de errores: la cantidad es otra.",
    "Una versión anterior de este artículo daba otra cantidad.",
    "Errata: o valor correto é outro.",
    "Rettifica: la somma è un’altra.",
    "In een eerdere versie van dit artikel stond een ander bedrag.",
    "Rättelse: Summan var fel.",
    "Rettelse: Beløbet var forkert.",
    "Oikaisu: Summa oli väärä.",
    "Sprostowanie: kwota była inna.",
    "Oprava: částka byla jiná.",
    "Helyesbítés: az összeg más volt.",
    "Düzeltme: Tutar yanlıştı.",
    "Исправление: сумма была другой.",
    "В первоначальной версии этого текста была другая сумма.",
    "تصحيح: المبلغ كان مختلفا.",
    "תיקון: הסכום היה שונה.",
    "【訂正】金額に誤りがありました。",
    "更正：金额有误。",
    "정정: 금액이 틀렸습니다.",
    "Ralat: jumlahnya salah.",
    "Đính chính: số tiền đã sai.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_that_appears_is_a_correction(notice: str) -> None:
    assert kind(revision(), revision(f"{TEXT}\n\n{notice}")) == "correction"
    assert kind(revision(), revision(f"{notice}\n\n{TEXT} The river rises.", title="Other")) == "correction"
    assert kind(revision(f"{TEXT}\n\n{notice}"), revision(f"{notice}\n\n{TEXT}\n\nIt rains.")) == "body"


@pytest.mark.parametrize(
    "report",
    [
        "Correction facilities in the north are full: 300 people wait.",
        "The ministry issued a correction of the figures.",
        "He asked for clarification.",
        "Corrections officers went on strike.",
        "Editor's note: we publish letters on Mondays.",
        "Die Korrektur der Zahlen dauert an.",
        "An earlier version of the bill had failed.",
    ],
)
def test_a_report_about_corrections_is_no_notice(report: str) -> None:
    assert list(notices(report)) == []


@pytest.mark.parametrize(
    "line",
    [
        "May 2026 was the driest month since 1976.", "At 14:05 the siren went.", "It rains.", "12 dead", "3 – 2",
        "1,842,000", "12 months", "Related companies profit 3.1 million.", "The newsletter said that it rains.", "8.9",
    ],
)  # fmt: skip
def test_a_short_line_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Updated 14:05", "Last updated on 3 May 2026", "3. Mai 2026", "2026-05-03 14:05", "Publié le 3 mai 2026 à 14h05",
        "5 minutes ago", "1,234 views", "更新 2026年5月3日 14時05分", "Опубликовано 3 мая 2026", "***", "",
    ],
)  # fmt: skip
def test_a_line_that_only_says_when_is_furniture(line: str) -> None:
    assert is_furniture(line)


def test_headlines_and_bylines() -> None:
    known = revision()
    assert kind(known, revision(title="Bridge to be closed")) == "headline"
    assert kind(known, revision(title="Bridge to be built?")) == "headline"
    assert kind(known, revision(title="BRIDGE TO BE BUILT | The Paper")) == "trivial"
    assert kind(known, revision(title="CORRECTED-Bridge to be sold")) == "correction"
    assert kind(known, revision(title="Other", text="Other.")) == "headline"
    assert kind(known, revision(authors=("Milo Penhallow", "Ada Lane"))) == "byline"
    assert kind(known, revision(authors=("MILO PENHALLOW",))) == "trivial"
    assert kind(known, revision(authors=("Bo Reed",), text=TEXT + " More.")) == "body"


def test_what_our_own_reader_reads_otherwise_is_no_edit() -> None:
    assert judge(revision(), revision("Something else.")).kind == "reread"
    assert "reread" not in EDITS


def test_the_first_version_is_no_edit() -> None:
    assert judged(None, revision(kind="body", words_added=3)) == revision()


def test_earlier_headlines_are_those_that_said_something_else() -> None:
    assert earlier_titles([]) == earlier_titles([("One", "first")]) == ()
    assert earlier_titles(
        [("One", "first"), ("ONE!", "trivial"), ("Two", "headline"), ("", "headline"), ("Three", "headline")]
    ) == ("One", "Two")
    assert earlier_titles([("One", "first"), ("Two", "headline"), ("one", "headline")]) == ("Two",)
    assert earlier_titles([("One | The Paper", "first"), ("One", "reread"), ("Two", "headline")]) == ("One",)


def test_words_that_came_and_went_are_counted() -> None:
    edit = judge(revision("The old ferry sails at noon."), revision("The ferry sails at noon or at one."))
    assert (edit.added, edit.removed) == (3, 1)
    assert count_words("今日は雨です", "今日は雪です") == (1, 1)
    assert count_words("A b", "a, b!") == (0, 0)


texts = st.lists(
    st.sampled_from(
        ["The ", "harbour ", "Ada Lane ", "2.4 ", "12,500 ", ". ", "\n\n", "Updated 14:05\n\n", "recieve ", "receive ",
         "Correction: wrong.\n\n", "e-mail ", "email ", "雨", "? ", "million ", "billion ", "é", "🐟"]
    ),
    max_size=30,
).map("".join)  # fmt: skip
versions = st.builds(revision, texts, texts)


@given(versions)
def test_the_same_is_trivial(version: Revision) -> None:
    assert judge(version, replace(version, capture_id=2)) == judge(version, replace(version, capture_id=3))
    assert judge(version, replace(version, capture_id=2)).kind == "trivial"
    assert count_words(version.text, version.text) == (0, 0)


@given(versions, versions)
def test_trivia_are_trivial_both_ways(one: Revision, other: Revision) -> None:
    assert (kind(one, other) == "trivial") == (kind(other, one) == "trivial")
    added, removed = count_words(one.text, other.text)
    assert count_words(other.text, one.text) == (removed, added)


@given(versions, versions)
def test_a_headline_differs_both_ways(one: Revision, other: Revision) -> None:
    other = replace(other, text=one.text)
    assert kind(one, other) == kind(other, one) or "correction" in {kind(one, other), kind(other, one)}


@given(versions)
def test_case_and_spaces_are_trivial(version: Revision) -> None:
    loud = replace(version, title=version.title.upper(), text=version.text.upper().replace(" ", "  "))
    assert kind(version, loud) == "trivial"


tokens = st.lists(st.sampled_from("abcdefgh"), max_size=200)


@given(tokens, tokens)
def test_a_script_leads_from_one_to_the_other(old: list[str], new: list[str]) -> None:
    runs = script(old, new)
    assert [t for kind, a, b in runs if kind != "ins" for t in old[a:b]] == old
    rebuilt = [t for kind, a, b in runs if kind != "del" for t in (new if kind == "ins" else old)[a:b]]
    assert rebuilt == new
    assert all(a < b for _, a, b in runs)


def test_a_long_insertion_into_a_long_text_leaves_the_rest_as_it_was() -> None:
    old = [f"word{n % 997}{n // 7}" for n in range(10_000)]
    new = [*old[:2000], *(f"more{n}" for n in range(1500)), *old[2000:6000], "x", *old[6001:]]
    runs = script(old, new)
    assert sum(b - a for kind, a, b in runs if kind == "ins") == 1501
    assert sum(b - a for kind, a, b in runs if kind == "del") == 1


def test_texts_made_to_take_long_do_not() -> None:
    old = ["a", "b"] * 10_000
    new = ["b", "a", "a"] * 7_000
    assert len(old) * len(new) / 100 > MAX_STEPS
    runs = script(old, new)
    assert [t for kind, a, b in runs if kind != "del" for t in (new if kind == "ins" else old)[a:b]] == new
