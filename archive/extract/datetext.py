"""A date as people and machines write it -> a moment.

Only what is unambiguous is read. `4/5/2025` is a day in April in one country and in May in another: it is
read where the language of the page settles the order, or one number is no month, and refused elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from archive.extract.text import clean, key

_MONTHS = (  # accents removed; en de fr es it pt nl sv da no fi pl cs ro tr ru uk
    """jan janv ene enero gen gennaio ocak janeiro tammikuu styczen stycznia leden ledna ianuarie sty jaen janner
    jaenner januari januar january janvier января січня""",
    """feb febr fev fevr february februar fevrier febrero febbraio fevereiro februari helmikuu lut luty lutego unor
    unora februarie subat февраля лютого""",
    "mar march marz maerz mars marzo marco maart maaliskuu marzec marca brezen brezna martie mart mrt марта березня",
    "apr april avr avril abr abril aprile huhtikuu kwi kwiecien kwietnia duben dubna aprilie nisan апреля квітня",
    "may mai mayo maggio mag maio mei maj toukokuu kveten kvetna mayis мая травня",
    "jun june juni juin junio giugno giu junho kesakuu cze czerwiec czerwca cerven cervna iunie haziran июня червня",
    """jul july juli juil juillet julio luglio lug julho heinakuu lip lipiec lipca cervenec cervence iulie temmuz
    июля липня""",
    "aug august aout ago agosto augustus augusti elokuu sie sierpien sierpnia srpen srpna agustos августа серпня",
    """sep sept september septembre septiembre settembre set setembro syyskuu wrz wrzesien wrzesnia zari septembrie
    eylul сентября вересня""",
    """oct october okt oktober octobre octubre ottobre ott out outubro lokakuu paz pazdziernik pazdziernika rijen
    rijna octombrie ekim октября жовтня""",
    "nov november novembre noviembre novembro marraskuu lis listopad listopada noiembrie kasim ноября листопада",
    """dec december dez dezember decembre dic diciembre dicembre dezembro des desember joulukuu gru grudzien grudnia
    prosinec prosince decembrie aralik декабря грудня""",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

# Hours east of UTC. Abbreviations with more than one common meaning (IST, CST in Asia) are left out or take
# the meaning they have on news sites of their language.
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "bst": 1, "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13, "sast": 2,
}  # fmt: skip

_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_ISO = re.compile(rf"(?<!\d){_YEAR}([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d)")
_COMPACT = re.compile(rf"^{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_CJK = re.compile(rf"{_YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일]")
_DAY_FIRST = re.compile(
    rf"(?<![\d/.])(?P<day>\d\d?)(?:\.|st|nd|rd|th|er|º|ª)?[\s\-/]*(?:de |of |d')?\s*"
    rf"(?P<word>[^\W\d_]{{3,12}})\.?,?[\s\-/]+(?:de |del )?{_YEAR}(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?P<word>[^\W\d_]{{3,12}})\.?[\s\-]+(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s*,|,?\s)\s*{_YEAR}(?!\d)"
)
_YEAR_FIRST_WORD = re.compile(rf"{_YEAR}\.?[\s\-]+(?P<word>[^\W\d_]{{3,12}})\.?[\s\-]+(?P<day>\d\d?)(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d/.])(?P<one>\d\d?)\s?(?P<mark>[./-])\s?(?P<two>\d\d?)\s?(?P=mark)\s?(?P<year>(?:18|19|20)?\d\d)(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])(?:[:h時시]\s?|\.(?=\d\d\s*(?:uhr|[ap]\.?m)))(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:[.,]\d+)?分?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?:uhr|h|hrs)?\s*[(,]?\s*"
    r"(?P<zone>(?:utc|gmt)?\s?[+-]\d\d?:?\d\d(?!\d)|(?:utc|gmt)[+-]\d\d?|[+-]\d\d\b(?!:|-)|[a-z]{1,5}\b)?",
    re.IGNORECASE,
)  # fmt: skip
_COMPACT_TIME = re.compile(r"^T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?")
_HOUR_ONLY = re.compile(
    r"(?<![\d:.])(?P<hour>1[0-2]|0?[1-9])\s?(?P<half>[ap]\.?m)\b(?P<minute>)(?P<second>)(?P<zone>)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])(\d\d?):?(\d\d)?$")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
_TIME_WINDOW = 45  # characters around a date in which a time of day belongs to it
_EARLIEST, _LATEST = 1800, 2099


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware instant; midnight UTC stands for the whole day where `day_only`."""

    at: datetime
    day_only: bool = False


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
    if _EPOCH.match(text):
        return Moment(datetime.fromtimestamp(int(text[:10]), UTC))
    found = _first_date(text, language, day)
    if found is None:
        return None
    tail = text[found.end :]
    if (
        clock := _COMPACT_TIME.match(tail)
        or _TIME.search(tail[:_TIME_WINDOW])
        or _HOUR_ONLY.search(tail[:_TIME_WINDOW])
    ):
        return _at(found.day, clock)
    before = list(_TIME.finditer(text[max(0, found.start - _TIME_WINDOW) : found.start]))
    if before:
        return _at(found.day, before[-1])
    return Moment(datetime(found.day.year, found.day.month, found.day.day, tzinfo=UTC), day_only=True)


