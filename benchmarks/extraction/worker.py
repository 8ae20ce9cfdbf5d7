"""One tool that reads pages, in a process of its own: `python worker.py us|trafilatura|newspaper4k`.

It takes a JSON object a line (`url`, `body` in base64, `text` as we decode it) and answers each with one: what was
read, the CPU seconds of that, and the error if it raised. Each tool gives all that it knows of a page; the others are
handed decoded text, which they do not spend time on. Nothing is fetched: there are no connections.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

Read = Callable[[dict[str, Any]], dict[str, Any]]

_FIRST = (
    "<html><head><title>First</title></head><body><p>What is loaded late is loaded now.</p></body></html>"
)


def _us() -> Read:
    from archive.extract import extract  # noqa: PLC0415  (only this tool has it)
    from archive.isodate import iso_date  # noqa: PLC0415

    def read(page: dict[str, Any]) -> dict[str, Any]:
        found = extract(base64.b64decode(page["body"]), url=page["url"])
        published = iso_date(found.published, day_only=found.published_day_only)
        return {
            "title": found.title,
            "authors": found.authors,
            "published": published,
            "body": found.text,
        }

    return read


def _trafilatura() -> Read:
    import trafilatura  # noqa: PLC0415

    def read(page: dict[str, Any]) -> dict[str, Any]:
        found = trafilatura.bare_extraction(page["text"], url=page["url"], with_metadata=True)
        if found is None:
            return {}
        authors = [name.strip() for name in (found.author or "").split(";")]
        return {"title": found.title, "authors": authors, "published": found.date, "body": found.text}

    return read


def _newspaper4k() -> Read:
    import newspaper  # noqa: PLC0415

    def read(page: dict[str, Any]) -> dict[str, Any]:
        article = newspaper.Article(page["url"], fetch_images=False)
        article.download(input_html=page["text"])
        article.parse()
        published = article.publish_date
        return {
            "title": article.title,
            "authors": article.authors,
            "published": published.isoformat() if hasattr(published, "isoformat") else published,
            "body": article.text,
        }

    return read


TOOLS = {"us": _us, "trafilatura": _trafilatura, "newspaper4k": _newspaper4k}


def _unconnected(*_: object) -> None:
    raise OSError("nothing is fetched here")


def main(tool: str) -> None:
    """Answer until there are no more pages."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a tool prints is no answer
    socket.socket.connect = _unconnected  # type: ignore[method-assign]
    read = TOOLS[tool]()
    _answer(
        read,
        {"url": "https://paper.example/first", "body": base64.b64encode(_FIRST.encode()), "text": _FIRST},
    )
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(read, json.loads(line))) + "\n")
        answers.flush()


def _answer(read: Read, page: dict[str, Any]) -> dict[str, Any]:
    started = time.process_time()
    try:
        found, error = read(page), None
    except Exception as raised:  # noqa: BLE001  (is counted)
        found, error = {}, f"{type(raised).__name__}: {raised}"
    return {"read": found, "seconds": time.process_time() - started, "error": error}


if __name__ == "__main__":
    main(sys.argv[1])
