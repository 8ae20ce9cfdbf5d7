"""The nouns of the archive. Frozen records; times are aware, sequences are tuples.

Words are those of the field: *capture*, *payload digest* and *target URI* as in WARC 1.1 (ISO 28500),
*revision* and *change log* as in any version history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast

SourceKind = Literal["page", "feed", "sitemap"]
"""What the URL of a source turned out to be; "page" is a home page or a section page."""

VisitRole = Literal["page", "feed", "sitemap", "article", "alias", "requisite"]
"""Why a URL is fetched: for links, for itself, or as a part of articles; an alias is another address of an article
that is visited already, and is not visited again."""

Requisites = Literal["none", "lead", "all"]
"""What is kept of what articles are drawn with: nothing; style sheets and the lead picture; all pictures and fonts,
too."""

DateSource = Literal[
    "json-ld", "meta", "microdata", "rdfa", "hatom", "script", "time", "byline", "learned", "url", "feed", "rule",
    "file", "none",
]  # fmt: skip
"""Where a publication date came from; "rule" is a person's own for the source, "script" is data that the page hands
to its own scripts, "learned" is the source's own markup, "file" a date that was imported, "none" means undated."""

EvidenceSource = Literal[
    "rule", "json-ld", "meta", "microdata", "rdfa", "hatom", "script", "link", "heading", "time", "byline", "markup",
    "learned", "url", "feed", "text", "file",
]  # fmt: skip
"""What says something of an article. "link" is `rel` of a link, "markup" what themes call their elements, "text" what
the words are themselves; the rest as in `DateSource`."""

FieldName = Literal[
    "title", "authors", "published", "modified", "section", "tags", "language", "canonical_url", "image",
    "description", "free", "kind", "text", "dropped",
]  # fmt: skip
"""What evidence is about: a field of `Extract`; "dropped" is a line that was not taken for a part of the text."""

PageKind = Literal[
    "article", "live-blog", "gallery", "opinion", "video", "audio", "index", "error", "empty", "unread"
]
"""What a page is in a reader's eyes."""

CreditKind = Literal["person", "organisation"]
CreditRole = Literal["author", "photo", "video", "editor", "translator", "agency", "contributor"]

ParagraphKind = Literal["standfirst", "paragraph", "subheading", "quote", "list", "caption", "table", "entry"]
"""What a paragraph is; "entry" is the heading or first paragraph of an entry of a live blog."""

ExtractStatus = Literal["article", "index", "error", "empty", "unread"]
"""What a page is: an article, a page of links, an error page served as a page, or nothing readable; "unread" where
the reading of it was ended before it came to a result."""

ChangeAction = Literal["new", "revised", "gone", "back", "removed", "renamed"]
""""renamed": one of its authors is known by another name now, which is nothing that the web did."""

RevisionKind = Literal["first", "headline", "correction", "body", "byline", "trivial", "reread"]
"""What made a revision: see `archive.edits.judging`. "first" is the article as it was found, "reread" the same
capture as the revision before it, read anew."""

EDITS: tuple[RevisionKind, ...] = ("headline", "correction", "body", "byline")
"""The kinds by which a reader learns something else."""

CaptureKind = Literal["response", "revisit", "resource"]

