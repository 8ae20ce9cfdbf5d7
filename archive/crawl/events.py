"""What threads and processes tell the loop of a crawl."""

from __future__ import annotations

import queue
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from archive.crawl.frontier import Step
from archive.crawl.hosts import Fetched
from archive.crawl.settle import Arrival
from archive.parsing import Reading


@dataclass(frozen=True, slots=True)
class FetchEnded:
    """A thread is through with a step."""

    step: Step
    result: Fetched | Exception


@dataclass(frozen=True, slots=True)
class ReadEnded:
    """A process is through with a page, or was ended over it; or there was nothing to read."""

    step: Step
    arrival: Arrival
    result: Reading | Exception | None


class Events:
    """What has come and was not taken yet; told from any thread."""

    def __init__(self) -> None:
        self._come: queue.SimpleQueue[FetchEnded | ReadEnded] = queue.SimpleQueue()

    def fetched(self, step: Step, result: Fetched | Exception) -> None:
        """A step was fetched."""
        self._come.put(FetchEnded(step, result))

    def read(self, step: Step, arrival: Arrival, result: Reading | Exception | None) -> None:
        """A page was read."""
        self._come.put(ReadEnded(step, arrival, result))

    def at_hand(self, *, seconds: float, most: int) -> deque[FetchEnded | ReadEnded]:
        """What has come, waited for if need be. What was fetched goes first, so that all the records of it are on the
        disk with the first that is settled."""
        come: deque[FetchEnded | ReadEnded] = deque()
        with suppress(queue.Empty):
            come.append(self._come.get(timeout=seconds))
            while len(come) < most:
                come.append(self._come.get_nowait())
        return deque(sorted(come, key=lambda event: isinstance(event, ReadEnded)))
