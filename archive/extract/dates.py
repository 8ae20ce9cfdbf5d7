"""When was it published, when changed, and where does the page say so?

All statements are read (`statements`), the most explicit first, and the first wins. One that contradicts the day in
the URL by more than a day yields to one that does not, and where all come later than the folders of the URL say, that
day is taken: templates often publish the day of the last change, URLs keep the first. Then the winner is completed
from the others (`exact`): a time of day, a zone, the local day. Silent pages are asked once more (`remote`). The day
of the capture is never used: a page without a date is undated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from archive.extract import exact, remote, statements, zones
from archive.extract.byline import Front
from archive.extract.datetext import Moment, moment, whole
from archive.extract.evidence import CONFIDENCE, chosen, claim
from archive.extract.exact import Said
from archive.extract.page import Page
from archive.extract.statements import Statement
from archive.isodate import iso_date
from archive.model import DateSource, Evidence, EvidenceSource, FieldName, Link

_URL_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19[89]|20[0-4])\d)(?P<mark>[/\-_.]?)(?P<month>0[1-9]|1[0-2]|[1-9](?=[/\-_]))(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?=[/\-_]))(?!\d)"
)
_URL_WORD = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>[a-z]{3,9})/(?P<day>\d\d?)(?!\d)", re.IGNORECASE)
_URL_FOLDERS = re.compile(r"/(?:19|20)\d\d/\d\d?/\d\d?/")
_SHOWN = frozenset({"time", "byline"})
_NEAR = timedelta(days=1)
_AGREES, _CONTRADICTS, _FAR = 1.05, 0.5, 0.7  # what confidence is multiplied by


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of an article, the kind of statement that the first came from, and all statements."""

    published: Moment | None
    source: DateSource
    modified: datetime | None
    evidence: tuple[Evidence, ...] = ()


def dates(
    page: Page, front: Front, language: str, hint: Link | None = None, ruled: Iterable[str] = ()
) -> Dates:
    """The dates of a page. `language` (a tag such as en-GB) settles the order of numeric dates; `ruled` are texts
    that a person said date the article."""
    url_day = day_of_url(page.url)
    place = _country(page, language)
    tag = _with_region(language, place)
    rules = [Statement("published", "rule", "the rule for the date", text) for text in ruled]
    stated = _read([*rules, *statements.every(page, front)], tag, url_day)
    if _lacks_time(stated):
        stated += _read(remote.around(page, front), tag, url_day)
    stated += _handed_in(url_day, hint)
    if not any(said.role == "published" for said in stated):
        stated += _last_resort(page, front, tag)
    first = [said for said in stated if said.role == "published"]
    changes = [said for said in stated if said.role == "modified"]
    winner, change = _first(first, page, url_day), next(iter(changes), None)
    if winner is not None and exact.lacks_time(winner.at):
        stated += _read(remote.in_scripts(page), tag, url_day)
    published = exact.completed(winner, stated, page, place) if winner else None
    modified = exact.completed(change, stated, page, place) if change else None
    return Dates(
        published.at if published else None,
        published.source if published else "none",
        modified.at.at if modified else None,
        (
            *_told("published", first, winner, published, url_day),
            *_told("modified", changes, change, modified, None),
        ),
    )


def day_of_url(url: str) -> date | None:
    """The day in a URL such as /2025/04/01/ or -20250401, None where there is none."""
    path = urlsplit(url).path
    for pattern in (_URL_DAY, _URL_WORD):
        for match in pattern.finditer(path):
            joint = " " if match["month"].isalpha() else "-"
            if found := moment(joint.join(match[part] for part in ("year", "month", "day"))):
                return found.at.date()
    return None


def _country(page: Page, language: str) -> str:
    """The country that a page is from. American English is what software sets where nobody chose, so that it tells
    nothing outside of the language of the page itself."""
    locales = (locale.replace("_", "-") for locale in page.meta.get("og:locale", []))
    spoken = [tag for tag in locales if tag[:2] == language[:2] and not tag.lower().endswith("-us")]
    region = page.meta_first("geo.region", "geo.country")[:2].lower()
    found = (zones.country(page.url, tag) for tag in (language, *spoken[:1]))
    return next(filter(None, found), region)


def _with_region(language: str, place: str) -> str:
    """The language tag with the country that the host's name tells, where the tag itself has none."""
    return language if not place or "-" in language or not language else f"{language}-{place}"


def _read(stated: Iterable[Statement], tag: str, url_day: date | None) -> list[Said]:
    """The statements that say a moment. One with two readings is read where another statement has one of them."""
    texts = list(dict.fromkeys(stated))
    read = {text: moment(text, language=tag, day=url_day) for text in {one.text for one in texts}}
    days = sorted({at.at.date() for at in read.values() if at})
    for text in [text for text, at in read.items() if at is None]:
        read[text] = moment(text, language=tag) or _one_of(text, tag, days)
    return [
        Said(one.role, one.source, one.where, at, one.shown, one.near)
        for one in texts
        if (at := read[one.text]) is not None
    ]


def _lacks_time(stated: list[Said]) -> bool:
    return all(exact.lacks_time(said.at) for said in stated if said.role == "published")


def _last_resort(page: Page, front: Front, tag: str) -> list[Said]:
    """The first group of weak statements that all say one day."""
    for group in remote.last_resorts(page, front):
        found = [said for said in _read(group, tag, None) if said.role == "published"]
        if len({said.day for said in found}) == 1:
            return [replace(said, near=False) for said in found]
    return []


def _one_of(text: str, tag: str, days: list[date]) -> Moment | None:
    readings = (moment(text, language=tag, day=day) for day in days)
    return next(filter(None, readings), None)


def _handed_in(url_day: date | None, hint: Link | None) -> list[Said]:
    found = [Said("published", "url", "the address", whole(url_day))] if url_day else []
    if hint is not None and hint.published is not None:
        at = Moment(hint.published, hint.published_day_only)
        found.append(Said("published", "feed", "the feed", at))
    if hint is not None and hint.modified is not None:
        found.append(Said("modified", "feed", "the feed", Moment(hint.modified)))
    return found


def _first(stated: list[Said], page: Page, url_day: date | None) -> Said | None:
    """The statement that wins."""
    if not stated or stated[0].source == "rule" or url_day is None:
        return next(iter(stated), None)
    agreeing = next((said for said in stated if abs(said.day - url_day) <= _NEAR), stated[0])
    if agreeing.source != "url" or stated[0].source in _SHOWN:
        return agreeing
    is_folders = _URL_FOLDERS.search(urlsplit(page.url).path)
    return agreeing if is_folders and url_day < stated[0].day else stated[0]


def _told(
    field: FieldName, stated: list[Said], winner: Said | None, final: Said | None, url_day: date | None
) -> tuple[Evidence, ...]:
    """The statements as evidence: what was taken as it was completed, and the rest as it was found."""
    taken = [chosen(_claim(field, final, url_day))] if final is not None else []
    others = [_claim(field, said, url_day) for said in stated if said is not winner]
    return tuple(dict.fromkeys([*taken, *others]))


def _claim(field: FieldName, said: Said, url_day: date | None) -> Evidence:
    worth = 1.0 if said.near else _FAR
    if url_day is not None and said.source not in {"url", "rule"}:
        worth *= _AGREES if abs(said.day - url_day) <= _NEAR else _CONTRADICTS
    source: EvidenceSource = "feed" if said.source == "none" else said.source
    value = iso_date(said.at.at, day_only=said.at.day_only) or ""
    return claim(field, value, source, said.where, min(1.0, CONFIDENCE[source] * worth))
