"""Which article a page belongs to, and what of it is kept. Reads the store, writes in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archive.decide import (
    Decision,
    believable,
    content_digest,
    decide,
    otherwise_read,
    same_story,
    text_digest,
    texts_to_compare,
)
from archive.edits import judged
from archive.extract import VERSION, quick_title
from archive.extract.evidence import kept
from archive.model import Article, Extract, Response, Revision, Source, SourceKind, Visit, layout_of
from archive.parsing import Listing
from archive.store import Reader, Transaction
from archive.urls import answers_everything, identity, lands_elsewhere, plausible_canonical, twins

REMOVED = "removed"
"""The cause of a visit to what was taken out by request: it is refused, and not planned again."""

_READABLE = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page that is read for itself, and the article it belongs to, None where it is the first of one.

    `is_alias` tells that the article is visited under another address already.
    """

    extract: Extract
    url: str
    identities: tuple[str, ...]
    article: Article | None
    is_alias: bool


class NotAnArticle(Exception):
    """A page that holds no article; `cause` is a code, the text one sentence."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class RemovedArticle(NotAnArticle):
    """A page of an article that was taken out by request, at an address that nobody knew to be its own."""

    def __init__(self, article_id: int) -> None:
        super().__init__(
            "The page is one of an article that was removed from the archive by request.", REMOVED
        )
        self.article_id = article_id


def may_be_article(visit: Visit, response: Response) -> bool:
    """Whether a response is worth reading as an article: a page, where the visit was to lead. What sites no longer
    have, some redirect to their front page."""
    return response.media_type in _READABLE and not lands_elsewhere(visit.url, response.url)


def find_article(store: Reader, visit: Visit, response: Response, extracted: Extract | None) -> ArticlePage:
    """Find out which article was read. NotAnArticle where the page holds none; what a feed, a sitemap or a person
    names is believed to be one, however many links it has.

    Where redirects led to another address, the page belongs to the visit of that.
    """
    if response.media_type not in _READABLE:
        raise NotAnArticle(f"The address serves {response.media_type}, not a page.", "media-type")
    if extracted is None:
        raise NotAnArticle("The address leads to another part of the site, not to an article.", "moved")
    if not is_article(extracted, certain=visit.hint.certain):
        raise NotAnArticle(_WHY_NOT[extracted.status], extracted.status)
    return _identify(store, visit, response, believable(extracted, response.fetched_at))


def is_article(extracted: Extract, *, certain: bool) -> bool:
    """Whether a page is one; what was `certain` to be is, too, where it has more links than text."""
    return extracted.status == "article" or bool(certain and extracted.status == "index" and extracted.text)


def unread_article(store: Reader, visit: Visit, response: Response) -> ArticlePage:
    """What is known of a page that could not be read: its address, and the title that its first bytes or the link to
    it give. It is kept and found by these until a reader can do better."""
    hint = visit.hint
    extracted = Extract(
        title=hint.title or quick_title(response.body, response.header("content-type") or ""),
        authors=hint.authors,
        published=hint.published,
        published_day_only=hint.published_day_only,
        published_from="feed" if hint.published else "none",
        status="unread",
        kind="unread",
    )
    return _identify(store, visit, response, believable(extracted, response.fetched_at))


_WHY_NOT = {
    "index": "The page is a list of links, not an article.",
    "error": "The page is an error page that is served as a page.",
    "empty": "The page has no readable text.",
    "unread": "The page could not be read.",
}


def _identify(store: Reader, visit: Visit, response: Response, extracted: Extract) -> ArticlePage:
    """Identity is the address, else the canonical URL that the page claims (believed where the texts agree),
    else the very same words from the same source. Never the title."""
    addresses = tuple(dict.fromkeys(identity(url) for url in (response.url, visit.url)))
    canonical = extracted.canonical_url
    believed = bool(canonical) and plausible_canonical(canonical, response.url)
    owner = store.visit(visit.source_id, addresses[0])
    owned = owner.article_id if owner else None
    article_id = owned or _if_same_story(store, store.article_at(addresses), extracted)
    if article_id is None and believed:
        claimed = store.article_at((identity(canonical),))
        article_id = _if_same_story(store, claimed, extracted)
        believed = claimed == article_id
    guids = (f"guid:{visit.source_id}:{visit.hint.guid}",) if visit.hint.guid else ()
    if article_id is None:
        article_id = _if_same_story(store, store.article_at((*guids, *twins(response.url))), extracted)
    if article_id is None:
        article_id = _with_same_words(store, visit.source_id, extracted, addresses)
    article = store.article(article_id) if article_id is not None else None
    if article_id is not None and article is None:
        raise RemovedArticle(article_id)
    return ArticlePage(
        extract=extracted,
        url=canonical if believed else response.url,
        identities=(*addresses, *((identity(canonical),) if believed else ()), *guids),
        article=article,
        is_alias=article_id is not None and owned is None,
    )


def _if_same_story(store: Reader, article_id: int | None, extracted: Extract) -> int | None:
    """The article, if its text is a version of this one; a text that could not be read says nothing against it."""
    article = store.article(article_id) if article_id is not None else None
    if article is None or not (article.latest.text and extracted.text):
        return article_id
    return article.id if same_story(article.latest.text, extracted.text) else None


def _with_same_words(
    store: Reader, source_id: int, extracted: Extract, addresses: tuple[str, ...]
) -> int | None:
    """The article of a source with the very words of this one. NotAnArticle where a third address has them, too: a
    site answers so whatever it is asked for."""
    digest = text_digest(extracted.text)
    article_id = store.article_with_text(source_id, digest) if digest else None
    if article_id is not None and answers_everything((*store.addresses_of(article_id), *addresses)):
        raise NotAnArticle(_WHY_NOT["error"], "error")
    return article_id


def keep_article(
    tx: Transaction, visit: Visit, page: ArticlePage, capture_id: int, at: datetime, *, unread: str = ""
) -> Decision:
    """Write what a page means for the article that its visit owns. `unread` is the cause for which it could not be
    read: then there is nothing to say against what is known of the article."""
    decision, article_id = keep_version(tx, visit.source_id, page, capture_id, at, unread=unread)
    tx.belongs(visit, article_id)
    if page.is_alias:
        tx.set_role(visit, "alias")
    return decision


def keep_version(
    tx: Transaction, source_id: int, page: ArticlePage, capture_id: int, at: datetime, *, unread: str = ""
) -> tuple[Decision, int]:
    """Write what a page means for its article, whoever led to it; a new article is of the source. Returns what that
    was, and the article's id."""
    article = page.article
    decision: Decision = "unchanged"
    if article is None:
        decision, article_id = "new", tx.add_article(source_id, page.url, at)
    else:
        article_id = article.id
        if not page.is_alias and not unread:
            decision = decide(article.latest, page.extract)
            if decision == "revised" and (read := otherwise_read(article.latest, page.extract)):
                decision = "unchanged"
                if read == "better":
                    _mend(tx, article, page.extract)
        see_again(tx, article, at)
    if decision != "unchanged":
        revision = revision_of(page.extract, article_id, capture_id, at, unread)
        decision = _add_revision(tx, article, revision, page.extract)
    tx.add_addresses(article_id, page.identities)
    return decision, article_id


