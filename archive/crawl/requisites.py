"""What articles are drawn with: style sheets, pictures, fonts. Asked for after everything else of their source, under
the same robots.txt and pauses, and kept as they are, each content once; none of it is ever run or read as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from archive.crawl.agenda import Agenda
from archive.extract.decode import decode
from archive.extract.parts import FONTS, PICTURES, STYLE, parts_of_sheet
from archive.keeping import Keeper
from archive.model import Capture, Extract, Requisites, Response, Visit
from archive.store import Transaction
from archive.urls import fetch_form
from archive.warc import digest

MOST = 40
"""Of one page; what its style sheets ask for comes on top, as many for each."""
MOST_BYTES = 5 << 20
MOST_PAGE_BYTES = 20 << 20
"""Of one of them, and of all of a page as they are packed in the WARC file."""

_TRIES = 2
_AGAIN = timedelta(days=1)


class Drawing:
    """Has kept what the articles of a crawl are drawn with. `default` holds for sources of which nothing else is
    said."""

    def __init__(
        self, keeper: Keeper, agenda: Agenda, *, default: Requisites, clock: Callable[[], datetime]
    ) -> None:
        self._keeper = keeper
        self._store = keeper.store
        self._agenda = agenda
        self._default = default
        self._clock = clock

    def want(self, tx: Transaction, visit: Visit, capture_id: int, extract: Extract, at: datetime) -> None:
        """A version of an article was read from a capture: put on the frontier what that is drawn with."""
        wanted = self._wanted(visit, extract)
        if wanted and tx.want_requisites((capture_id,), visit.source_id, wanted, at):
            self._agenda.more(visit.source_id)

    def settle(self, visit: Visit, response: Response) -> None:
        """Something was answered for a part of pages: keep it for them, unless it is none or too much."""
        pages = self._store.pages_wanting(visit.url, MOST_PAGE_BYTES) if _is_fit(response) else []
        if not pages:
            self.missed(visit, response.status)
            return
        at = response.fetched_at
        known = self._store.last_resource(visit.url)
        same = known is not None and known.payload_digest == digest(response.body)
        kept = known if known is not None and same else self._keep(visit.url, response, pages[0])
        with self._keeper.transaction() as tx:
            tx.requisite_kept(pages, visit.url, kept.id or tx.capture_id(kept))
            tx.visited(visit, at=at, due_at=None, status=response.status)
            asked = self._asked_by_sheet(visit, response)
            if asked and tx.want_requisites(pages, visit.source_id, asked, at, depth=1):
                self._agenda.more(visit.source_id)

    def missed(self, visit: Visit, status: int | None) -> None:
        """It could not be had. That is no failure of the source, because only the looks of pages suffer; it is tried
        once more."""
        now = self._clock()
        due_at = now + _AGAIN if visit.failures + 1 < _TRIES else None
        with self._keeper.transaction() as tx:
            tx.visited(visit, at=now, due_at=due_at, status=status, failed=True)

    def _mode(self, visit: Visit) -> Requisites:
        return self._agenda.sources[visit.source_id].requisites or self._default

    def _wanted(self, visit: Visit, extract: Extract) -> tuple[str, ...]:
        mode = self._mode(visit)
        if mode == "none":
            return ()
        lead = (extract.image,) if extract.image else ()
        return _askable((*extract.styles, *lead, *(extract.pictures if mode == "all" else ())))

    def _asked_by_sheet(self, visit: Visit, response: Response) -> tuple[str, ...]:
        """What a style sheet of a page asks for; what those ask for in their turn is left."""
        if self._mode(visit) != "all" or response.media_type != STYLE or visit.hint.depth:
            return ()
        sheet = decode(response.body, response.header("content-type") or "")
        return _askable(parts_of_sheet(sheet, response.url))

    def _keep(self, url: str, response: Response, page: int) -> Capture:
        drawn = self._store.capture(page)
        kept = self._keeper.warc.append_resource(
            url,
            response.body,
            " ".join((response.header("content-type") or "").split()),
            response.fetched_at,
            ip_address=response.ip_address,
            concurrent_to=drawn.record_id if drawn else "",
        )
        return self._keeper.take(kept)


def _is_fit(response: Response) -> bool:
    whole = response.status == 200 and not response.truncated and not response.undecodable
    kind = response.media_type
    return (
        whole
        and 0 < len(response.body) <= MOST_BYTES
        and (kind == STYLE or kind in PICTURES or kind in FONTS)
    )


def _askable(urls: Iterable[str]) -> tuple[str, ...]:
    """In the form that is fetched, each once, at most so many."""
    found: dict[str, None] = {}
    for url in urls:
        try:
            found[fetch_form(url)] = None
        except ValueError:
            continue
    return tuple(found)[:MOST]
