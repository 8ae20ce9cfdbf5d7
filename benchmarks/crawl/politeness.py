"""`politeness`: a crawl with pauses over hosts of all manners, judged by the log of their server.

Every host is asked one thing at a time; between the end of an answer and the next connection lies the longest of the
pauses that anybody asks for. The log errs on one side only: an answer counts as ended before its last byte is given
away, a connection as begun when the server takes it up, so that a slow machine makes no gap shorter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.crawl.press import Press, host_name
from benchmarks.crawl.server import Asked, Manners, served
from benchmarks.crawl.speed import crawl, published
from benchmarks.report import print_json, print_table
from newsarchive.config import CrawlConfig

USUAL = CrawlConfig()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a log shows. `hurried` are gaps below the policy, `crowded` connections that overlap another to their
    host, `impatient` requests before Retry-After was over. `seconds` is from the first connection to the last answer,
    `ideal` what the slowest host takes if nobody ever waits longer than the policy asks."""

    hosts: int
    requests: int
    hurried: int
    crowded: int
    impatient: int
    seconds: float
    ideal: float

    def as_dict(self) -> dict[str, float]:
        """Under the names that scripts read."""
        return {name: getattr(self, name) for name in self.__slots__} | {"ratio": self.seconds / self.ideal}


def usual_manners(hosts: int, pause: float) -> dict[int, Manners]:
    """Of ten hosts, one asks for a longer pause, one is slow, one asks for patience now and then, two have moved
    their robots.txt, one of them to another host; the others answer at once."""
    manners = {}
    for number in range(1, hosts + 1):
        match number % 10:
            case 3:
                manners[number] = Manners(crawl_delay=pause * 1.25)
            case 5:
                manners[number] = Manners(seconds=pause * 0.22)
            case 2:
                manners[number] = Manners(robots_at=number)
            case 4:
                manners[number] = Manners(robots_at=number - 3)
            case 7:
                manners[number] = Manners(refuses={10: (503, 2), 60: (429, 5), 61: (429, 1)})
    return manners


def report(press: Press, *, pause: float, as_json: bool) -> None:
    """Measure and print."""
    judged = measure(press, pause=pause, manners=usual_manners(press.papers, pause))
    if as_json:
        print_json(judged.as_dict())
        return
    print_table(
        f"Crawling {press.papers} hosts politely, {pause:g} s between two requests",
        (
            "requests",
            "gaps too short",
            "connections too many",
            "before Retry-After",
            "seconds",
            "ideal",
            "ratio",
        ),
        [
            (
                f"{judged.requests:,}",
                str(judged.hurried),
                str(judged.crowded),
                str(judged.impatient),
                f"{judged.seconds:.1f}",
                f"{judged.ideal:.1f}",
                f"{judged.seconds / judged.ideal:.2f}",
            )
        ],
    )


def measure(press: Press, *, pause: float, manners: Mapping[int, Manners]) -> Judgement:
    """Crawl a press whose hosts have these manners, with a pause of so many seconds, and judge."""
    with served(press, manners) as server:
        truth = published(press, server.port)
        server.log()
        asked = crawl("us", press, server, truth, min_delay=pause).asked
    return judge(asked, pause, {host_name(n): own for n, own in manners.items()})


def judge(asked: Iterable[Asked], pause: float, manners: Mapping[str, Manners]) -> Judgement:
    """Judge a log; `manners` are by the name of the host."""
    by_host: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in sorted(asked, key=lambda one: one.connected_at):
        by_host[one.host].append(one)
    hurried = crowded = impatient = 0
    ideal = 0.0
    for host, own in by_host.items():
        crawl_delay = manners.get(host, Manners()).crawl_delay or 0.0
        needed = sum(one.answered_at - one.asked_at for one in own)
        for earlier, later in pairwise(own):
            gap = later.connected_at - earlier.answered_at
            least = max(_pause_after(earlier, pause), crawl_delay)
            crowded += gap < 0
            impatient += 0 < earlier.retry_after > gap
            hurried += gap < least
            needed += max(least, earlier.retry_after)
        ideal = max(ideal, needed)
    everything = [one for own in by_host.values() for one in own]
    seconds = max(one.answered_at for one in everything) - min(one.connected_at for one in everything)
    return Judgement(len(by_host), len(everything), hurried, crowded, impatient, seconds, ideal)


def _pause_after(one: Asked, pause: float) -> float:
    return max(pause, min(USUAL.delay_factor * (one.answered_at - one.asked_at), USUAL.max_delay))
