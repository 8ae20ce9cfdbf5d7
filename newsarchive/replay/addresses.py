"""Addresses of replayed pages: what a request asks for, and where a capture stands. Pure.

Timestamps are those of the Wayback Machine: up to fourteen digits of a moment in UTC, the rest of it may be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast, get_args
from urllib.parse import unquote

from ada_url import URL

from archive.model import Capture
from archive.urls import fetch_form

Wanted = Literal["memento", "timegate", "latest", "captures", "timemap-link", "timemap-json"]
Form = Literal["", "if_", "id_"]
"""The page with its bar, the page alone, and the bytes as they were sent."""

PREFIX = "/web/"

_MOMENT = re.compile(r"([0-9]+)([a-z]{2}_)?/(.+)", re.DOTALL)
_LENGTHS = (4, 6, 8, 10, 12, 14)
_EARLIEST = "00000101000000"
_NAMED: tuple[tuple[str, Wanted], ...] = (
    ("timemap/link/", "timemap-link"),
    ("timemap/json/", "timemap-json"),
    ("latest/", "latest"),
    ("*/", "captures"),
)
_ESCAPED_SCHEME = re.compile(r"https?%3a", re.IGNORECASE)
_SCHEME = re.compile(r"(https?):/*", re.IGNORECASE)


class WrongAddress(ValueError):
    """An address that asks for nothing; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is for. `url` is absolute, in the form in which captures are kept; `at` is set for a memento,
    `exact` says whether it was given to the second."""

    wanted: Wanted
    url: str
    at: datetime | None = None
    exact: bool = False
    form: Form = ""


def asked_for(target: str) -> Asked:
    """The request target behind `/web/`, as it was sent (an archived URL may hold escapes and a query).
    WrongAddress where it makes no sense."""
    for prefix, wanted in _NAMED:
        if target.startswith(prefix):
            return Asked(wanted, archived_url(target.removeprefix(prefix)))
    found = _MOMENT.fullmatch(target)
    if found is None:
        return Asked("timegate", archived_url(target))
    digits, form, url = found.groups()
    at = moment_of(digits)
    return Asked("memento", archived_url(url), at, exact=len(digits) == 14, form=_form_of(form or ""))


def _form_of(letters: str) -> Form:
    found = next((form for form in get_args(Form) if form == letters), None)
    if found is None:
        raise WrongAddress(f"There is no {letters} of a page: if_ is the page alone, id_ are its bytes.")
    return cast("Form", found)


def moment_of(digits: str) -> datetime:
    """The moment, in UTC, at which the time that a timestamp names begins. WrongAddress where there is none."""
    whole = digits + _EARLIEST[len(digits) :] if len(digits) in _LENGTHS else ""
    try:
        return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise WrongAddress(
            f"{digits[:20]} is no time; write it as 20260131235959: year, month, day, hour, minute, second in UTC."
        ) from None


def timestamp(moment: datetime) -> str:
    """Fourteen digits."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def archived_url(text: str) -> str:
    """The URL in an address of ours. A scheme may be missing, be escaped, or have lost one of its slashes, as happens
    to addresses within addresses. WrongAddress where it is none."""
    if _ESCAPED_SCHEME.match(text):
        text = unquote(text)
    found = _SCHEME.match(text)
    text = f"{found[1]}://{text[found.end() :]}" if found else f"http://{text}"
    try:
        return fetch_form(text)
    except ValueError as error:
        raise WrongAddress(str(error)) from None


def spellings(url: str) -> tuple[str, ...]:
    """URLs that are nearly always the same page: the other scheme, with and without `www.` and a slash at the end.
    The URL itself comes first."""
    found = [url]
    for vary in (_other_scheme, _other_host, _other_end):
        found += [other for known in tuple(found) if (other := vary(known)) and other not in found]
    return tuple(found)


def _other_scheme(url: str) -> str:
    scheme, _, rest = url.partition(":")
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"


def _other_host(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if rest.startswith("www."):
        return f"{scheme}://{rest.removeprefix('www.')}"
    parsed = URL(url)
    return f"{scheme}://www.{rest}" if "." in parsed.hostname and not _is_address(parsed.hostname) else ""


def _is_address(hostname: str) -> bool:
    return hostname.startswith("[") or hostname.rpartition(".")[2].isdecimal()


def _other_end(url: str) -> str:
    path, question, query = url.partition("?")
    if URL(url).pathname == "/":
        return ""
    return (path.removesuffix("/") if path.endswith("/") else f"{path}/") + question + query


def memento_path(capture: Capture, form: Form = "") -> str:
    """Where a capture is shown."""
    return f"{PREFIX}{timestamp(capture.captured_at)}{form}/{capture.url}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the two origins are reached: by the host name that a reader used and their ports, or, behind a proxy, at
    the addresses that are set."""

    port: int
    replay_port: int
    url: str = ""
    replay_url: str = ""

    def main(self, host: str, scheme: str = "http") -> str:
        """The search page's origin, without a slash at its end, for a reader who came by that name."""
        return self.url.rstrip("/") or f"{scheme}://{_bracketed(host)}:{self.port}"

    def replay(self, host: str, scheme: str = "http") -> str:
        """The origin of archived pages."""
        return self.replay_url.rstrip("/") or f"{scheme}://{_bracketed(host)}:{self.replay_port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
