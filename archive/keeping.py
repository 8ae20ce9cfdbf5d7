"""The order of safety: append, sync, commit, acknowledge. Whoever writes captures or articles goes through here.

What a transaction does to articles and sources is appended to the WARC file as its journal (`archive.journal`), and
is on the disk before the transaction is committed. So the WARC files hold everything that was ever acknowledged: a
database that lacks the end of them takes it in, and one that is lost is made from them. Where a commit fails, what
was appended for it is cut off again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from archive.errors import StoreError, WarcError
from archive.journal import Event
from archive.model import Capture, Response
from archive.store import Store, Transaction
from archive.warc import Mark, WarcWriter

log = logging.getLogger(__name__)

_BATCH = 200
_AGAIN = timedelta(minutes=1)


class Keeper:
    """Writes one archive; one at a time, in one thread. `clock` dates the records of the journal."""

    def __init__(self, store: Store, warc: WarcWriter, *, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.warc = warc
        self._clock = clock
        self._unrecorded: list[Capture] = []
        self._cut_off: set[str] = set()
        self._lost = False
        self._closes_at = datetime.min.replace(tzinfo=UTC)

    def keep(self, response: Response, *, revisit_of: Capture | None = None) -> Capture:
        """Append an exchange to the WARC file; the next transaction records it, whatever that is about."""
        return self.take(self.warc.append(response, revisit_of=revisit_of, sync=False))

    def take(self, capture: Capture) -> Capture:
        """A capture that somebody appended to the WARC file; the next transaction records it."""
        self._unrecorded.append(capture)
        return capture

    def record(self) -> None:
        """Everything that was kept so far counts, whatever becomes of it."""
        if self._unrecorded:
            with self.transaction():
                pass

    def has(self, capture: Capture) -> bool:
        """Whether the record of a capture that was kept still stands: where a sync failed, it does not."""
        return capture.record_id not in self._cut_off

    @contextmanager
    def transaction(self, about: Capture | None = None) -> Iterator[Transaction]:
        """A transaction whose changes are in the WARC files before they are in the database. Both or none, where the
        block or the commit fails. `about` is the capture that tells what is written, where no version says another.

        It records all captures that were kept so far, in the order of the WARC file: what the database knows of a
        file is always its beginning, whichever page is settled first, so that a crash leaves only an end unknown.
        Errors: WarcError, StoreError.
        """
        if self._lost:
            raise WarcError("An earlier write was cut off half-way; the archive has to be opened anew.")
        kept, mark = tuple(self._unrecorded), self.warc.mark()
        events: list[Event] = []
        try:
            with self.store.transaction(journalled=True) as tx:
                for capture in kept:
                    tx.add_capture(capture)
                yield tx
                events += tx.events(about.record_id if about else "")
                self._append(events)
                self.warc.sync()
                tx.taken_in(self.warc.ends())
        except BaseException:
            if events:
                self._undo(mark, events[0].number)
            self._forget_cut_off()
            raise
        del self._unrecorded[: len(kept)]
        self._close_due()

    def catch_up(self, *, stopped: Callable[[], bool] = lambda: False) -> int:
        """Write into the journal what was left for it: what commands changed beside a crawl and, the first time,
        everything that an archive of an older version knows. Returns how many articles and sources that were; it may
        be cut anywhere."""
        done = 0
        while not stopped():
            with self.transaction() as tx:
                found = tx.note_left(_BATCH)
            done += found
            if found < _BATCH:
                break
        return done

    def _close_due(self) -> None:
        """Close the WARC files that are large or old enough, once everything in them is recorded. What is committed
        stays committed, whatever becomes of that; where it fails it is tried again after a while."""
        now = self._clock()
        if self._unrecorded or now < self._closes_at or not self.warc.is_due(now):
            return
        try:
            for closed in self.warc.seal_due(now):
                with self.store.transaction(journalled=True) as tx:
                    tx.warc_file_closed(closed)
        except (WarcError, StoreError) as error:
            log.warning("A WARC file could not be closed: %s", error)
            self._closes_at = now + _AGAIN

    def _append(self, events: list[Event]) -> None:
        now = self._clock()
        for event in events:
            self.warc.append_metadata(event.as_json(), refers_to=event.record, at=now)

    def _forget_cut_off(self) -> None:
        """Records that could not be synced are not there any more: nobody may refer to them."""
        ends = self.warc.ends()
        for capture in self._unrecorded:
            if capture.place.offset + capture.place.length > ends.get(capture.place.file, 0):
                self._cut_off.add(capture.record_id)
        self._unrecorded = [capture for capture in self._unrecorded if self.has(capture)]

    def _undo(self, mark: Mark, first: int) -> None:
        """Cut off what was appended for a transaction that was not committed. A database that cannot say whether it
        was is asked again when it is opened."""
        try:
            committed = self.store.journal_number() >= first
        except StoreError:
            self._lost = True
            return
        if committed:
            self._unrecorded.clear()
            return
        try:
            self.warc.rollback(mark)
        except WarcError:
            self._lost = True
