"""`python tests/soak`: crawls twenty newspapers that misbehave in turn, SOAK_MINUTES (30), on a clock that runs fast.

Passes where memory stays flat, every article that was served whole is kept with each of its versions and found by a
search, nothing else became an article, every newspaper recovers, and `newsarchive verify` finds nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from crawler import clock_of, config_of
from judging import Memory, growing, invented, lost, memory
from server import ADDRESS, Server
from world import FRONT_LENGTH, World, stories_of

SPEED = 300
"""Twelve seconds are an hour, half an hour is six days; the last rounds are weeks."""
SAMPLE_SECONDS = 2.0
MOOD_SECONDS = 25
LAST_SECONDS = 1200
SHOWN = 20


def main() -> int:
    """0 where everything holds."""
    asked = argparse.ArgumentParser(prog="python tests/soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES", "30")))
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--mood-seconds", type=int, default=MOOD_SECONDS)
    options = asked.parse_args()
    with TemporaryDirectory(prefix="soak-") as folder:
        wrong = soak(Path(folder), options.minutes * 60, options.seed, options.mood_seconds)
    print("\n".join(wrong[:SHOWN]) or "Everything holds.")
    if len(wrong) > SHOWN:
        print(f"... and {len(wrong) - SHOWN} more.")
    return 1 if wrong else 0


def soak(folder: Path, seconds: float, seed: int, mood_seconds: int) -> list[str]:
    """Everything that is wrong, in words."""
    job = {"home": str(folder / "home"), "began": time.time(), "speed": SPEED, "address": ADDRESS}
    world = World(clock_of(job, []), seed=seed, mood_seconds=mood_seconds)
    server = Server(world)
    job |= {"port": server.port, "hosts": list(world.papers)}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    with (folder / "log.txt").open("wb") as log:
        crawler = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "crawler.py"), str(folder / "job.json")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            text=True,
        )
        rounds = _Rounds(crawler)
        samples = _watch(crawler, server, rounds, seconds)
        server.on_loop(lambda: setattr(world, "calm", True))
        _end(crawler)
    wrong = (
        []
        if crawler.returncode == 0
        else [f"The crawl ended with {crawler.returncode}: {_tail(folder / 'log.txt')}"]
    )
    print(f"{len(server.served):,} times an article was served whole; requests by mood: {dict(server.moods)}")
    print(f"{rounds.count} rounds: {dict(rounds.totals)}", flush=True)
    return wrong + growing(samples) + _judge(folder, world, server)


class _Rounds:
    """Reads what the crawler says of its rounds."""

    def __init__(self, crawler: subprocess.Popen[str]) -> None:
        self.count = 0
        self.totals: Counter[str] = Counter()
        assert crawler.stdout is not None
        Thread(target=self._read, args=(crawler.stdout,), daemon=True).start()

    def _read(self, lines) -> None:
        for line in lines:
            self.count += 1
            self.totals.update(json.loads(line))


def _watch(crawler: subprocess.Popen[str], server: Server, rounds: _Rounds, seconds: float) -> list[Memory]:
    samples: list[Memory] = []
    began, told = time.monotonic(), 0
    while (spent := time.monotonic() - began) < seconds and crawler.poll() is None:
        samples.append(memory(crawler.pid, spent))
        if spent >= told * 60:
            told += 1
            figures = {name: round(figure) for name, figure in asdict(samples[-1]).items()}
            print(f"{figures} rounds {rounds.count}, served whole {len(server.served):,}", flush=True)
        time.sleep(SAMPLE_SECONDS)
    return samples


def _end(crawler: subprocess.Popen[str]) -> None:
    """Ask for the last rounds, and wait for them."""
    assert crawler.stdin is not None
    try:
        crawler.stdin.write("\n")
        crawler.stdin.close()
        crawler.wait(LAST_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        crawler.kill()
        crawler.wait()


def _judge(folder: Path, world: World, server: Server) -> list[str]:
    home = str(folder / "home")
    config = config_of(home)
    site = {paper.host: f"http://{paper.host}:{server.port}" for paper in world.papers.values()}
    published = {site[paper.host] + story.path for paper, story in stories_of(world)}
    seen = {(one.host, one.story.path) for one in server.served}
    wrong = list(lost(config, server.port, server.served, clock_of({"began": time.time(), "speed": 1}, [])()))
    wrong += invented(config, published)
    wrong += [
        f"{site[paper.host]}{story.path} was on the front page at the end, and nobody asked for it."
        for paper in world.papers.values()
        for story in islice(paper.newest(FRONT_LENGTH), FRONT_LENGTH)
        if (paper.host, story.path) not in seen
    ]
    verified = subprocess.run(
        [sys.executable, "-m", "newsarchive", "--home", home, "verify"],
        capture_output=True,
        text=True,
        check=False,
    )
    if verified.returncode:
        wrong.append(f"newsarchive verify: {verified.stdout[-500:]} {verified.stderr[-500:]}")
    print(f"{len(published):,} articles were published, {len(seen):,} of them served whole.", flush=True)
    return wrong


def _tail(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")[-2000:]


if __name__ == "__main__":
    sys.exit(main())