UNDATED: DateSource = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person knows better of one source than any general rule.

    `title`, `byline`, `date` and `body` are CSS selectors, "" for none. `include` and `exclude` are patterns of
    article addresses: `*` stands for anything; one that begins with a slash is matched from the start of path and
    query, any other anywhere in the URL. What `include` has a pattern for is taken, of everything else nothing.
    """

    title: str = ""
    byline: str = ""
    date: str = ""
    body: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Source:
    """A place that publishes articles: a home page, a section page, a feed or a sitemap.

    `min_delay` is in seconds and None where the configured default holds. `due_at` is when the next crawl
    of it is due; `last_error` is the cause of the last failure, None after a success. `interval` follows how often
    the source publishes where it is `adaptive`. `revisit_ages` are the ages at which its articles are looked at
    again, empty where the default holds; `backfill_since` is the day from which its archives are read, too;
    `requisites` says what is kept of what its articles are drawn with, None where the configured default holds.
    """

    id: int
    name: str
    url: str
    kind: SourceKind
    interval: timedelta
    min_delay: float | None
    paused: bool
    added_at: datetime
    due_at: datetime
    last_crawl_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    adaptive: bool = True
    revisit_ages: tuple[timedelta, ...] = ()
    backfill_since: date | None = None
    collections: tuple[str, ...] = ()
    rules: Rules = NO_RULES
    requisites: Requisites | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a feed, a sitemap or a page points to, with what it said about it.

    `role` is what the target is expected to be; `certain` is False where a page merely links to it, so that it may
    as well be a list of links. `published` and `modified` are aware, or None where the
    feed does not say; `published_day_only` marks a date without a time of day. `depth` counts the lists of lists
    that led here: sitemap indexes, pages of an archive. `guid` is the name that a feed gives its entry, which stays
    where the address changes; "" for none, and nothing outside of its source.
    """

    url: str
    role: VisitRole = "article"
    certain: bool = True
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_day_only: bool = False
    modified: datetime | None = None
    depth: int = 0
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP exchange as the socket saw it, and what it means.

    `request_bytes` and `response_bytes` are exact (after TLS); `body` is the decoded entity body.
    `headers` are (lower-case name, value) in the order sent. `truncated` is WARC-Truncated's word
    ("length", "time", "disconnect") or "" where the response is whole. `undecodable` says why the body could not
    be decoded and is empty therefore; "" where it could. `interim_bytes` are those of interim responses (RFC 9110,
    15.2) that came before it.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_bytes: bytes
    response_bytes: bytes
    ip_address: str
    fetched_at: datetime
    seconds: float
    truncated: str = ""
    undecodable: str = ""
    interim_bytes: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, None where it was not sent; the name in any case."""
        name = name.lower()
        return next((value for key, value in self.headers if key == name), None)

    @property
    def media_type(self) -> str:
        """`text/html` of `text/html; charset=utf-8`; "" where the server did not say."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a WARC record stands: file relative to the WARC folder, byte offset and length of its member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept response. `url` is the WARC-Target-URI of its record, `payload_digest` its WARC-Payload-Digest
    (of the payload as it was sent); a 304 carries the digest of the capture that it confirms. `kind` is that of its
    record: a revisit has no payload of its own, a resource was kept without an exchange."""

    id: int
    url: str
    captured_at: datetime
    status: int
    media_type: str
    payload_digest: str
    place: RecordPlace
    record_id: str
    kind: CaptureKind = "response"


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC file as the database knows it. `end` is the byte up to which everything in it is taken in. The rest is
    what it was closed with (SHA-256 as hexadecimal digits), None while it is written."""

    name: str
    end: int
    sealed_at: datetime | None = None
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement about a field that was seen on a page: a candidate, taken or not.

    `where` names the spot for a reader ("meta og:title", "JSON-LD datePublished", "h1"); `confidence` is 0 to 1 by
    the table in `archive.extract.evidence`. The one that won is `chosen`; what contradicts it is kept beside it. Of
    fields with several values each has its own.
    """

    field: FieldName
    value: str
    source: EvidenceSource
    where: str
    confidence: float
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody who made an article, and what they did for it."""

    name: str
    kind: CreditKind = "person"
    role: CreditRole = "author"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, without a blank line in it. `at` is the time of an entry of a live blog."""

    kind: ParagraphKind
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of a source, as the reader of a page needs it.

    `lines` are the fingerprints of lines that are no part of any article, wherever they stand; `edges` those of lines
    that are none at the beginning or the end of a text. `bylines` and `dates` are marks: what the markup of a source
    calls the elements that say who and when, the surest first.
    """

    lines: frozenset[int] = frozenset()
    edges: frozenset[int] = frozenset()
    bylines: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


