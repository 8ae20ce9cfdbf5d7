"""robots.txt: may a URL be fetched, by which rule, and how often (RFC 9309; `Crawl-delay` as in common use).

bytes -> lines -> groups -> the rules for one crawler -> the rule that decides

Where RFC 9309 and Google's parser, its reference, read an escape differently, a URL may be fetched only if both
allow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ada_url import URL

from archive.robots.lines import MAX_BYTES, Line, lines
from archive.robots.patterns import Pattern, as_written, compiled, plain_path
from archive.urls import fetch_form

__all__ = [
    "ALLOW_ALL",
    "MAX_BYTES",
    "MAX_CRAWL_DELAY",
    "Forbidden",
    "Group",
    "Robots",
    "Rule",
    "Verdict",
    "host_and_path",
    "parse_robots",
    "product_token",
    "robots_for_status",
]

MAX_CRAWL_DELAY = 300.0

Forbidden = Literal["allow", "disallow"]
"""What a 401 or 403 for robots.txt means; RFC 9309 (2.3.1.3) says that everything may be fetched."""

_SHOWN = 500
"""Characters of a line that are told; hostile ones have half a million."""

_NAME = re.compile(r"[a-z_-]+", re.IGNORECASE)
_COMPATIBLE = re.compile(r"compatible;\s*([a-z_-]+)", re.IGNORECASE)
_PRODUCT = re.compile(r"([a-z_-]+)(?=/|\s*\(|$)", re.IGNORECASE)
_SECONDS = re.compile(rb"\d+(?:\.\d+)?(?:e\+?\d+)?|\.\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """An Allow or Disallow line: its pattern, gone through `as_written`, and how it stands in the file."""

    allow: bool
    pattern: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rules and whom they are for: product tokens in lower case, `*` for everybody else. `delay` is in seconds."""

    agents: tuple[str, ...]
    rules: tuple[Rule, ...]
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a URL may be fetched. `rule` is the line that decides, as written but without its comment, number
    `line` (from 1); both are None where no rule does, and `reason` tells what does."""

    allowed: bool
    rule: str | None = None
    line: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host. `sitemaps` are absolute URLs, as far as they can be fetched at all. Where `closed` says
    why, nothing may be fetched, whatever the rules."""

    groups: tuple[Group, ...] = ()
    sitemaps: tuple[str, ...] = ()
    closed: str = ""
    _chosen: dict[str, _Rules] = field(default_factory=dict, init=False, repr=False, compare=False)

    def verdict(self, url: str, agent: str) -> Verdict:
        """Whether a crawler may fetch a URL of the host; `agent` is its name or the header that it sends."""
        try:
            _, path = host_and_path(url)
        except ValueError as error:  # nothing that could be fetched
            return Verdict(allowed=False, reason=str(error))
        if path == "/robots.txt":
            return Verdict(allowed=True, reason="robots.txt itself may always be fetched.")
        if self.closed:
            return Verdict(allowed=False, reason=self.closed)
        token = product_token(agent)
        if token not in self._chosen:
            self._chosen[token] = _Rules(rule for group in self._groups_of(token) for rule in group.rules)
        rule = self._chosen[token].deciding(path)
        if rule is None:
            return Verdict(allowed=True, reason="No rule of robots.txt matches.")
        return Verdict(rule.allow, rule.text, rule.line)

    def allowed(self, url: str, agent: str) -> bool:
        """Whether a crawler may fetch a URL of the host."""
        return self.verdict(url, agent).allowed

    def crawl_delay(self, agent: str) -> float | None:
        """The pause that the host asks of a crawler, in seconds from 0 to 300; None where it asks for none. Of
        several, the longest."""
        groups = self._groups_of(product_token(agent))
        return max((group.delay for group in groups if group.delay is not None), default=None)

    def _groups_of(self, token: str) -> list[Group]:
        """All groups that name a crawler, else all for everybody (RFC 9309, 2.2.1)."""
        named = [group for group in self.groups if token in group.agents]
        return named or [group for group in self.groups if "*" in group.agents]


ALLOW_ALL = Robots()


