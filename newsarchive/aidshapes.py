"""The JSON of what helps to search on, for scripts and for our own pages. Pure. Keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.isodate import iso_date
from index.aids import Completion, InContext, Mentions, Related, Significance
from index.model import Facet, HighlightedText


def completions_json(completions: Sequence[Completion]) -> dict[str, Any]:
    """What /api/complete answers."""
    told = [{"text": c.text, "added": c.added, "kind": c.kind, "count": c.count} for c in completions]
    return {"completions": told}


def values_json(facet: Facet, containing: str) -> dict[str, Any]:
    """What /api/facets/FIELD answers."""
    return {
        "field": facet.field,
        "containing": containing,
        "buckets": [
            {
                "value": b.value,
                "label": b.label,
                "count": b.count,
                "selected": b.selected,
                "excluded": b.excluded,
            }
            for b in facet.buckets
        ],
        "missing": facet.missing,
        "other": facet.other,
    }


def related_json(article_id: int, related: Sequence[Related]) -> dict[str, Any]:
    """What /api/articles/ID/related answers."""
    return {
        "id": article_id,
        "related": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "source": one.source,
                "published": iso_date(one.published, day_only=one.published_day_only),
                "language": one.language,
                "likeness": round(one.likeness, 4),
                "words": list(one.words),
            }
            for one in related
        ],
    }


def significance_json(found: Significance) -> dict[str, Any]:
    """What /api/significant answers."""
    return {
        "total": found.total,
        "looked_at": found.looked_at,
        "words": [
            {"word": w.word, "count": w.count, "background": w.background, "score": round(w.score, 4)}
            for w in found.words
        ],
    }


def mentions_json(found: Mentions) -> dict[str, Any]:
    """What /api/mentions and `search --kwic --json` answer."""
    return {
        "total": found.total,
        "understood": found.understood,
        "notes": list(found.notes),
        "page": found.request.page,
        "page_size": found.request.page_size,
        "articles": [_in_context(article) for article in found.articles],
        "took_ms": round(found.took * 1000, 2),
    }


def _in_context(article: InContext) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title.text,
        "source": article.source,
        "published": iso_date(article.published, day_only=article.published_day_only),
        "language": article.language,
        "mentions": [
            dict(zip(("before", "mention", "after"), parts(line), strict=True)) for line in article.lines
        ],
        "more": article.more,
    }


def parts(line: HighlightedText) -> tuple[str, str, str]:
    """A line with its one mark as what stands before it, the mark, and what stands after it."""
    (start, end), *_ = line.spans
    return line.text[:start], line.text[start:end], line.text[end:]
