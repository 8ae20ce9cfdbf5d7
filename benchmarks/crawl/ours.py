"""`python -m benchmarks.crawl.ours JOB.json`: one crawl of newsarchive over a press, up to its being searchable.

A process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig


def main(job: dict[str, Any]) -> None:
    """Crawl `job["sources"]` into `job["home"]` with a pause of `job["min_delay"]` seconds. Style sheets and pictures
    are left out: nobody else fetches them."""
    crawl = CrawlConfig(
        contact="mailto:archive@example.org",
        min_delay=job["min_delay"],
        allow_addresses=(ip_network("127.0.0.0/8"),),
        requisites="none",
    )
    config = Config(Path(job["home"]), crawl=crawl)
    with Store(config.database_url) as store, store.transaction() as tx:
        for number, url in enumerate(job["sources"], 1):
            tx.add_source(name=f"Paper {number}", url=url, interval=timedelta(hours=1), now=jobs.now())
    report = jobs.crawl_once(config, resolver=lambda *_: [job["address"]])
    print(json.dumps(dict(report.counts)))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
