"""news-please, reading the articles of a WARC file, in a process for each core. Runs in .venv-peers:

    .venv-peers/bin/python benchmarks/imports/peers/news_please_warc.py JOB.json

It keeps nothing; images are left out.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from pathlib import Path

from newsplease import NewsPlease
from warcio.archiveiterator import ArchiveIterator


def pages(path: str):
    """URL and page of each response."""
    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                yield url, record.raw_stream.read().decode("utf-8", "replace")


def read(page: tuple[str, str]) -> bool:
    """Whether there is an article."""
    article = NewsPlease.from_html(page[1], url=page[0], fetch_images=False)
    return bool(article and article.maintext)


def main(job: dict) -> None:
    """Read `job["file"]`."""
    with multiprocessing.Pool(os.cpu_count()) as pool:
        articles = sum(pool.imap_unordered(read, pages(job["file"]), chunksize=4))
    Path(job["told"]).write_text(json.dumps({"records": articles, "articles": articles}), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
