"""Pages are settled in another order than they were kept in; what the database knows of a WARC file stays its beginning."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from archive import care
from archive.crawl.admission import Admission
from archive.crawl.agenda import Agenda
from archive.crawl.frontier import Frontier
from archive.crawl.report import CrawlReport
from archive.crawl.settle import Cause, Settler
from archive.keeping import Keeper
from archive.model import Link, Response
from archive.politeness import Politeness
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITE = "https://paper.example/"


def response(url: str) -> Response:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    body = b"<p>" + url.encode()
    return Response(
        url,
        200,
        (("content-type", "text/html"),),
        body,
        b"GET / HTTP/1.1\r\n\r\n",
        head + body,
        "127.0.0.1",
        NOW,
        0.1,
    )


def test_a_crash_between_two_pages_leaves_no_record_unknown(config: Config, store: Store) -> None:
    with store.transaction() as tx:
        source_id = tx.add_source(name="paper", url=SITE, interval=timedelta(hours=1), now=NOW)
        visits = [tx.visit_now(source_id, Link(f"{SITE}{name}"), NOW) for name in ("slow", "quick", "later")]
    frontier = Frontier(Politeness(0.0))
    agenda = Agenda(
        store, frontier, admission=Admission(store, lambda _host: (), Counter()), clock=lambda: NOW
    )
    agenda.only(store.source("paper"), visits)
    writer = WarcWriter(config.warc_dir, software="test")
    settler = Settler(
        Keeper(store, writer, clock=lambda: NOW), CrawlReport(), agenda=agenda, clock=lambda: NOW
    )
    slow, quick = (settler.keep(visit, response(visit.url)) for visit in visits[:2])
    settler.fail(quick.visit, Cause("empty", "Nothing was read.", 200))
    assert list(care.check(store, config.warc_dir)) == []  # as after a kill: the slow page was never settled
    settler.keep(visits[2], response(visits[2].url))
    assert [problem.code for problem in care.check(store, config.warc_dir)] == ["unknown-record"]
    assert care.recover(store, config.warc_dir).captures == 1
    assert list(care.check(store, config.warc_dir)) == []
    assert slow.capture.record_id != quick.capture.record_id
