"""robots.txt: may a URL be fetched, and how often (RFC 9309; `Crawl-delay` as in common use).

Which lines form the group of a crawler is decided here, by the letter of the RFC; which rule of the group wins
is Protego's to say. Protego's own grouping closes a group at lines it does not know, matches parts of names, and
copies every rule for every name, which half a megabyte of hostile text turns into gigabytes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from protego import Protego

from archive.urls import fetch_form

MAX_BYTES = 500 * 1024
"""How much is read; RFC 9309 (2.5) asks for no less."""

MAX_CRAWL_DELAY = 300.0

_LINE_END = re.compile(r"\r\n|\r|\n")
_RULE = re.compile(
    r"(user[- ]?agent|allow|dis+al+ow|crawl[- ]?delay|site-?maps?)\s*[:\s]\s*(.*)", re.IGNORECASE
)
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules and whom they are for: product tokens in lower case, `*` for everybody else."""

    agents: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host. `sitemaps` are absolute URLs, as far as they can be fetched at all."""

    groups: tuple[Group, ...] = ()
    sitemaps: tuple[str, ...] = ()
    _matchers: dict[str, Protego] = field(default_factory=dict, init=False, repr=False, compare=False)

    def allowed(self, url: str, agent: str) -> bool:
        """Whether a crawler may fetch a URL of the host; `agent` is its name or the header that begins with it."""
        try:
            return self._matcher(agent).can_fetch(fetch_form(url), "*")
        except ValueError:  # nothing that could be fetched
            return False

    def crawl_delay(self, agent: str) -> float | None:
        """The pause that the host asks of a crawler, in seconds from 0 to 300; None where it asks for none."""
        delay = self._matcher(agent).crawl_delay("*")
        return None if delay is None else min(delay, MAX_CRAWL_DELAY)

    def _matcher(self, agent: str) -> Protego:
        """The rules for one crawler: those of all groups that name it, else of all groups for everybody."""
        token = _token(agent)
        if token not in self._matchers:
            groups = [group for group in self.groups if token in group.agents]
            groups = groups or [group for group in self.groups if "*" in group.agents]
            rules = (rule for group in groups for rule in group.rules)
            self._matchers[token] = Protego.parse("\n".join(("User-agent: *", *rules)))
        return self._matchers[token]


ALLOW_ALL = Robots()
DISALLOW_ALL = Robots((Group(("*",), ("Disallow: /",)),))


def parse_robots(body: bytes) -> Robots:
    """The rules in a robots.txt. Whatever the bytes are, lines that are no rules are passed over."""
    agents: list[str] = []
    rules: list[str] = []
    groups: list[Group] = []
    sitemaps: list[str] = []
    for key, value in _lines(body):
        if key == "sitemap":
            sitemaps.append(value)
        elif key != "user-agent":
            rules.append(f"{key}: {value}")
        else:
            if rules:
                groups.append(Group(tuple(agents), tuple(rules)))
                agents, rules = [], []
            agents.append(_token(value))
    groups.append(Group(tuple(agents), tuple(rules)))
    return Robots(tuple(groups), tuple(_fetchable(sitemaps)))


def robots_for_status(status: int | None, body: bytes) -> Robots:
    """The rules that a response to /robots.txt stands for (RFC 9309, 2.3.1), None for no response at all.

    There is none (4xx): everything may be fetched. It cannot be had (5xx, no answer, and 429, which asks us to
    go away), or the redirects to it never ended (3xx): nothing may.
    """
    if status is not None and 200 <= status < 300:
        return parse_robots(body)
    if status is not None and 400 <= status < 500 and status != 429:
        return ALLOW_ALL
    return DISALLOW_ALL


def _lines(body: bytes) -> list[tuple[str, str]]:
    """(canonical key, value) of the lines that mean something."""
    lines = _LINE_END.split(_text(body[:MAX_BYTES]))
    if len(body) > MAX_BYTES:
        del lines[-1]  # cut in two, it could mean the opposite
    matches = (_RULE.fullmatch(line.partition("#")[0].strip()) for line in lines)
    # One space for any run of them: Protego takes some of them for the end of a line.
    return [(_key(match[1].lower()), " ".join(match[2].split())) for match in matches if match]


def _text(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace").replace("\0", "")


def _key(spelling: str) -> str:
    """Allow, disallow and the rest in one spelling; misspellings that RFC 9309's reference parser knows included."""
    first = spelling[0]
    return {"u": "user-agent", "a": "allow", "d": "disallow", "c": "crawl-delay"}.get(first, "sitemap")


def _token(agent: str) -> str:
    """`foo` of `Foo/2.1 (+https://...)`; a version is no part of the name (RFC 9309, 2.2.1)."""
    agent = agent.strip()
    if agent == "*" or agent.startswith("* "):
        return "*"
    match = _TOKEN.match(agent)
    return match[0].lower() if match else _NOBODY


def _fetchable(urls: list[str]) -> dict[str, None]:
    """The URLs that can be fetched, each once, in their order."""
    found: dict[str, None] = {}
    for url in urls:
        try:
            found[fetch_form(url)] = None
        except ValueError:
            continue
    return found
