"""Digits, eras and calendars of the world -> what the rest of the reader of dates knows.

Years of the Japanese eras (since Meiji), of the Republic of China and of the Thai Buddhist era become Gregorian
ones; days of the Iranian calendar are converted by its rule of 33 years, which holds from 1799 to 2256. Islamic lunar
dates are left alone: they depend on the sighting of the moon.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from datetime import date, timedelta

_NOT_ASCII_DIGIT = re.compile(r"[^\D0-9]")
_FORMS = str.maketrans({"：": ":", "／": "/", "．": ".", "－": "-", "，": ",", "،": ",", "٫": ".", "٬": ","})
_LEVANTINE = re.compile("(كانون|تشرين) (الثاني|ال[أا]ول)")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|民國|民国)\s?(元|\d{1,3})\s?年")
_YEAR_BEFORE = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911,
}  # fmt: skip
_THAI = re.compile("[\u0e01-\u0e2e]")
_BUDDHIST = re.compile(r"(?:พ\.ศ\.\s?)?(?<!\d)(2[45]\d\d)(?!\d)")
_BUDDHIST_AHEAD = 543
_LEAP_POSITIONS = (1, 5, 9, 13, 17, 22, 26, 30)  # years of a cycle of 33 that have 366 days
_JALALI_EPOCH = date(622, 3, 21)  # what 1 Farvardin 1 is by counting back with the rule
_PERSIAN_DIGIT = re.compile("[\u06f0-\u06f9]")


def plain(text: str, language: str = "") -> str:
    """The text with ASCII digits, Gregorian years and one word for each month."""
    if text.isascii():
        return _gregorian(text) if language.startswith("th") else text
    text = _NOT_ASCII_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text).translate(_FORMS)
    text = _LEVANTINE.sub(r"\1\2", text)
    text = _ERA.sub(_of_era, text)
    return _gregorian(text) if language.startswith("th") or _THAI.search(text) else text


def is_persian(text: str, language: str) -> bool:
    """May a year of the 14th or 15th century be one of the Iranian calendar here?"""
    return language[:2] in {"fa", "ps"} or bool(_PERSIAN_DIGIT.search(text))


def jalali(year: int, month: int, day: int) -> date | None:
    """A day of the Iranian (Solar Hijri) calendar; None where there is no such day."""
    is_leap = year % 33 in _LEAP_POSITIONS
    length = 31 if month <= 6 else 30 if month < 12 or is_leap else 29
    if not (1 <= month <= 12 and 1 <= day <= length and 1178 <= year <= 1633):
        return None
    before = year - 1
    leaps = 8 * (before // 33) + bisect_left(_LEAP_POSITIONS, before % 33 + 1)
    months = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    return _JALALI_EPOCH + timedelta(days=365 * before + leaps + months + day - 1)


def _of_era(match: re.Match[str]) -> str:
    number = 1 if match[2] == "元" else int(match[2])
    return f"{_YEAR_BEFORE[match[1]] + number}年"


def _gregorian(text: str) -> str:
    return _BUDDHIST.sub(lambda match: str(int(match[1]) - _BUDDHIST_AHEAD), text)
