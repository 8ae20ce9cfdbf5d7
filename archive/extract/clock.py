"""A time of day as people and machines write it beside a date.

`14:30`, `14h30`, `14時30分`, `5 p.m. ET`, `午後2:30`, `오전 9:05`, `kl. 14.30`, `14.30 Uhr`, `10.30 น.`, `T102030Z`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_AM = r"[aA]\.?\s?[mM]\b\.?|π\.?\s?μ\.?|ص\b|पूर्वाह्न|SA\b"
_PM = r"[pP]\.?\s?[mM]\b\.?|μ\.?\s?μ\.?|م\b|अपराह्न|CH\b"
_AM_BEFORE = "上午|午前|오전|凌晨|早上|清晨"
_PM_BEFORE = "下午|午後|午后|오후|晚上|傍晚|晩上"
_MORNING = re.compile(f"(?:{_AM}|{_AM_BEFORE})$")
_ZONE = (
    r"(?P<zone>(?:[uU][tT][cC]|[gG][mM][tT])\s?[+-]\d\d?(?::?\d\d)?(?!\d)|[+-]\d\d(?::?\d\d)?(?![\d:-])"
    r"|Eastern|Central|Pacific|[A-Za-z]{1,5}\b)?"
)
_UNIT = r"(?:[uU]hr|hrs?|h|Η|น\.|बजे|ч\.?)?"
_TIME = re.compile(
    rf"(?<![\d:.])(?:(?P<before>{_AM_BEFORE}|{_PM_BEFORE})\s?)?(?P<hour>[01]?\d|2[0-3])"
    rf"(?:\s?[h時时시点點]\s?|:\s?|\.(?=[0-5]\d\s*(?:[uU]hr|[aApP]\.?\s?[mM]\b|น\.|WI[BT]|WITA|[hH]\b)))"
    rf"(?P<minute>[0-5]\d)(?!\d)(?::(?P<second>[0-5]\d))?(?:[.,]\d+)?\s?[分분]?(?:\s?\d\d?[秒초])?"
    rf"\s*(?P<half>{_AM}|{_PM})?\s*{_UNIT}\s*[(,]?\s*{_ZONE}"
)
_DOTTED = re.compile(  # "1.4.2025 10.30", "kl. 10.30": what stands at a time's place only
    rf"(?:^[\s,|·–-]*|\b(?:kl\.?|klo|kello|ore|alle|um|ob|jam|pukul|ura)\s*)"
    rf"(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![.\d])(?P<before>)(?P<second>)"
    rf"\s*(?P<half>{_AM}|{_PM})?\s*{_UNIT}\s*{_ZONE}",
)
_COMPACT = re.compile(
    r"^T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<before>)(?P<half>)"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_HOUR = re.compile(
    rf"(?<![\d:.])(?:(?P<before>{_AM_BEFORE}|{_PM_BEFORE})\s?)?(?P<hour>[01]?\d|2[0-3])\s?"
    rf"(?:(?P<half>{_AM}|{_PM})|[uU]hr\b|[時时시点點])(?P<minute>)(?P<second>)\s*{_ZONE}"
)
_NEXT_DATE = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_WINDOW = 45  # characters around a date in which a time of day belongs to it


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `zone` is what stood in the place of one, "" where nothing did."""

    hour: int
    minute: int
    second: int
    zone: str


def after(tail: str) -> Clock | None:
    """The time of day that belongs to a date, from what follows it; what belongs to a second date does not."""
    if found := _COMPACT.match(tail):
        return _clock(found)
    tail = tail[:_WINDOW]
    following = _NEXT_DATE.search(tail)
    if following is not None:
        tail = tail[: following.start()]
    matches = (pattern.search(tail) for pattern in (_TIME, _DOTTED, _HOUR))
    return next((_clock(found) for found in matches if found), None)


def before(head: str) -> Clock | None:
    """The time of day that stands right before a date."""
    head = head[-_WINDOW:]
    found = [*_DOTTED.finditer(head), *_TIME.finditer(head)]
    return _clock(found[-1]) if found else None


def without(text: str) -> str:
    """The text without its first time of day."""
    return _TIME.sub(" ", text, count=1)


def _clock(match: re.Match[str]) -> Clock:
    hour = int(match["hour"])
    half = match["half"] or match["before"] or ""
    if half and hour <= 12:
        hour = hour % 12 + (0 if _MORNING.match(half) else 12)
    return Clock(hour, int(match["minute"] or 0), int(match["second"] or 0), match["zone"] or "")
