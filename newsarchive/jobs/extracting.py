"""Reading one page, kept nowhere: a file, or a URL that is asked for as politely as in a crawl."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import ArchiveError
from archive.extract import extract
from archive.fetch import Fetcher, redirect_target
from archive.model import NO_RULES, Extract, Learnt, Response, Rules
from archive.robots import host_and_path
from archive.store import Store
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.jobs.permitting import rules_of_hosts

MAX_BYTES = 20 << 20
"""Of a file, also when it is unpacked: more is no page."""

_GZIP = b"\x1f\x8b"
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page and what was read from it. `url` is where it was found, "" where that is not known."""

    url: str
    extract: Extract


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the source of a page: the rules by hand, and what its pages have taught."""

    rules: Rules = NO_RULES
    learnt: Learnt | None = None


NOTHING_KNOWN = Known()


def read_file(
    data: bytes, *, url: str = "", content_type: str = "", known: Known = NOTHING_KNOWN
) -> ReadPage:
    """Read the bytes of a page, which may be packed with gzip. Without a `url` the one that the page claims counts.
    ArchiveError where it is too large."""
    data = _unpacked(data)
    found = extract(data, url=url, content_type=content_type, rules=known.rules, learnt=known.learnt)
    if not url and found.canonical_url:
        url = found.canonical_url
        found = extract(data, url=url, content_type=content_type, rules=known.rules, learnt=known.learnt)
    return ReadPage(url, found)


def read_url(config: Config, url: str, *, known: Known = NOTHING_KNOWN) -> ReadPage:
    """Fetch a page where robots.txt allows it, and read it. ArchiveError where it may not or cannot be had."""
    fetcher = Fetcher(config.crawl.agent, clock=now, allowed=config.crawl.allow_addresses)
    response = _fetched(fetcher, url, _asking(config, fetcher))
    if response.status != 200:
        raise ArchiveError(f"The server answered {response.status} for {response.url}.")
    if response.media_type not in ("text/html", "application/xhtml+xml", ""):
        raise ArchiveError(f"{response.url} serves {response.media_type}, not a page.")
    content_type = response.header("content-type") or ""
    found = extract(
        response.body, url=response.url, content_type=content_type, rules=known.rules, learnt=known.learnt
    )
    return ReadPage(response.url, found)


def known_of(config: Config, name: str) -> Known:
    """What is known of a source. UnknownSource where there is none of the name."""
    with Store(config.database_url) as store:
        source = store.source(name)
        return Known(source.rules, store.memory(source.id).learnt())


def _asking(config: Config, fetcher: Fetcher) -> Callable[[str], None]:
    """Asks whether a URL may be fetched; ArchiveError where it may not."""
    rules_of_host = rules_of_hosts(config, fetcher)

    def ask(url: str) -> None:
        verdict = rules_of_host(host_and_path(url)[0]).verdict(url, config.crawl.agent)
        if not verdict.allowed:
            why = f"line {verdict.line}: {verdict.rule}" if verdict.rule is not None else verdict.reason
            raise ArchiveError(f"The site's robots.txt does not allow {url} ({why}).")

    return ask


def _fetched(fetcher: Fetcher, url: str, ask: Callable[[str], None]) -> Response:
    """The page that a URL leads to, each hop with permission of its own."""
    for _ in range(_MAX_REDIRECTS + 1):
        ask(url)
        response = fetcher.fetch(url)
        if response.status not in _REDIRECTS:
            return response
        try:
            url = redirect_target(response)
        except ValueError as error:
            raise ArchiveError(f"{response.url} redirects nowhere: {error}") from error
    raise ArchiveError(f"There are more than {_MAX_REDIRECTS} redirects; the last leads to {url}.")


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, MAX_BYTES + 1)
        except zlib.error as error:
            raise ArchiveError("The file is packed with gzip, but damaged.") from error
    if len(data) > MAX_BYTES:
        raise ArchiveError(f"The file holds more than {MAX_BYTES >> 20} MiB; it is no page.")
    return data
