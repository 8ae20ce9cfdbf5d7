"""An import that is killed at any time goes on where it was: nothing is missing, nothing there twice."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import care, warc
from archive.store import Store
from newsarchive.config import Config

pytestmark = pytest.mark.kill

PAGES = 100
LINES = 400
KILLS = 2

_KILLED = """
import sys
from pathlib import Path
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig

def main():
    config = Config(Path(sys.argv[1]), crawl=CrawlConfig(parsers=1))
    take = jobs.import_lines if sys.argv[2].endswith("jsonl") else jobs.import_warc
    print("begun", flush=True)
    report = take(config, [Path(sys.argv[2])])
    print("done", flush=True)

if __name__ == "__main__":
    main()
"""


def pages(path: Path) -> set[str]:
    """A WARC file with articles; returns their addresses."""
    urls = set()
    with path.open("wb") as file:
        for number in range(PAGES):
            url = f"http://paper.test/news/story-of-number-{number}"
            text = f"Story {number} is told at length to whoever has the time for it. " * 8
            body = f"<html><title>Story {number}</title><article><h1>Story {number}</h1><p>{text}</p></article></html>"
            block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}".encode()
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:test:{number}>\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Date: 2019-05-04T03:{number // 60:02}:{number % 60:02}Z\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n"))
            urls.add(url)
    return urls


def lines(path: Path) -> set[str]:
    """A file of JSON lines; returns the addresses of its articles."""
    told = [
        {
            "id": number,
            "url": f"http://wire.test/{number}",
            "title": f"Item {number}",
            "body": "Text.",
            "source": "Wire",
        }
        for number in range(LINES)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    return {str(line["url"]) for line in told}


@pytest.mark.parametrize("make", [pages, lines])
def test_hostile_45_an_import_that_is_killed_loses_nothing_and_doubles_nothing(
    tmp_path: Path, make: object
) -> None:
    path = tmp_path / ("in.jsonl" if make is lines else "in.warc.gz")
    wanted = lines(path) if make is lines else pages(path)
    program = tmp_path / "program.py"
    program.write_text(_KILLED)
    home = tmp_path / "home"
    rng = random.Random(11)
    command = [sys.executable, str(program), str(home), str(path)]
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(rng.uniform(0.05, 0.9))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "begun\ndone\n", done.stderr
    config = Config(home)
    with Store(config.database_url) as store:
        articles = list(store.articles_after(0))
        captures = [capture for name in store.warc_ends() for capture in store.captures_in(name)]
        assert list(care.check(store, config.warc_dir)) == []
        assert store.count_unread() == 0
    assert sorted(article.url for article in articles) == sorted(wanted)
    assert all(article.latest.number == 1 for article in articles)
    assert len(captures) == len(wanted)
    records = [record for name in warc.files(config.warc_dir) for record in warc.walk(config.warc_dir, name)]
    assert sum(record.kind in ("response", "revisit", "resource") for record in records) == len(wanted)
