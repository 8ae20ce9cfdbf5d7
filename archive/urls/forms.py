"""The form of a URL that is fetched, and the host that is asked."""

from __future__ import annotations

from ada_url import URL

MAX_LENGTH = 2000


def fetch_form(url: str, base: str = "") -> str:
    """The absolute http(s) URL that is asked for: resolved against `base`, without fragment.

    Raises ValueError, one sentence, for what cannot be fetched: another scheme, no host, a user name or a
    password in it, over 2,000 characters (of an `http` address, 1,999).
    """
    parsed = _parse(url, base)
    if parsed.protocol not in ("http:", "https:"):
        msg = f"{_shown(url)} is not an http or https address."
        raise ValueError(msg)
    if parsed.username or parsed.password:
        msg = f"The address {_shown(parsed.host + parsed.pathname)} holds a user name or password."
        raise ValueError(msg)
    del parsed.hash
    if (
        len(parsed.href.removeprefix(parsed.protocol)) + len("https:") > MAX_LENGTH
    ):  # so has its identity room
        msg = f"The address {_shown(url)} is longer than {MAX_LENGTH} characters."
        raise ValueError(msg)
    return parsed.href


def host_key(url: str) -> str:
    """`scheme://host:port` without a default port: what robots.txt and politeness are kept by (RFC 9309, 2.3)."""
    return URL(fetch_form(url)).origin


def _parse(url: str, base: str) -> URL:
    try:
        return URL(url, base or None)
    except ValueError:  # UnicodeEncodeError, for half a surrogate pair, is one too
        msg = f"{_shown(url)} is not an address that can be fetched."
        raise ValueError(msg) from None


def _shown(url: str) -> str:
    readable = url.encode("ascii", "backslashreplace").decode().strip()
    return f'"{readable[:80]}…"' if len(readable) > 80 else f'"{readable}"'
