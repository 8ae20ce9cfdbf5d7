"""A date as people and machines write it -> a moment.

Only what is unambiguous is read. `4/5/2025` is a day in April in one country and in May in another: it is
read where the language of the page settles the order, or one number is no month, and refused elsewhere. So are
"3 hours ago", which counts from nobody knows when, and months and years without a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timezone

from archive.extract import clock, zones
from archive.extract.calendars import is_persian, jalali, plain
from archive.extract.months import jalali_month, month
from archive.extract.text import clean

_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_WORD = r"""(?P<word>[ก-์]{1,3}\.\s?[ก-ฮ]\.?|[^\s\d.,;:/|()\[\]<>"@#&+*=~^–—_!?«»·•-]{2,20})"""
_ORDINAL = r"(?:\.|st\b|nd\b|rd\b|th\b|er\b|re\b|º|ª|°|:[ae]|-?го|-?ви)?"
_ISO = re.compile(rf"(?<!\d){_YEAR}(?P<mark>\s?[-/.]\s?)(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)")
_COMPACT = re.compile(rf"^{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_CJK = re.compile(rf"{_YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)(?!\d)")
_MONGOLIAN = re.compile(
    rf"{_YEAR}\s*оны?\s+(?P<month>\d\d?)\s?-?\s?(?:р|дугаар|дүгээр)?\s*сарын\s+(?P<day>\d\d?)(?!\d)"
)
_VIETNAMESE = re.compile(
    rf"(?P<day>\d\d?)\s+tháng\s+(?P<month>\d\d?)\s*,?\s+(?:năm\s+)?{_YEAR}(?!\d)", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"(?<![\d/.])(?P<day>\d\d?){_ORDINAL}[\s\-/]*(?:de |of |d['’]|ב)?\s*"
    rf"{_WORD}\.?,?(?:\s*/\s*[^\W\d]{{2,20}})?[\s\-/]*(?:de |del )?{_YEAR}(?!\d)"
)
_MONTH_FIRST = re.compile(rf"{_WORD}\.?[\s\-]+(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s*,|,?\s)\s*{_YEAR}(?!\d)")
_YEAR_FIRST = re.compile(
    rf"{_YEAR}\.?\s*(?:m\.|eko\b)?[\s\-/]*{_WORD}(?:ren\b)?\.?(?:aren)?[\s\-/]+(?P<day>\d\d?)(?!\d)"
)
_YEAR_THEN_DAY = re.compile(rf"{_YEAR}\.?\s*(?:gada|года|жылғы)?\s+(?P<day>\d\d?)\.?\s+{_WORD}")
_OF_PROGRAMS = re.compile(  # "Fri Mar 05 10:00:00 CET 2021", as ctime and Java write it
    rf"{_WORD}\s+(?P<day>\d\d?)(?=\s+\d\d:\d\d:\d\d\s+(?:[A-Za-z]{{1,5}}\s+|[+-]\d{{4}}\s+)?(?P<year>(?:19|20)\d\d)(?!\d))"
)
_NUMERIC = re.compile(
    r"(?<![\d/.])(?P<one>\d\d?)\s?(?P<mark>[./-])\s?(?P<two>\d\d?)\s?(?P=mark)\s?(?P<year>(?:18|19|20)?\d\d)(?!\d)"
)
_JALALI = re.compile(
    rf"(?<!\d)(?:(?P<year>1[34]\d\d)[/-](?P<month>\d\d?)[/-](?P<day>\d\d?)"
    rf"|(?P<d>\d\d?)\s+{_WORD}\s+(?:ماه\s+)?(?P<y>1[34]\d\d))(?!\d)"
)
_EPOCH = re.compile(r"^(?:/Date\()?(?P<seconds>\d{10})(?:\d{3}|\.\d+)?(?:[+-]\d{4})?(?:\)/)?$")
_DIGIT = re.compile(r"\d")
_EARLIEST, _LATEST = 1800, 2099
_CENTURY = 70  # of years with two digits, those from here on are of the last century

_MONTH_FIRST_REGIONS = frozenset({"us", "ph", "fm", "pr"})
_WITH_DAY_FIRST = """
    ar az be bg bn bs ca cs cy da de el es et fi fr ga gl gu he hi hr hy id is it ka kk kn lv mk ml mr ms nb nl nn no
    pa pl pt ro ru sk sl sq sr sw ta te th tr uk ur uz vi
"""
_DAY_FIRST_LANGUAGES = frozenset(_WITH_DAY_FIRST.split())
_MIXED_REGIONS = frozenset({"ca"})  # where both orders are in use


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware instant; midnight UTC stands for the whole day where `day_only`. Where not `zoned`, nothing told the
    zone, and `at` is the time on the wall as if it were UTC."""

    at: datetime
    day_only: bool = False
    zoned: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    day: date
    start: int
    end: int


def moment(text: str, *, language: str = "", day: date | None = None) -> Moment | None:
    """The first date in a short text, with its time of day where one stands beside it.

    `language` is the page's tag ("en-GB") and settles the order of purely numeric dates; `day` is a day
    known from elsewhere (the URL) that settles it too. None where there is no date or two readings of it.
    """
    text = clean(text[:400])
    if not _DIGIT.search(text):
        return None
    text = plain(text, language)
    if epoch := _EPOCH.match(text):
        at = datetime.fromtimestamp(int(epoch["seconds"]), UTC)
        return Moment(at) if at.year <= _LATEST else None
    found = _first_date(text, language, day)
    if found is None:
        return None
    time = clock.after(text[found.end :]) or clock.before(text[: found.start])
    return _at(found.day, time, language)


def whole(day: date) -> Moment:
    """The moment that stands for a day."""
    return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), day_only=True, zoned=False)


def rest(text: str) -> str | None:
    """What else the text says beside its first date and time of day, None where it has no date.

    Dates that can be read in two ways are dates here.
    """
    if not _DIGIT.search(text):
        return None
    text = plain(text)
    found = _first_date(text, "", None)
    numeric = _NUMERIC.search(text)
    if found is None and numeric is None:
        return None
    start, end = (
        (found.start, found.end) if found else (numeric.start(), numeric.end()) if numeric else (0, 0)
    )
    return clean(clock.without(f"{text[:start]} {text[end:]}"))


def is_month(text: str) -> bool:
    """Is this the name of a month and nothing else?"""
    return month(text.strip()) is not None


def _first_date(text: str, language: str, known: date | None) -> _Found | None:
    """The date that stands first; of those that begin together the one that the most explicit pattern reads."""
    found = [*(_numbers(pattern, text) for pattern in (_ISO, _COMPACT, _CJK, _MONGOLIAN, _VIETNAMESE))]
    patterns = (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_THEN_DAY, _OF_PROGRAMS)
    found += [_words(pattern, text, language) for pattern in patterns]
    found += [_numeric(text, language, known), _iranian(text, language)]
    return min((one for one in found if one), key=lambda one: one.start, default=None)


def _numbers(pattern: re.Pattern[str], text: str) -> _Found | None:
    return _first(
        pattern.finditer(text),
        lambda match: date(int(match["year"]), int(match["month"]), int(match["day"])),
    )


def _words(pattern: re.Pattern[str], text: str, language: str) -> _Found | None:
    return _first(
        pattern.finditer(text),
        lambda match: date(int(match["year"]), month(match["word"], language) or 0, int(match["day"])),
    )


def _iranian(text: str, language: str) -> _Found | None:
    return _first(_JALALI.finditer(text), lambda match: _jalali(match, is_persian(text, language)))


def _jalali(match: re.Match[str], is_sure: bool) -> date | None:
    if match["word"]:
        return jalali(int(match["y"]), jalali_month(match["word"]) or 0, int(match["d"]))
    return jalali(int(match["year"]), int(match["month"]), int(match["day"])) if is_sure else None


def _first(matches: Iterable[re.Match[str]], day_of: Callable[[re.Match[str]], date | None]) -> _Found | None:
    """The first match that is a day of the calendar."""
    for match in matches:
        try:
            day = day_of(match)
        except ValueError:
            continue
        if day is not None and _EARLIEST <= day.year <= _LATEST:
            return _Found(day, match.start(), match.end())
    return None


def _numeric(text: str, language: str, known: date | None) -> _Found | None:
    return _first(_NUMERIC.finditer(text), lambda match: _either(match, language, known))


def _either(match: re.Match[str], language: str, known: date | None) -> date | None:
    """The day that three numbers with the year at the end mean, None where both orders are as likely."""
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= _CENTURY else 2000
    one, two = int(match["one"]), int(match["two"])
    day_first, month_first = _day(year, two, one), _day(year, one, two)
    if one == two or not (day_first and month_first):
        return day_first or month_first
    if known is not None:
        return next((reading for reading in (day_first, month_first) if reading == known), None)
    if match["mark"] == ".":
        return day_first  # nobody writes the month first with dots
    primary, *others = language.lower().replace("_", "-").split("-")
    region = next((part for part in others if len(part) == 2), "")
    if primary == "en":
        if not region or region in _MIXED_REGIONS:
            return None
        return month_first if region in _MONTH_FIRST_REGIONS else day_first
    return day_first if primary in _DAY_FIRST_LANGUAGES else None


def _day(year: int, month_number: int, day: int) -> date | None:
    try:
        return date(year, month_number, day)
    except ValueError:
        return None


def _at(day: date, time: clock.Clock | None, language: str) -> Moment:
    if time is None:
        return whole(day)
    wall = datetime(day.year, day.month, day.day, time.hour, time.minute, time.second, tzinfo=UTC)
    zone: timezone | None = zones.named(time.zone, wall, zones.country("", language))
    return Moment(wall.replace(tzinfo=zone or UTC), zoned=zone is not None)
