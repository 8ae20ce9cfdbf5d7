"""Reading kept pages anew, with the extraction of today: from the WARC records, without asking any site.

What a reader sees otherwise becomes a further revision of the same capture; where only what stands beside the text
is better known (a date, a section), or more was learnt of the source, the revision is mended; a page that could not
be read takes the place of its gap. It may be ended at any time: what was read anew is marked with the version that
read it, the rest is still to do.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from archive.crawl.kept import kept_response
from archive.crawl.learning import Learning
from archive.crawl.reading import is_article, revision_of
from archive.decide import believable, decide, otherwise_read, text_digest
from archive.edits import judged
from archive.errors import ArchiveError, WarcError
from archive.extract import VERSION
from archive.keeping import Keeper
from archive.model import NO_RULES, Article, Capture, Extract, Link, Revision
from archive.parsing import Page, Parsers, Unreadable
from archive.store import Store, Transaction
from archive.urls import identity

Fate = Literal["unchanged", "mended", "changed", "read", "unread", "lost"]
"""What became of an article: nothing; better known; a further revision; a gap that is filled; still unreadable (or no
article any more to the reader of today, so that what is kept stays); its record cannot be read."""

_AHEAD = 4
_LOOK_SECONDS = 0.5
_SEARCHED = (
    "title", "authors", "published", "published_day_only", "published_from", "modified", "section", "tags",
    "language", "image", "description", "text",
)  # fmt: skip
_COMPARED = (*_SEARCHED, "credits", "layout", "page_kind", "free")
"""What is told of. Only what is searched is a change that others have to follow; where a field comes from is none."""


@dataclass(frozen=True, slots=True)
class Rereading:
    """One article, what became of it, and which of its fields read otherwise now; `message` says why, where it could
    not be read."""

    article: Article
    fate: Fate
    fields: tuple[str, ...] = ()
    message: str = ""


def reread(
    keeper: Keeper,
    directory: Path,
    parsers: Parsers,
    articles: Iterable[Article],
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Rereading]:
    """Read the latest page of each article anew; the results in the order in which they come, each one written down
    already. `directory` is that of the WARC files. No crawl may write the archive at the same time."""
    store = keeper.store
    rest = iter(articles)
    rules = {source.id: source.rules for source in store.sources()}
    learning = Learning(store)
    finished: Finished = queue.SimpleQueue()
    under_way = 0
    while not stopped():
        for article in islice(rest, _AHEAD * parsers.processes - under_way):
            page = _page(store, directory, article)
            if isinstance(page, str):
                yield Rereading(article, "lost", message=page)
                continue
            page = replace(
                page,
                rules=rules.get(article.source_id, NO_RULES),
                learnt=learning.learnt(article.source_id),
            )
            parsers.submit(page, partial(_hand_over, finished, article, page.hint.certain))
            under_way += 1
        if not under_way:
            break
        read = _at_hand(finished)
        under_way -= len(read)
        if read:  # one transaction for all of them: each has to wait for the disk
            with keeper.transaction() as tx:
                results = [_settled(tx, *one) for one in read]
                learning.keep(tx)
            for article, _, result in read:
                if isinstance(result, Extract):
                    learning.take_marks(article.source_id, result.lesson)
            yield from results
    learning.keep_all()


Finished = queue.SimpleQueue[tuple[Article, bool, Extract | Exception]]
"""Articles, whether they were certain to be some, and what was read of them."""


def _at_hand(finished: Finished) -> list[tuple[Article, bool, Extract | Exception]]:
    """What was read meanwhile; waits a moment for the first."""
    read = []
    with suppress(queue.Empty):
        read.append(finished.get(timeout=_LOOK_SECONDS))
        while True:
            read.append(finished.get_nowait())
    return read


def _hand_over(finished: Finished, article: Article, certain: bool, result: object) -> None:
    assert isinstance(result, Extract | Exception)
    finished.put((article, certain, result))


def _page(store: Store, directory: Path, article: Article) -> Page | str:
    """The page that the latest revision was read from, or why it cannot be had."""
    capture = store.capture(article.latest.capture_id)
    if capture is None:
        return "The database does not know its capture."
    try:
        response = kept_response(store, directory, capture)
    except WarcError as error:
        return str(error)
    visit = store.visit(article.source_id, identity(capture.url)) if _has_address(capture) else None
    return Page(
        url=capture.url,
        body=response.body,
        media_type=capture.media_type,
        content_type=response.header("content-type") or "",
        hint=visit.hint if visit else Link(capture.url),
    )


def _has_address(capture: Capture) -> bool:
    """Whether it is of a page of the web; a line of a file has a name of another kind."""
    return capture.url.startswith(("http:", "https:"))


def _settled(tx: Transaction, article: Article, certain: bool, result: Extract | Exception) -> Rereading:
    """Write down what the reading of today says of an article."""
    if isinstance(result, Unreadable):
        tx.read_by(article.id, article.latest.number, VERSION)
        return Rereading(article, "unread", message=str(result))
    if isinstance(result, ArchiveError):
        raise result
    if isinstance(result, Exception):
        raise ArchiveError("The reading was ended.") from result
    if not is_article(result, certain=certain):
        tx.read_by(article.id, article.latest.number, VERSION)
        return Rereading(
            article, "unread", message=f"The page reads as {result.status} now; what is kept stays."
        )
    extracted = believable(result, article.latest.captured_at)
    known = article.latest
    now = revision_of(extracted, article.id, known.capture_id, known.captured_at)
    fields = tuple(name for name in _COMPARED if getattr(known, name) != getattr(now, name))
    is_other = decide(known, extracted) == "revised" and not otherwise_read(known, extracted)
    if is_other and not known.unread:
        tx.add_revision(judged(known, replace(now, number=known.number + 1)), text_digest(now.text))
    elif fields or known.unread or known.evidence != now.evidence:
        tx.replace_revision(_in_place_of(known, now), text_digest(now.text))
    else:
        tx.read_by(article.id, known.number, VERSION)
    if known.unread or any(name in _SEARCHED for name in fields):
        tx.add_change(article.id, "revised", known.captured_at)
    return Rereading(article, _fate(known, fields, is_other=is_other), fields)


def _in_place_of(known: Revision, now: Revision) -> Revision:
    """A version with the number of another, and what led to it: a reader sees the same words in both."""
    return replace(
        now,
        number=known.number,
        kind=known.kind,
        words_added=known.words_added,
        words_removed=known.words_removed,
    )


def _fate(known: Revision, fields: tuple[str, ...], *, is_other: bool) -> Fate:
    if known.unread:
        return "read"
    if is_other:
        return "changed"
    return "mended" if fields else "unchanged"
