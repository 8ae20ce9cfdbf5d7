"""The JSON that scripts rely on, the same from the command line and over HTTP. Pure.

`search_json` is what `search --json` and /api/search answer, `article_json` what `show --json` and
/api/articles/ID answer, `extract_json` what `extract --json` prints, `edits_json` what `changes --json` and
/api/changes answer. Keys may be added, never renamed; dates are ISO 8601 or null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from archive.isodate import iso_date
from index.model import Also, Facet, Histogram, Hit, SearchResults

if TYPE_CHECKING:  # `search` does not load what an archive is made of
    from archive.model import Article, Edit, Extract, Paragraph, Removal, Revision


def search_json(results: SearchResults) -> dict[str, Any]:
    """The answer to a search; `took_ms` in milliseconds, `uncounted` says what the facets leave out. `total` counts
    articles, `stories` the hits of all pages: fewer where the answer is `grouped`."""
    return {
        "total": results.total,
        "stories": results.stories,
        "grouped": results.request.grouped,
        "understood": results.understood,
        "notes": list(results.notes),
        "complete": results.complete,
        "page": results.request.page,
        "page_size": results.request.page_size,
        "sort": results.request.sort,
        "hits": [_hit(hit) for hit in results.hits],
        "facets": {facet.field: _buckets(facet) for facet in results.facets},
        "uncounted": {f.field: {"missing": f.missing, "other": f.other} for f in results.facets},
        "histogram": _histogram(results.histogram),
        "suggestions": [{"text": s.text, "count": s.count} for s in results.suggestions],
        "took_ms": round(results.took * 1000, 2),
    }


def article_json(
    article: Article, revisions: Sequence[Revision], shown: Revision | None = None
) -> dict[str, Any]:
    """An article as its latest revision, or as the `shown` one."""
    revision = shown or article.latest
    return {
        "id": article.id,
        "url": article.url,
        "title": revision.title,
        "authors": list(revision.authors),
        "published": iso_date(revision.published, day_only=revision.published_day_only),
        "published_from": revision.published_from,
        "modified": iso_date(revision.modified),
        "source": article.source,
        "section": revision.section,
        "tags": list(revision.tags),
        "language": revision.language,
        "text": revision.text,
        "image": revision.image,
        "description": revision.description,
        "credits": [asdict(credit) for credit in revision.credits],
        "paragraphs": [_paragraph(paragraph) for paragraph in revision.paragraphs],
        "kind": revision.page_kind,
        "free": revision.free,
        "evidence": [asdict(statement) for statement in revision.evidence],
        "revision": revision.number,
        "first_seen": iso_date(article.first_seen),
        "last_seen": iso_date(article.last_seen),
        "gone": iso_date(article.gone_at),
        "unread": revision.unread or None,
        "revisions": [
            {"number": r.number, "captured_at": iso_date(r.captured_at), "title": r.title, "kind": r.kind}
            for r in revisions
        ],
        "edits": article.edits,
        "edited": iso_date(article.edited_at),
        "earlier_titles": list(article.earlier_titles),
    }


def extract_json(url: str, extract: Extract, *, explain: bool) -> dict[str, Any]:
    """What was read from one page that is in no archive, with the keys of `article_json`; `status` says whether it
    would be taken for an article. With `explain` all that the page says of each field, and every line left out."""
    told = {
        "url": url,
        "status": extract.status,
        "kind": extract.kind,
        "title": extract.title,
        "authors": list(extract.authors),
        "credits": [asdict(credit) for credit in extract.credits],
        "published": iso_date(extract.published, day_only=extract.published_day_only),
        "published_from": extract.published_from,
        "modified": iso_date(extract.modified),
        "section": extract.section,
        "tags": list(extract.tags),
        "language": extract.language,
        "free": extract.free,
        "canonical_url": extract.canonical_url,
        "image": extract.image,
        "description": extract.description,
        "text": extract.text,
        "paragraphs": [_paragraph(paragraph) for paragraph in extract.paragraphs],
    }
    return told | ({"evidence": [asdict(statement) for statement in extract.evidence]} if explain else {})


def _paragraph(paragraph: Paragraph) -> dict[str, Any]:
    return {"kind": paragraph.kind, "text": paragraph.text, "at": iso_date(paragraph.at)}


def edits_json(edits: Sequence[Edit], *, total: int | None = None) -> dict[str, Any]:
    """What happened to articles, the newest first; `total` counts those on all pages."""
    return {"total": len(edits) if total is None else total, "changes": [_edit(edit) for edit in edits]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "id": edit.article_id,
        "at": iso_date(edit.at),
        "kind": edit.kind,
        "version": edit.number or None,
        "title": edit.title,
        "title_before": edit.title_before or None,
        "words_added": edit.words_added,
        "words_removed": edit.words_removed,
        "source": edit.source,
        "url": edit.url,
    }


def removal_json(removal: Removal) -> dict[str, Any]:
    """What is left of an article that was removed: what `show --json` and /api/articles/ID answer for it."""
    return {
        "id": removal.article_id,
        "url": removal.url,
        "source": removal.source,
        "first_seen": iso_date(removal.first_seen),
        "removed": iso_date(removal.at),
        "reason": removal.reason,
        "versions": [
            {
                "number": version.number,
                "captured_at": iso_date(version.captured_at),
                "payload_digest": version.payload_digest,
            }
            for version in removal.versions
        ],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "url": hit.url,
        "title": hit.title.text,
        "authors": list(hit.authors),
        "published": iso_date(hit.published, day_only=hit.published_day_only),
        "source": hit.source,
        "section": hit.section,
        "language": hit.language,
        "snippet": hit.snippet.text,
        "score": hit.score,
        "revisions": hit.revisions,
        "gone": hit.gone,
        "edits": hit.edits,
        "edited": iso_date(hit.edited_at),
        "earlier_titles": [title.text for title in hit.earlier_titles],
        "more": hit.more,
        "also": [_also(one) for one in hit.also],
    }


def _also(also: Also) -> dict[str, Any]:
    return {
        "id": also.id,
        "title": also.title,
        "source": also.source,
        "published": iso_date(also.published, day_only=also.published_day_only),
        "url": also.url,
    }


def _buckets(facet: Facet) -> list[dict[str, Any]]:
    return [{"value": bucket.value, "count": bucket.count} for bucket in facet.buckets]


def _histogram(histogram: Histogram | None) -> dict[str, Any] | None:
    if histogram is None:
        return None
    buckets = [{"value": bucket.value, "count": bucket.count} for bucket in histogram.buckets]
    return {"unit": histogram.unit, "buckets": buckets, "undated": histogram.undated}
