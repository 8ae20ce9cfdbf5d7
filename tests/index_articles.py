"""Articles for the tests of the index, and the plain way to search them: loops over a list."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from archive.model import Article, Revision
from index.model import FACET_FIELDS, Filter

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
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
) -> Article:
    """An article with its latest revision; what is not given is empty."""
    revision = Revision(
        article_id=article_id, number=number, capture_id=article_id, captured_at=SEEN, title=title, authors=authors,
        published=published, published_day_only=False, published_from="meta" if published else "none",
        modified=None, section=section, tags=tags, language=language, image="", description="", text=text,
        content_digest=f"{article_id}-{number}",
    )  # fmt: skip
    url = url or f"https://news.example.com/{article_id}"
    return Article(article_id, 1, source, url, SEEN, SEEN, SEEN if gone else None, revision)


def day(text: str) -> datetime:
    """Noon of an ISO day."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


def values(article: Article, field: str) -> tuple[str, ...]:
    """The facet values of an article."""
    latest = article.latest
    published = latest.published
    all_values = {
        "author": latest.authors,
        "source": (article.source,),
        "section": (latest.section,),
        "language": (latest.language,),
        "year": (published.strftime("%Y"),) if published else (),
        "month": (published.strftime("%Y-%m"),) if published else (),
    }
    return tuple(dict.fromkeys(value for value in all_values[field] if value))


def passes(article: Article, filters: tuple[Filter, ...], *, ignoring: str = "") -> bool:
    """Whether an article passes all filters but those of one field."""
    for field in FACET_FIELDS:
        if field == ignoring:
            continue
        held = {value.lower() for value in values(article, field)} or {""}
        chosen = {f.value.lower() for f in filters if f.field == field and not f.exclude}
        excluded = {f.value.lower() for f in filters if f.field == field and f.exclude}
        if (chosen and not held & chosen) or held & excluded:
            return False
    return True


def has_words(article: Article, text: str) -> bool:
    """Whether an article has all of these words, compared letter by letter."""
    held = re.findall(r"\w+", f"{article.latest.title} {article.latest.text}".lower())
    return all(word in held for word in text.lower().split())
