"""Values as feeds write them: plain text, names of people, dates, languages."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import NamedTuple

_MAX_TEXT = 2000
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|</?[a-z][^<>]*(?:>|$)", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

_EMAIL = re.compile(r"<?(?:mailto:)?[^\s<>()@]+@[^\s<>()@]+>?")
_BY = re.compile(r"^(?:by|von|par|por|di)\s+(?=\S)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:;|\||\s&\s|\s(?:and|und|et|y|e)\s)\s*")
_NOBODY = frozenset(
    {"admin", "administrator", "unknown", "none", "null", "editor", "webmaster", "guest", "noreply"}
)

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:(?:T|\s+)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_DAY_ONLY = re.compile(r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_YEAR, _LAST_YEAR = 1700, 2200


class Moment(NamedTuple):
    """An aware time with the offset that was written; midnight where only the day was."""

    at: datetime
    day_only: bool


def plain_text(text: object) -> str:
    """Text without markup and entities on one line; "" for what is not a string."""
    if not isinstance(text, str):
        return ""
    bare = _MARKUP.sub(" ", _SCRIPT.sub(" ", text[:_MAX_TEXT]))
    return " ".join(_CONTROL.sub(" ", html.unescape(bare)).split())


def person_names(text: object) -> tuple[str, ...]:
    """The names in a byline: "a@b (Jane Roe)" and "By Jane Roe and Max Poe"; never an e-mail address or a URL."""
    if not isinstance(text, str):
        return ()
    bare = plain_text(_EMAIL.sub(" ", text[:_MAX_TEXT]))
    bare = bare.strip(" ,;<>")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    bare = _BY.sub("", bare.strip())
    parts = [part.strip(" ,") for part in _BETWEEN_NAMES.split(bare)]
    # A comma stands between names only where each side is a name of two words: "Roe, Jane" is one person.
    parts = [name for part in parts for name in _split_at_commas(part)]
    return tuple(dict.fromkeys(name for name in parts if _is_name(name)))


def _split_at_commas(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    return parts if all(" " in part for part in parts) else [text]


def _is_name(text: str) -> bool:
    return bool(text) and text.casefold() not in _NOBODY and "://" not in text and any(map(str.isalpha, text))


def moment(text: object) -> Moment | None:
    """The time in a feed's date: RFC 3339, W3C date and time, RFC 822; None where it is none, or impossible.

    The offset is kept. A time without one is taken as UTC. Years before 1700 or after 2200 are mistakes; a year
    or a month without a day says too little.
    """
    if not isinstance(text, str) or len(text) > 100:
        return None
    text = text.strip()
    try:
        found = _iso(text) or _rfc822(text) or _written_day(text)
    except (ValueError, OverflowError):  # the 31st of June, hour 25, an offset of two days
        return None
    return found if found and _FIRST_YEAR <= found.at.year <= _LAST_YEAR else None


def language_tag(text: object) -> str:
    """The primary tag, `en` of `en-GB`; "" where it is none."""
    match = (
        re.match(r"([a-z]{2,3})(?:[-_]|$)", text.strip(), re.IGNORECASE) if isinstance(text, str) else None
    )
    return match[1].lower() if match else ""


def _iso(text: str) -> Moment | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(number) for number in match.groups()[:3])
    hour, minute, second = (int(number or 0) for number in match.groups()[3:6])
    at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(match[7] or ""))
    return Moment(at, day_only=match[4] is None)


def _zone(text: str) -> timezone:
    if not text.startswith(("+", "-")):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return _offset(-seconds if text[0] == "-" else seconds)


def _offset(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _rfc822(text: str) -> Moment | None:
    try:
        parts = parsedate_tz(text)
    except (IndexError, TypeError):  # it trips over some texts that are no dates
        return None
    if parts is None or ":" not in text:
        return None
    year, month, day, hour, minute, second = parts[:6]
    return Moment(
        datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_offset(parts[9] or 0)), False
    )


def _written_day(text: str) -> Moment | None:
    match = _DAY_ONLY.fullmatch(text)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[2].lower()) + 1
    return Moment(datetime(int(match[3]), month, int(match[1]), tzinfo=UTC), day_only=True)
