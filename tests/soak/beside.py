"""`python tests/soak/beside.py URL [PEOPLE] [SECONDS]`: how long ordinary searches of a running `newsarchive serve` take,
alone, and beside so many people who ask it the worst that we can think of, over and over."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit

from worst import texts

COMMON = [
    "to",
    "of",
    "in",
    "it",
    "on",
    "is",
    "be",
    "by",
    "at",
    "he",
    "the",
    "and",
    "for",
    "was",
    "its",
    "that",
    "said",
]
ORDINARY = (
    "market",
    "oil prices",
    '"last year"',
    "bank OR trade OR money",
    "since:2010 oil",
    "",
    "mar*",
    "exprots",
)
PAUSE = 0.02


class Person:
    """Somebody with one connection to a server."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=120)

    def ask(self, text: str, page: str = "/") -> float:
        """Seconds until the whole answer to a search is there."""
        began = time.perf_counter()
        self._connection.request("GET", f"{page}?{urlencode({'q': text})}")
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 200, (text, answer.status)
        return time.perf_counter() - began


@contextmanager
def beside(url: str, people: int) -> Iterator[None]:
    """So many people ask the worst."""
    over = Event()
    worst = list(texts(COMMON))

    def insist(seed: int) -> None:
        chance, person = random.Random(seed), Person(url)
        while not over.is_set():
            person.ask(chance.choice(worst))

    threads = [Thread(target=insist, args=(seed,)) for seed in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def ordinary(url: str, seconds: float) -> list[float]:
    """What ordinary searches take, one after the other, in ascending order."""
    chance, person, until = random.Random(1), Person(url), time.perf_counter() + seconds
    taken = []
    while time.perf_counter() < until:
        taken.append(person.ask(chance.choice(ORDINARY), chance.choice(("/", "/api/search"))))
        time.sleep(PAUSE)
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/soak/beside.py", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("people", nargs="?", type=int, default=8)
    parser.add_argument("seconds", nargs="?", type=float, default=20.0)
    options = parser.parse_args()
    for people in (0, options.people):
        with beside(options.url, people):
            taken = ordinary(options.url, options.seconds)
        p50, p99 = (taken[int(len(taken) * share)] * 1_000 for share in (0.5, 0.99))
        print(f"beside {people:3}: {len(taken):5} searches, p50 {p50:5.0f} ms, p99 {p99:5.0f} ms")


if __name__ == "__main__":
    main()
