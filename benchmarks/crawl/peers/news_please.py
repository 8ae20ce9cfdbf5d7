"""news-please as a library, the fastest of its modes for many pages. Runs in .venv-peers:

    .venv-peers/bin/python benchmarks/crawl/peers/news_please.py JOB.json

It is handed the addresses of the articles, asks for no robots.txt and discovers nothing. `from_urls` fetches with a
thread for each URL and extracts in a process for each core; images are left out.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

from newsplease import NewsPlease

BATCH = 250
"""URLs of one call: it holds all their pages in memory, and starts its processes anew."""


def main(job: dict) -> None:
    """Fetch and read `job["urls"]` and write the articles to `job["articles"]`."""
    asked = socket.getaddrinfo
    socket.getaddrinfo = lambda _host, *rest, **options: asked(job["address"], *rest, **options)
    with Path(job["articles"]).open("w", encoding="utf-8") as file:
        for start in range(0, len(job["urls"]), BATCH):
            urls = job["urls"][start : start + BATCH]
            read = NewsPlease.from_urls(urls, request_args={"timeout": 60}, fetch_images=False)
            for url, article in read.items():
                if article:
                    told = article.get_serializable_dict()
                    file.write(json.dumps(told | {"url": url, "text": told["maintext"]}) + "\n")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
