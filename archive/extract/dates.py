"""When was it published, when changed, and where does the page say so?

Sources from the most to the least explicit: JSON-LD, meta tags, microdata, the `time` element, the visible
byline, the URL, the feed. A statement that contradicts the day in the URL by more than a day yields to one
that does not: templates often publish the day of the last change, URLs keep the first. Text of the article is
never searched, and the day of the capture is never used: a page without a date is undated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from archive.extract import jsonld
from archive.extract.byline import Front, says_when
from archive.extract.datetext import Moment, moment
from archive.extract.page import Element, Page, attribute, visible_text
from archive.extract.text import one_of
from archive.model import DateSource, Link

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "pubdate",
    "publication_date", "published", "published_time", "publishdate", "published-date", "pub_date", "publicationdate",
    "citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.created", "dc.date", "dcterms.date", "date", "date.issued", "article.published",
    "article.created", "article_date_original", "originalpublicationdate", "displaydate", "created", "release_date",
    "rnews:datepublished", "timestamp", "last-published", "og:pubdate", "article:post_date",
    "shareaholic:article_published_time",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified",
    "dc.date.modified", "modified", "lastmod", "article:modified", "updated_time",
)  # fmt: skip
_UPDATED = re.compile(
    one_of("""
        updated?|last updated|modified|last modified|last change|edited
        aktualisiert|zuletzt|geändert|mis à jour|modifié|actualizado|aggiornato|atualizado|bijgewerkt
        uppdaterad|opdateret|oppdatert|zaktualizowano|обновлено
    """),
    re.IGNORECASE,
)
_URL_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19[89]|20[0-4])\d)(?P<mark>[/\-_.]?)(?P<month>0[1-9]|1[0-2]|[1-9](?=[/\-_]))(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?=[/\-_]))(?!\d)"
)
_URL_WORD = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>[a-z]{3,9})/(?P<day>\d\d?)(?!\d)", re.IGNORECASE)
_NEAR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of an article and the kind of statement that the first came from."""

    published: Moment | None
    source: DateSource
    modified: datetime | None


def dates(
    page: Page, front: Front, language: str, hint: Link | None = None, ruled: Iterable[str] = ()
) -> Dates:
    """The dates of a page. `language` (a tag such as en-GB) settles the order of numeric dates; `ruled` are texts
    that a person said date the article."""
    url_day = day_of_url(page.url)
    found = _by_rule(ruled, language, url_day) or _chosen(
        _statements(page, front, language, url_day), url_day
    )
    if found is None and url_day is not None:
        found = ("url", _day(url_day))
    if found is None and hint is not None and hint.published is not None:
        found = ("feed", Moment(hint.published, hint.published_day_only))
    modified = _modified(page, language, url_day) or (hint.modified if hint else None)
    return Dates(found[1], found[0], modified) if found else Dates(None, "none", modified)


def day_of_url(url: str) -> date | None:
    """The day in a URL such as /2025/04/01/ or -20250401, None where there is none."""
    path = urlsplit(url).path
    for pattern in (_URL_DAY, _URL_WORD):
        for match in pattern.finditer(path):
            joint = " " if match["month"].isalpha() else "-"
            if found := moment(joint.join(match[part] for part in ("year", "month", "day"))):
                return found.at.date()
    return None


def _by_rule(texts: Iterable[str], language: str, day: date | None) -> tuple[DateSource, Moment] | None:
    for text in texts:
        if at := moment(text, language=language, day=day) or moment(text, language=language):
            return "rule", at
    return None


def _chosen(
    statements: Iterator[tuple[DateSource, Moment]], day: date | None
) -> tuple[DateSource, Moment] | None:
    first: tuple[DateSource, Moment] | None = None
    for source, at in statements:
        if day is None or abs(at.at.date() - day) <= _NEAR:
            return source, at
        first = first or (source, at)
    return first


def _day(day: date) -> Moment:
    found = moment(day.isoformat())
    assert found is not None
    return found


def _statements(
    page: Page, front: Front, language: str, day: date | None
) -> Iterator[tuple[DateSource, Moment]]:
    for source, text in _texts(page, front):
        if found := moment(text, language=language, day=day):
            yield source, found


def _texts(page: Page, front: Front) -> Iterator[tuple[DateSource, str]]:
    """Every statement about the day of publication, the most explicit first."""
    for node in (page.article, jsonld.page(page.nodes)):
        yield from (("json-ld", text) for text in jsonld.strings(node.get("datePublished")))
    for name in _PUBLISHED_META:
        yield from (("meta", text) for text in page.meta.get(name, []))
    for tag, names in page.described:
        if "datepublished" in names.lower() and not front.elsewhere(tag):
            yield "microdata", _machine_or_visible(tag)
    yield from _visible(page, front)


def _visible(page: Page, front: Front) -> Iterator[tuple[DateSource, str]]:
    times = [tag for tag in page.named("time", "relative-time") if not front.elsewhere(tag)]
    for tag in front.near(times) or times:
        if not _says_updated(tag):
            yield "time", _machine_or_visible(tag)
    shown = [line.text for line in front.lines if says_when(line.text)] + [
        visible_text(tag) for tag in front.dated
    ]
    yield from (("byline", text) for text in shown if not _UPDATED.match(text))


def _machine_or_visible(tag: Element) -> str:
    return attribute(tag, "datetime") or attribute(tag, "content") or visible_text(tag)


def _says_updated(tag: Element) -> bool:
    holder = tag.getparent()
    around = "" if holder is None else attribute(holder, "class")
    labels = f"{attribute(tag, 'class')} {attribute(tag, 'itemprop')} {around}"
    return bool(re.search(r"updated|modified", labels, re.IGNORECASE)) and "published" not in labels


def _modified(page: Page, language: str, day: date | None) -> datetime | None:
    texts = [
        *jsonld.strings(page.article.get("dateModified")),
        *(text for name in _MODIFIED_META for text in page.meta.get(name, [])),
        *(
            attribute(tag, "datetime") or attribute(tag, "content")
            for tag, names in page.described
            if "datemodified" in names.lower()
        ),
        *jsonld.strings(jsonld.page(page.nodes).get("dateModified")),
    ]
    return next((found.at for text in texts if (found := moment(text, language=language, day=day))), None)