def rest(text: str) -> str | None:
    """What else the text says beside its first date and time of day, None where it has no date.

    Dates that can be read in two ways are dates here.
    """
    found = _first_date(text, "", None)
    numeric = _NUMERIC.search(text)
    if found is None and numeric is None:
        return None
    start, end = (
        (found.start, found.end) if found else (numeric.start(), numeric.end()) if numeric else (0, 0)
    )
    return clean(_TIME.sub(" ", f"{text[:start]} {text[end:]}", count=1))


def is_month(text: str) -> bool:
    """Is this the name of a month and nothing else?"""
    return key(text) in _MONTH_OF


def _first_date(text: str, language: str, known: date | None) -> _Found | None:
    candidates = [_numbers(_ISO, text), _numbers(_COMPACT, text), _numbers(_CJK, text)]
    candidates += [_words(pattern, text) for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST_WORD)]
    candidates.append(_numeric(text, language, known))
    return min((found for found in candidates if found), key=lambda found: found.start, default=None)


def _numbers(pattern: re.Pattern[str], text: str) -> _Found | None:
    for match in pattern.finditer(text):
        if found := _found(match, int(match["year"]), int(match["month"]), int(match["day"])):
            return found
    return None


def _words(pattern: re.Pattern[str], text: str) -> _Found | None:
    for match in pattern.finditer(text):
        month = _MONTH_OF.get(key(match["word"]))
        if month and (found := _found(match, int(match["year"]), month, int(match["day"]))):
            return found
    return None


def _numeric(text: str, language: str, known: date | None) -> _Found | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    year = int(match["year"]) if len(match["year"]) == 4 else 2000 + int(match["year"])
    one, two = int(match["one"]), int(match["two"])
    day_first, month_first = _found(match, year, two, one), _found(match, year, one, two)
    if one == two or not (day_first and month_first):
        return day_first or month_first
    if known is not None:
        return next((reading for reading in (day_first, month_first) if reading.day == known), None)
    if match["mark"] == ".":
        return day_first  # nobody writes the month first with dots
    primary, _, region = language.lower().replace("_", "-").partition("-")
    if primary == "en":
        return {"us": month_first, "gb": day_first, "au": day_first, "ie": day_first, "nz": day_first}.get(
            region
        )
    return day_first if primary in _DAY_FIRST_LANGUAGES else None


_DAY_FIRST_LANGUAGES = frozenset({
    "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "nb", "nn", "fi", "pl", "cs", "sk", "ro", "tr", "ru", "uk",
    "bg", "el", "hr", "sr", "ca", "id", "vi",
})  # fmt: skip


def _found(match: re.Match[str], year: int, month: int, day: int) -> _Found | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return _Found(date(year, month, day), match.start(), match.end())
    except ValueError:
        return None


def _at(day: date, clock: re.Match[str]) -> Moment:
    hour = int(clock["hour"])
    half = (clock.groupdict().get("half") or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    zone = _zone(clock.groupdict().get("zone") or "")
    return Moment(
        datetime(
            day.year,
            day.month,
            day.day,
            hour,
            int(clock["minute"] or 0),
            int(clock["second"] or 0),
            tzinfo=zone,
        )
    )


def _zone(text: str) -> timezone:
    """The offset that a zone's name or number means; UTC where there is none that is known."""
    text = text.strip().lower()
    if offset := _OFFSET.match(text):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= 14 * 60:
            return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    return timezone(timedelta(hours=_ZONES.get(text, 0)))
