"""What a fetched page means: links to follow, or an article to keep. Reads the store, writes in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.decide import Decision, believable, content_digest, decide, same_story, text_digest
from archive.discover import discover
from archive.extract import extract
from archive.feeds import parse_feed, parse_sitemap, sniff
from archive.model import Article, Extract, Link, Response, Revision, Source, SourceKind, Visit
from archive.store import Store, Transaction
from archive.urls import identity, plausible_canonical

_READABLE = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that is read for links: what it turned out to be, and what it points to."""

    kind: SourceKind
    links: tuple[Link, ...]


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


def read_listing(response: Response) -> Listing:
    """The links of a feed, a sitemap or a page. A page's own feeds come first: they know dates and bylines; then
    what it links to itself, then the sections of a home page."""
    kind = sniff(response.body, response.media_type)
    if kind == "feed":
        return Listing("feed", parse_feed(response.body, url=response.url).links)
    if kind == "sitemap":
        return Listing("sitemap", parse_sitemap(response.body, url=response.url).links)
    found = discover(response.body, url=response.url, content_type=response.header("content-type") or "")
    return Listing("page", (*found.feeds, *found.articles, *found.sections))


def read_article(store: Store, visit: Visit, response: Response) -> ArticlePage:
    """Extract an article and find out which one it is. NotAnArticle where the page holds none; what a feed, a sitemap
    or a person names is believed to be one, however many links it has.

    Where redirects led elsewhere, the page belongs to the visit of the address that answered.
    """
    if response.media_type not in _READABLE:
        raise NotAnArticle(f"The address serves {response.media_type}, not a page.", "media-type")
    content_type = response.header("content-type") or ""
    extracted = extract(response.body, url=response.url, content_type=content_type, hint=visit.hint)
    named_as_article = visit.hint.certain and extracted.status == "index" and extracted.text
    if extracted.status != "article" and not named_as_article:
        raise NotAnArticle(_WHY_NOT[extracted.status], extracted.status)
    return _identify(store, visit, response, believable(extracted, response.fetched_at))


_WHY_NOT = {
    "index": "The page is a list of links, not an article.",
    "error": "The page is an error page that is served as a page.",
    "empty": "The page has no readable text.",
}


def _identify(store: Store, visit: Visit, response: Response, extracted: Extract) -> ArticlePage:
    """Identity is the address, else the canonical URL that the page claims (believed where the texts agree),
    else the very same words from the same source. Never the title."""
    addresses = tuple(dict.fromkeys(identity(url) for url in (response.url, visit.url)))
    canonical = extracted.canonical_url
    believed = bool(canonical) and plausible_canonical(canonical, response.url)
    owner = store.visit(visit.source_id, addresses[0])
    owned = owner.article_id if owner else None
    article_id = owned or store.article_at(addresses)
    if article_id is None and believed:
        claimed = store.article_at((identity(canonical),))
        article_id = _if_same_story(store, claimed, extracted)
        believed = claimed == article_id
    if article_id is None and (digest := text_digest(extracted.text)):
        article_id = store.article_with_text(visit.source_id, digest)
    return ArticlePage(
        extract=extracted,
        url=canonical if believed else response.url,
        identities=(*addresses, identity(canonical)) if believed else addresses,
        article=store.article(article_id) if article_id is not None else None,
        is_alias=article_id is not None and owned is None,
    )


def _if_same_story(store: Store, article_id: int | None, extracted: Extract) -> int | None:
    article = store.article(article_id) if article_id is not None else None
    return article.id if article and same_story(article.latest.text, extracted.text) else None


def keep_article(tx: Transaction, visit: Visit, page: ArticlePage, capture_id: int, at: datetime) -> Decision:
    """Write what a page means for the article that its visit owns."""
    article = page.article
    if article is None:
        article_id = tx.add_article(visit.source_id, page.url, at)
        decision: Decision = "new"
    else:
        article_id = article.id
        decision = "unchanged" if page.is_alias else decide(article.latest, page.extract)
        see_again(tx, article, at)
    if decision != "unchanged":
        number = article.latest.number + 1 if article else 1
        revision = _revision(page.extract, article_id, number, capture_id, at)
        tx.add_revision(revision, text_digest(page.extract.text))
        tx.add_change(article_id, decision, at)
    tx.add_addresses(article_id, page.identities)
    tx.belongs(visit, article_id)
    if page.is_alias:
        tx.set_role(visit, "alias")
    return decision


def see_again(tx: Transaction, article: Article, at: datetime) -> None:
    """The web has an article (still, or again: that is a change)."""
    if article.gone_at is not None:
        tx.add_change(article.id, "back", at)
    tx.seen(article.id, at)


def _revision(extract: Extract, article_id: int, number: int, capture_id: int, at: datetime) -> Revision:
    return Revision(
        article_id=article_id,
        number=number,
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
    )


def source_kind_of(source: Source, visit: Visit, listing: Listing) -> SourceKind | None:
    """What the URL of a source turned out to be, None where that was known or `visit` is another page."""
    is_own = identity(source.url) == identity(visit.url)
    return listing.kind if is_own and listing.kind != source.kind else None