def _mend(tx: Transaction, article: Article, extract: Extract) -> None:
    """The latest version as it is read with what was learnt of its source since. Nobody edited the article, so that
    it stays one version."""
    known = article.latest
    mended = replace(
        known,
        authors=extract.authors,
        credits=extract.credits,
        text=extract.text,
        layout=layout_of(extract.paragraphs),
        evidence=kept(extract.evidence),
        content_digest=content_digest(extract),
        extractor=VERSION,
    )
    tx.replace_revision(mended, text_digest(mended.text))
    tx.add_change(article.id, "revised", known.captured_at)


def _add_revision(tx: Transaction, article: Article | None, revision: Revision, extract: Extract) -> Decision:
    """A further version, or what was behind a page that could not be read: then it takes the place of the gap, and
    counts as new. Only the first version is ever a gap, so that it needs no judgement."""
    digest = text_digest(revision.text)
    if article is None:
        tx.add_revision(revision, digest)
        tx.add_change(revision.article_id, "new", revision.captured_at)
        return "new"
    if article.latest.unread:
        tx.replace_revision(replace(revision, number=article.latest.number), digest)
    else:
        numbered = replace(revision, number=article.latest.number + 1)
        tx.add_revision(_judged(article.latest, numbered, extract), digest)
    tx.add_change(article.id, "revised", revision.captured_at)
    return "new" if article.latest.unread else "revised"


def _judged(known: Revision, revision: Revision, extract: Extract) -> Revision:
    """A further version with what led to it. A line of the source that only one of the two was read without is
    nobody's edit."""
    before, now = texts_to_compare(known, extract)
    verdict = judged(replace(known, text=before), replace(revision, text=now))
    return replace(
        revision, kind=verdict.kind, words_added=verdict.words_added, words_removed=verdict.words_removed
    )


def see_again(tx: Transaction, article: Article, at: datetime) -> None:
    """The web has an article (still, or again: that is a change)."""
    if article.gone_at is not None:
        tx.add_change(article.id, "back", at)
    tx.seen(article.id, at)


def revision_of(
    extract: Extract, article_id: int, capture_id: int, at: datetime, unread: str = ""
) -> Revision:
    """What was read from a capture, as the first version of an article."""
    return Revision(
        article_id=article_id,
        number=1,
        capture_id=capture_id,
        captured_at=at,
        title=extract.title,
        authors=extract.authors,
        published=extract.published,
        published_day_only=extract.published_day_only,
        published_from=extract.published_from,
        modified=extract.modified,
        section=extract.section,
        tags=extract.tags,
        language=extract.language,
        image=extract.image,
        description=extract.description,
        text=extract.text,
        content_digest=content_digest(extract),
        extractor=VERSION,
        unread=unread,
        credits=extract.credits,
        layout=layout_of(extract.paragraphs),
        page_kind=extract.kind,
        free=extract.free,
        evidence=kept(extract.evidence),
    )


def source_kind_of(source: Source, visit: Visit, listing: Listing) -> SourceKind | None:
    """What the URL of a source turned out to be, None where that was known or `visit` is another page."""
    is_own = identity(source.url) == identity(visit.url)
    return listing.kind if is_own and listing.kind != source.kind else None
