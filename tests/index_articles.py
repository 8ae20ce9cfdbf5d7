"""Articles for the tests of the index, and the plain way to search them: loops over a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from archive.model import Article, Revision
from index.model import FACET_FIELDS, Filter

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
LATE = datetime(9999, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def article(
    article_id: int,
    title: str = "",
    text: str = "",
    *,
    authors: tuple[str, ...] = (),
    published: datetime | None = None,
    source: str = "Gazette",
    section: str = "",
    tags: tuple[str, ...] = (),
    language: str = "en",
    number: int = 1,
    url: str = "",
    gone: bool = False,
    story: int = 0,
    edits: int = 0,
    edited_at: datetime | None = None,
    earlier_titles: tuple[str, ...] = (),
    image: str = "",
) -> Article:
    """An article with its latest revision; what is not given is empty."""
    revision = Revision(
        article_id=article_id, number=number, capture_id=article_id, captured_at=SEEN, title=title, authors=authors,
        published=published, published_day_only=False, published_from="meta" if published else "none",
        modified=None, section=section, tags=tags, language=language, image=image, description="", text=text,
        content_digest=f"{article_id}-{number}",
    )  # fmt: skip
    url = url or f"https://news.example.com/{article_id}"
    if edits and not edited_at:
        edited_at = SEEN
    return Article(
        article_id, 1, source, url, SEEN, SEEN, SEEN if gone else None, revision, edits, edited_at, earlier_titles, story
    )  # fmt: skip


def day(text: str) -> datetime:
    """Noon of an ISO day."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


def firsts(articles: Iterable[Article]) -> dict[int, Article]:
    """Story -> the first published of these articles that are of it; undated ones come last, ids decide at last."""
    found: dict[int, Article] = {}
    for one in sorted(articles, key=lambda a: (a.latest.published or LATE, a.id)):
        found.setdefault(one.story or one.id, one)
    return found


def copies(articles: Iterable[Article]) -> set[int]:
    """The ids of those that are not the first of their story."""
    held = list(articles)
    return {one.id for one in held} - {one.id for one in firsts(held).values()}


def values(article: Article, field: str, copied: Collection[int] = ()) -> tuple[str, ...]:
    """The facet values of an article; `copied` are the ids of all copies."""
    latest = article.latest
    published = latest.published
    all_values = {
        "author": latest.authors,
        "source": (article.source,),
        "section": (latest.section,),
        "tag": latest.tags,
        "language": (latest.language,),
        "year": (published.strftime("%Y"),) if published else (),
        "month": (published.strftime("%Y-%m"),) if published else (),
        "day": (published.strftime("%Y-%m-%d"),) if published else (),
        "words": (_length(len(latest.text.split())),),
        "copies": ("copy" if article.id in copied else "original",),
        "edited": (("never", "once", "several")[min(article.edits, 2)],),
    }
    return tuple(dict.fromkeys(value for value in all_values[field] if value))


def _length(words: int) -> str:
    """The band of a length, of texts whose words have a space between them."""
    bands = {100: "0-99", 300: "100-299", 600: "300-599", 1200: "600-1199"}
    return next((band for end, band in bands.items() if words < end), "1200-")


def passes(
    article: Article, filters: tuple[Filter, ...], *, ignoring: str = "", copied: Collection[int] = ()
) -> bool:
    """Whether an article passes all filters but those of one field."""
    for field in FACET_FIELDS:
        if field == ignoring:
            continue
        held = {value.lower() for value in values(article, field, copied)} or {""}
        chosen = {f.value.lower() for f in filters if f.field == field and not f.exclude}
        excluded = {f.value.lower() for f in filters if f.field == field and f.exclude}
        if (chosen and not held & chosen) or held & excluded:
            return False
    return True


def has_words(article: Article, text: str) -> bool:
    """Whether an article has all of these words, compared letter by letter."""
    held = re.findall(r"\w+", f"{article.latest.title} {article.latest.text}".lower())
    return all(word in held for word in text.lower().split())