class _Rules:
    """The rules for one crawler, the most specific first; of equals, the one that allows (RFC 9309, 2.2.2)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        useful = [rule for rule in rules if rule.pattern[:1] in ("/", "*", "$")]
        useful.sort(key=lambda rule: (-len(rule.pattern), not rule.allow))
        self._written = [(compiled(rule.pattern, plain=False), rule) for rule in useful]
        plain = [(compiled(rule.pattern, plain=True), rule) for rule in useful]
        self._plain = self._written if plain == self._written else plain

    def deciding(self, path: str) -> Rule | None:
        """The rule that decides over a path with its query, None where none matches. Of the two readings of
        escapes, the one that forbids."""
        rule = _first_match(self._written, path)
        plain = plain_path(path)
        if (rule is not None and not rule.allow) or (plain == path and self._plain is self._written):
            return rule
        other = _first_match(self._plain, plain)
        return other if other is not None and not other.allow else rule or other


def _first_match(rules: list[tuple[Pattern, Rule]], path: str) -> Rule | None:
    return next((rule for pattern, rule in rules if pattern.matches(path)), None)


def parse_robots(body: bytes) -> Robots:
    """The rules in a robots.txt. Whatever the bytes are, lines that are no rules are passed over."""
    groups: list[Group] = []
    agents: list[str] = []
    rules: list[Rule] = []
    delays: list[float] = []
    sitemaps: list[str] = []
    for line in lines(body):
        if line.field == "sitemap":
            sitemaps.append(line.value.decode("utf-8", "replace"))
        elif line.field == "crawl-delay":
            delays += _seconds(line.value)  # no rule: it must not end a run of names (RFC 9309, 2.2.4)
        elif line.field == "user-agent":
            if rules:
                groups.append(Group(tuple(agents), tuple(rules), max(delays, default=None)))
                agents, rules, delays = [], [], []
            agents.append(_named(line.value.decode("latin-1")))
        else:
            rules.append(_rule(line))
    groups.append(Group(tuple(agents), tuple(rules), max(delays, default=None)))
    return Robots(tuple(groups), tuple(_fetchable(sitemaps)))


def robots_for_status(status: int | None, body: bytes, *, forbidden: Forbidden = "allow") -> Robots:
    """The rules that a response to /robots.txt stands for (RFC 9309, 2.3.1), None for no response at all.

    There is none (4xx): everything may be fetched. It cannot be had (5xx, no answer, and 429, which asks us to
    go away): nothing may.
    """
    if status is not None and 200 <= status < 300:
        return parse_robots(body)
    if status in (401, 403) and forbidden == "disallow":
        return Robots(
            closed=f"The site answers {status} for robots.txt, and crawl.robots_forbidden says disallow."
        )
    if status is not None and 400 <= status < 500 and status != 429:
        return ALLOW_ALL
    answer = "there is no answer" if status is None else f"the answer is {status}"
    return Robots(closed=f"robots.txt cannot be had: {answer}.")


def host_and_path(url: str) -> tuple[str, str]:
    """`scheme://host:port`, and path and query as they are asked for, of a URL of any length. ValueError, one
    sentence, for one that nothing can be asked of."""
    try:
        parsed = URL(url)
    except ValueError:  # UnicodeEncodeError, for half a surrogate pair, is one too
        parsed = None
    if parsed is None or parsed.protocol not in ("http:", "https:") or parsed.username or parsed.password:
        shown = url.encode("ascii", "backslashreplace").decode()[:80]
        msg = f'"{shown}" is not an http or https address without a user name.'
        raise ValueError(msg)
    del parsed.hash
    return parsed.origin, as_written(parsed.href[parsed.href.index("/", len("https://")) :].encode())


def product_token(agent: str) -> str:
    """The name that a crawler goes by in robots.txt (RFC 9309, 2.2.1), in lower case: `foo` of `Foo`, of
    `Foo/2.1 (+https://...)` and of `Mozilla/5.0 (compatible; Foo/2.1)`. `*` where there is none in it."""
    match = _COMPATIBLE.search(agent) or _PRODUCT.match(agent.strip())
    return match[1].lower() if match else "*"


def _named(value: str) -> str:
    """Whom a User-agent line is for: `foo` of `Foo/2.1 bar`, `*` of `* bar`, "" for nobody."""
    if value[:1] == "*" and not value[1:2].strip():
        return "*"
    match = _NAME.match(value)
    return match[0].lower() if match else ""


def _rule(line: Line) -> Rule:
    text = line.text.decode("utf-8", "replace")
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Rule(line.field == "allow", as_written(line.value), line.number, shown)


def _seconds(value: bytes) -> list[float]:
    """The pause that a Crawl-delay line asks for, bounded; nothing where it makes no sense."""
    match = _SECONDS.match(value)
    return [min(float(match[0]), MAX_CRAWL_DELAY)] if match else []


def _fetchable(urls: list[str]) -> dict[str, None]:
    """The URLs that can be fetched, each once, in their order."""
    found: dict[str, None] = {}
    for url in urls:
        try:
            found[fetch_form(url)] = None
        except ValueError:
            continue
    return found
