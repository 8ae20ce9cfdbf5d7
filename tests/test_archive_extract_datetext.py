"""Dates in the languages, calendars and habits of the world's newspapers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.extract import clock
from archive.extract.calendars import jalali, plain
from archive.extract.datetext import is_month, moment, rest
from archive.extract.labels import parts, says_modified
from archive.extract.months import month
from archive.isodate import iso_date


def read(text: str, language: str = "") -> str | None:
    found = moment(text, language=language)
    return iso_date(found.at, day_only=found.day_only) if found else None


APRIL = "2025-04-01"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1 April 2025", "en"),
        ("Dienstag, den 1. April 2025", "de"),
        ("mardi 1er avril 2025", "fr"),
        ("martes, 1 de abril de 2025", "es"),
        ("martedì 1 aprile 2025", "it"),
        ("terça-feira, 1 de abril de 2025", "pt"),
        ("dinsdag 1 april 2025", "nl"),
        ("Publicerad 1:a april 2025", "sv"),
        ("tirsdag d. 1. april 2025", "da"),
        ("tiistai 1. huhtikuuta 2025", "fi"),
        ("1. apríl 2025", "is"),
        ("1. aprill 2025", "et"),
        ("2025. gada 1. aprīlis", "lv"),
        ("2025 m. balandžio 1 d.", "lt"),
        ("1 kwietnia 2025", "pl"),
        ("1. dubna 2025", "cs"),
        ("1. apríla 2025", "sk"),
        ("1. travnja 2025.", "hr"),
        ("1. април 2025.", "sr"),
        ("1 април 2025 г.", "bg"),
        ("1 aprilie 2025", "ro"),
        ("2025. április 1., kedd", "hu"),
        ("1 Απριλίου 2025", "el"),
        ("1 Nisan 2025 Salı", "tr"),
        ("1 prill 2025", "sq"),
        ("1 апреля 2025 года", "ru"),
        ("1 квітня 2025 року", "uk"),
        ("1 d’abril de 2025", "ca"),
        ("1 Ebrill 2025", "cy"),
        ("1 April 2025", "id"),
        ("ngày 1 tháng 4 năm 2025", "vi"),
        ("Aprili 1, 2025", "sw"),
        ("1 अप्रैल 2025", "hi"),
        ("१ एप्रिल २०२५", "mr"),
        ("১ এপ্রিল ২০২৫", "bn"),
        ("1 ஏப்ரல் 2025", "ta"),
        ("1 ఏప్రిల్ 2025", "te"),
        ("1 أبريل 2025", "ar"),
        ("١ نيسان ٢٠٢٥", "ar"),
        ("1 أبريل/نيسان 2025", "ar"),
        ("1 באפריל 2025", "he"),
        ("۱۲ فروردین ۱۴۰۴", "fa"),
        ("۱۴۰۴/۰۱/۱۲", "fa"),
        ("1404/01/12", "fa"),
        ("1 اپریل 2025", "ur"),
        ("1 เมษายน พ.ศ. 2568", "th"),
        ("1 เม.ย. 2568", "th"),
        ("1 აპრილი, 2025", "ka"),
        ("1 ապրիլի, 2025", "hy"),
        ("2025 оны 4-р сарын 1", "mn"),
        ("2025年4月1日", "zh"),
        ("２０２５年４月１日", "ja"),
        ("令和7年4月1日(火)", "ja"),
        ("民國114年4月1日", "zh-TW"),
        ("2025년 4월 1일", "ko"),
        ("2025. 4. 1.", "ko"),
    ],
)
def test_a_day_is_read_in_many_languages(text: str, language: str) -> None:
    assert read(text, language) == APRIL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年4月1日 10時30分", "2025-04-01T10:30:00+00:00"),
        ("2025年4月1日 午後2時05分", "2025-04-01T14:05:00+00:00"),
        ("2025年4月1日 下午2:05", "2025-04-01T14:05:00+00:00"),
        ("2025.04.01. 오전 9:05", "2025-04-01T09:05:00+00:00"),
        ("2025-04-01 14시 30분", "2025-04-01T14:30:00+00:00"),
        ("1 เมษายน 2568 เวลา 10.30 น.", "2025-04-01T10:30:00+00:00"),
        ("١ أبريل ٢٠٢٥ ١٠:٣٠ م", "2025-04-01T22:30:00+00:00"),
        ("1 avril 2025 à 14 h 30", "2025-04-01T14:30:00+00:00"),
        ("1.4.2025 klo 10.30", "2025-04-01T10:30:00+00:00"),
        ("kl. 14.30 den 1. april 2025", "2025-04-01T14:30:00+00:00"),
        ("Selasa, 1 April 2025 14.30 WIB", "2025-04-01T14:30:00+07:00"),
        ("1 April 2025, 5 p.m. PT", "2025-04-01T17:00:00-07:00"),
        ("Jan. 1, 2025 at 12:05 a.m. EST", "2025-01-01T00:05:00-05:00"),
        ("1. April 2025, 14:30 Uhr MESZ", "2025-04-01T14:30:00+02:00"),
        ("1. April 2025 um 14 Uhr", "2025-04-01T14:00:00+00:00"),
        ("2025-04-01 14:30 GMT+8", "2025-04-01T14:30:00+08:00"),
        ("2025-04-01T14:30:00.123+0530", "2025-04-01T14:30:00+05:30"),
        ("20250401T143000Z", "2025-04-01T14:30:00+00:00"),
        ("Tue Apr 01 14:30:00 EDT 2025", "2025-04-01T14:30:00-04:00"),
        ("2025-04-01|19h18", "2025-04-01T19:18:00+00:00"),
        ("/Date(1743517800000)/", "2025-04-01T14:30:00+00:00"),
    ],
)
def test_a_time_of_day_is_read_in_many_ways(text: str, expected: str) -> None:
    assert read(text) == expected


def test_a_time_of_day_belongs_to_its_own_date() -> None:
    assert read("1 April 2025 – changed 2 April 2025 10:30") == "2025-04-01"
    assert read("1 April 2025 09:00 – changed 2 April 2025 10:30") == "2025-04-01T09:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2 hours ago", "vor 3 Stunden", "il y a 5 minutes", "hace 2 días", "3 часа назад", "5分钟前", "3時間前",
        "2시간 전", "قبل ساعتين", "yesterday at 10:30", "gestern, 14.30 Uhr", "2025", "© 2019–2025", "April 2025",
        "2025年4月", "Issue 12, volume 2025", "9999999999", "1 Ramadan 1446", "1446/09/01",
    ],
)  # fmt: skip
def test_what_has_no_day_is_refused(text: str) -> None:
    assert read(text) is None


def test_one_name_of_a_month_means_two_in_neighbouring_languages() -> None:
    assert read("1 listopada 2025", "pl") == "2025-11-01"
    assert read("1. listopada 2025", "hr") == "2025-10-01"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-US", "2025-04-03"),
        ("en-PH", "2025-04-03"),
        ("en-GB", "2025-03-04"),
        ("en-IN", "2025-03-04"),
        ("en-CA", None),
        ("en", None),
        ("pt-BR", "2025-03-04"),
        ("ja", None),
    ],
)
def test_the_country_settles_the_order_of_numbers(language: str, expected: str | None) -> None:
    assert read("04/03/2025", language) == expected


def test_years_of_two_digits_are_of_the_century_that_printed_them() -> None:
    assert read("08.05.12") == "2012-05-08"
    assert read("08.05.98") == "1998-05-08"


@given(st.integers(1206, 1498))
def test_new_year_of_the_iranian_calendar_is_in_march(year: int) -> None:
    first = jalali(year, 1, 1)
    assert first is not None
    assert first.month == 3
    assert 19 <= first.day <= 22


@given(st.integers(1206, 1498), st.integers(1, 12), st.integers(1, 31))
def test_days_of_the_iranian_calendar_follow_each_other(year: int, number: int, day: int) -> None:
    found = jalali(year, number, day)
    following = jalali(year, number, day + 1) or jalali(year, number + 1, 1) or jalali(year + 1, 1, 1)
    if found is not None:
        assert following == found + timedelta(days=1)


def test_days_of_the_iranian_calendar_are_those_of_history() -> None:
    assert jalali(1357, 11, 22) == date(1979, 2, 11)
    assert jalali(1403, 12, 30) == date(2025, 3, 20)
    assert jalali(1404, 12, 30) is None


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2056, 12, 31)))
def test_thai_years_are_543_ahead(day: date) -> None:
    assert read(f"{day.day}/{day.month}/{day.year + 543}", "th") == day.isoformat()


@given(st.text(max_size=300))
@example("١٢٣" * 50)
@example("1. " * 100)
@example("2025年" * 80)
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = moment(text, language="th")
    assert found is None or 1800 <= found.at.year <= 2100
    assert rest(text) is None or isinstance(rest(text), str)
    assert all(part in text for _, part, _ in parts(text))
    clock.after(text)
    plain(text, "th")


@pytest.mark.parametrize(
    ("name", "number"), [("März", 3), ("ม.ค.", 1), ("سبتمبر", 9), ("Kasım", 11), ("week", None)]
)
def test_names_of_months(name: str, number: int | None) -> None:
    assert month(name) == number
    assert is_month(name) == (number is not None)


@pytest.mark.parametrize(
    "line",
    [
        "Published 1 May 2025, updated 3 May 2025", "Veröffentlicht am 1.5.2025 | Aktualisiert am 3.5.2025",
        "Publié le 1 mai 2025 - Mis à jour le 3 mai 2025", "Publicado: 1/5/2025. Actualizado: 3/5/2025",
        "Опубликовано 1 мая 2025, обновлено 3 мая 2025", "公開日 2025年5月1日 更新日 2025年5月3日",
        "입력 2025.05.01 10:00 수정 2025.05.03 11:00", "تاريخ النشر 1 مايو 2025 آخر تحديث 3 مايو 2025",
        "1 May 2025 (last updated 3 May 2025)",
    ],
)  # fmt: skip
def test_a_line_tells_the_day_of_publication_from_that_of_a_change(line: str) -> None:
    said = {
        role: found.at.date()
        for role, text, _ in parts(line)
        if (found := moment(text, language="es")) is not None
    }
    assert said == {"published": date(2025, 5, 1), "modified": date(2025, 5, 3)}


def test_a_label_may_follow_its_date() -> None:
    assert parts("2025年5月3日 更新") == [("modified", "2025年5月3日 更新", True)]
    assert says_modified("Zuletzt aktualisiert")
    assert not says_modified("Posted")