NOTHING_LEARNT = Learnt()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark that stands on a page, and whether what it holds is what the page declares elsewhere."""

    mark: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a text: its fingerprint, its words, and whether it names somebody who wrote the text."""

    fingerprint: int
    text: str
    names_author: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a page teaches of its source. `lines` are those of its text in order, those among them that were left out
    because they recur; there are no sightings where the page declares neither authors nor a date."""

    lines: tuple[SeenLine, ...] = ()
    bylines: tuple[Sighting, ...] = ()
    dates: tuple[Sighting, ...] = ()


NO_LESSON = Lesson()


@dataclass(frozen=True, slots=True)
class Extract:
    """What a page says of itself. `text` holds paragraphs joined by a blank line; `paragraphs` tells what they are.

    `published` is aware, with the page's own offset where it gives one, else UTC; a date without a time of
    day is midnight with `published_day_only`. `published_from` says where it came from, "none" with None.
    `canonical_url` is absolute and only a claim of the page; `language` is a BCP 47 primary tag or "". `image` is the
    lead picture; `styles` and `pictures` are absolute addresses of what the page is drawn with. `authors` are the
    names of the persons among `credits` with the role "author", where there are none of the organisations. `free` is
    whether the page says that everybody may read all of it, None where it says nothing. `evidence` is where all that
    comes from; `lesson` is what the page teaches of its source.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_day_only: bool = False
    published_from: DateSource = UNDATED
    modified: datetime | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    canonical_url: str = ""
    image: str = ""
    description: str = ""
    text: str = ""
    status: ExtractStatus = "article"
    styles: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    kind: PageKind = "article"
    free: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    lesson: Lesson = NO_LESSON


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article. `number` counts from 1; `content_digest` covers what a reader sees.

    `extractor` is the version of `archive.extract` that read it. `unread` is the cause for which it could not be
    read, "" where it was: what such a revision says is only what could be had without reading the page. `kind` tells
    what led to it from the revision before, `words_added` and `words_removed` how much of the text that was.
    `credits`, `free` and `evidence` are those of `Extract`, `page_kind` is its `kind`. `layout` has for each
    paragraph of the text its kind, and after a blank its own time where it has one; empty where nothing is known.
    """

    article_id: int
    number: int
    capture_id: int
    captured_at: datetime
    title: str
    authors: tuple[str, ...]
    published: datetime | None
    published_day_only: bool
    published_from: DateSource
    modified: datetime | None
    section: str
    tags: tuple[str, ...]
    language: str
    image: str
    description: str
    text: str
    content_digest: str
    extractor: int = 1
    unread: str = ""
    kind: RevisionKind = "first"
    words_added: int = 0
    words_removed: int = 0
    credits: tuple[Credit, ...] = ()
    layout: tuple[str, ...] = ()
    page_kind: PageKind = "article"
    free: bool | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text with their kinds; plain ones where these are not known."""
        return paragraphs_of(self.text, self.layout)


def dropped_as_learned(evidence: Iterable[Evidence]) -> list[str]:
    """The lines that were left out of a text because they stand in other articles of its source, too."""
    return [one.value for one in evidence if one.field == "dropped" and one.source == "learned"]


def layout_of(paragraphs: Iterable[Paragraph]) -> tuple[str, ...]:
    """The kinds of paragraphs, as `Revision.layout` has them."""
    return tuple(f"{one.kind} {one.at.isoformat()}" if one.at else one.kind for one in paragraphs)


def paragraphs_of(text: str, layout: Sequence[str]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text with what `layout_of` tells of them; plain ones where it tells of others."""
    texts = text.split("\n\n") if text else []
    marks = layout if len(layout) == len(texts) else ("paragraph",) * len(texts)
    return tuple(_paragraph(mark, one) for mark, one in zip(marks, texts, strict=True))


def _paragraph(mark: str, text: str) -> Paragraph:
    kind, _, at = mark.partition(" ")
    return Paragraph(cast("ParagraphKind", kind), text, datetime.fromisoformat(at) if at else None)


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its latest revision. `source` is the name of its source; `gone_at` is set while the
    web answers 404 or 410 for it. `edits` counts its revisions of the kinds in `EDITS`, `edited_at` is when the last
    of them was captured, None where there is none. `earlier_titles` are the headlines that it had before, oldest
    first, without those that say the same. `story` is what it shares with all articles of nearly the same text: the
    smallest of their ids, 0 where it was not compared. `known_as` are the names by which the authors of the latest
    revision are known here, place by place: see `archive.authors`."""

    id: int
    source_id: int
    source: str
    url: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    latest: Revision
    edits: int = 0
    edited_at: datetime | None = None
    earlier_titles: tuple[str, ...] = ()
    story: int = 0
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorAlias:
    """A spelling of an author's name, and the name that the author is known by here."""

    spelling: str
    name: str


@dataclass(frozen=True, slots=True)
class RemovedVersion:
    """What stays known of a version that was removed: that it was there, and its digests, which prove nothing of its
    text but allow whoever has a copy to show that it is one."""

    number: int
    captured_at: datetime
    content_digest: str
    payload_digest: str


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that was taken out by request. Of its text nothing is left; its addresses stay known, so that it is
    not taken in again. `finished_at` is None while it still stands in some WARC file."""

    article_id: int
    source_id: int
    source: str
    url: str
    first_seen: datetime
    at: datetime
    reason: str
    versions: tuple[RemovedVersion, ...]
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the change log. `sequence` only grows and has the order of commits."""

    sequence: int
    article_id: int
    action: ChangeAction
    at: datetime


EditKind = RevisionKind | Literal["gone", "back"]
"""What may happen to an article."""

EDIT_KINDS: tuple[EditKind, ...] = (*EDITS, "trivial", "reread", "gone", "back")
"""What may happen to an article after it was found."""

TOLD: tuple[EditKind, ...] = (*EDITS, "gone", "back")
"""What is told where nobody asks for certain kinds: not what says nothing to a reader."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Something that happened to an article: a further version, or that the web has it no more, or again.

    `number` is that of the version, 0 where the article went or came back. `title_before` is the headline of the
    version before, "" where there is none; `words_added` and `words_removed` count those of the text.
    """

    article_id: int
    source_id: int
    source: str
    url: str
    at: datetime
    kind: EditKind
    number: int
    title: str
    title_before: str = ""
    language: str = ""
    words_added: int = 0
    words_removed: int = 0


@dataclass(frozen=True, slots=True)
class EditChoice:
    """Which edits are asked for: of these kinds, of these sources (of any, where none is named), seen at `since` or
    later and before `until`."""

    kinds: tuple[EditKind, ...] = TOLD
    source_ids: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A URL that could not be fetched or read: the cause as a code, and one sentence."""

    source_id: int
    source: str
    url: str
    at: datetime
    cause: str
    message: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A URL that a source led to, and when it is looked at next: a line of the frontier.

    `due_at` is None where no further look is planned. `etag` and `last_modified` are the validators of the
    last good response, `body_digest` is the SHA-256 of its decoded body ("" before the first). `failures` counts
    those in a row. `article_id` is set where it led to one, `changed_at` when an edit of that was last seen.
    """

    id: int
    source_id: int
    url: str
    role: VisitRole
    due_at: datetime | None
    found_at: datetime
    hint: Link
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str = ""
    visited_at: datetime | None = None
    status: int | None = None
    failures: int = 0
    article_id: int | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """What is known of a host's robots.txt.

    `status` and `body` are those of the last answer that told something (2xx, or 4xx but 429), had at `fetched_at`;
    None and empty before the first. It is asked for again at `due_at`. `failures` counts those in a row since
    `failing_since`; `failure` and `message` tell the code and the sentence of the last.
    """

    host: str
    due_at: datetime
    fetched_at: datetime | None = None
    status: int | None = None
    body: bytes = b""
    failures: int = 0
    failing_since: datetime | None = None
    failure: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an article was found, and when it says that it was published (aware, None where it is undated)."""

    first_seen: datetime
    published: datetime | None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is doing. `failures` counts all that were recorded, `last_failures` are the newest first;
    `causes` counts those of the last 28 days by their codes, the commonest first, and `refused` those of them that
    robots.txt forbade. `endpoints` are the feeds, sitemaps and pages that are read for links; `arrivals` are the
    articles of the 28 days up to the newest, oldest first. `unread` counts articles whose page could not be read."""

    source: Source
    articles: int
    failures: int
    last_failures: tuple[Failure, ...]
    endpoints: tuple[str, ...]
    causes: tuple[tuple[str, int], ...] = ()
    refused: int = 0
    arrivals: tuple[Arrival, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is."""

    articles: int
    revisions: int
    captures: int
    sources: int


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far a file of others was taken in. `digest` is that of its bytes, `wanted` tells what of it; `record_id` is
    that of the record that names the file; `entry`, `offset` and `inside` are the place to go on from, and captures
    with an id over `after_capture` may be of it. `ended_at` is None while there is more."""

    digest: str
    wanted: str
    name: str
    record_id: str
    begun_at: datetime
    after_capture: int
    ended_at: datetime | None = None
    entry: str = ""
    offset: int = 0
    inside: int = 0


@dataclass(frozen=True, slots=True)
class UnreadCapture:
    """A capture whose page is still to be read; for the source `source_id`, None where its address tells which.
    `hint` is what is known of the page."""

    capture: Capture
    source_id: int | None
    hint: Link
