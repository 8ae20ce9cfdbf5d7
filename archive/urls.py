"""URLs: the form that is fetched, the form that decides whether two spellings are one page, and sites.

Parsing is that of the WHATWG URL standard, the one that browsers follow, so that `http://127.1/`, `①` in a host
or a backslash mean here what they mean there.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from ada_url import URL, HostType

MAX_LENGTH = 2000

_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "at_", "ns_", "guce_referrer")
_TRACKING = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid",
    "ttclid", "igsh", "igshid", "li_fat_id", "epik", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi",
    "__hstc", "__hssc", "__hsfp", "hsctatracking", "mkt_tok", "vero_id", "oly_enc_id", "oly_anon_id",
    "wt.mc_id", "xtor", "cmp", "cmpid", "smid", "ocid", "ncid", "icid", "ftag", "guccounter",
    "__twitter_impression", "amp_js_v", "usqp", "phpsessid",
))  # fmt: skip
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SECOND_LEVEL = frozenset((
    "ac", "co", "com", "edu", "go", "gob", "gov", "ltd", "me", "mil", "ne", "net", "nom", "or", "org",
))  # fmt: skip
"""Labels below a country's domain that stand for a kind of holder, as in bbc.co.uk."""

_SHARED_HOSTS = frozenset((
    "appspot.com", "beehiiv.com", "blogspot.com", "github.io", "gitlab.io", "herokuapp.com", "medium.com",
    "netlify.app", "pages.dev", "substack.com", "tumblr.com", "typepad.com", "vercel.app", "web.app",
    "weebly.com", "wixsite.com", "wordpress.com",
))  # fmt: skip
"""Domains below which every name is a site of its own."""

_VIEWS = re.compile(
    r"(?:amp|print|mobile|m|full|single|page|comments|share|\d{1,3}|index\.\w+)", re.IGNORECASE
)
_NOT_A_PAGE = re.compile(
    r"(?:undefined|null|none|404|error|login|signin|sign-in|not-found)(?:\.\w+)?", re.IGNORECASE
)
_NAMES_AN_ARTICLE = frozenset((
    "p", "id", "aid", "nid", "sid", "article", "articleid", "article_id", "story", "storyid", "story_id",
    "post", "postid", "newsid", "news_id", "itemid",
))  # fmt: skip


def fetch_form(url: str, base: str = "") -> str:
    """The absolute http(s) URL that is asked for: resolved against `base`, without fragment.

    Raises ValueError, one sentence, for what cannot be fetched: another scheme, no host, a user name or a
    password in it, over 2,000 characters.
    """
    parsed = _parse(url, base)
    if parsed.protocol not in ("http:", "https:"):
        msg = f"{_shown(url)} is not an http or https address."
        raise ValueError(msg)
    if parsed.username or parsed.password:
        msg = f"The address {_shown(parsed.host + parsed.pathname)} holds a user name or password."
        raise ValueError(msg)
    del parsed.hash
    if len(parsed.href) > MAX_LENGTH:
        msg = f"The address {_shown(url)} is longer than {MAX_LENGTH} characters."
        raise ValueError(msg)
    return parsed.href


def identity(url: str) -> str:
    """The canonical form of a URL; two spellings are one page if and only if these are equal. Idempotent.

    A key, not an address to ask: `http` counts as `https`, because sites that moved to TLS go on being linked
    to by their old addresses, and no paper prints two articles under the two schemes. Tracking parameters,
    default ports, fragments and needless escapes (RFC 3986, 6.2.2) are gone; other parameters keep their order
    and a trailing slash stays, because on some sites these matter. ValueError as `fetch_form`.
    """
    parsed = URL(fetch_form(url))
    # Only after the port of `http` is gone, so that http://h:80 and https://h are one.
    parsed.protocol = "https:"
    if parsed.hostname.endswith(".") and parsed.hostname.strip("."):
        parsed.hostname = parsed.hostname.rstrip(".")
    parsed.pathname = _plain_escapes(parsed.pathname)
    kept = [part for part in parsed.search[1:].split("&") if part and not _is_tracking(part)]
    if kept:
        parsed.search = _plain_escapes("&".join(kept))
    else:
        del parsed.search
    return parsed.href


def host_key(url: str) -> str:
    """`scheme://host:port` without a default port: what robots.txt and politeness are kept by (RFC 9309, 2.3)."""
    return URL(fetch_form(url)).origin


def same_site(a: str, b: str) -> bool:
    """Whether two URLs are of one publisher: one host, its `www.` twin, or names below one domain.

    There is no list of public suffixes here, so in doubt the answer is no; False for what is not a URL.
    """
    try:
        first, second = URL(fetch_form(a)), URL(fetch_form(b))
    except ValueError:
        return False
    if first.port != second.port:
        return False
    if first.hostname == second.hostname:
        return True
    names = HostType.DEFAULT
    return first.host_type == second.host_type == names and _domain(first.hostname) == _domain(
        second.hostname
    )


def plausible_canonical(claimed: str, url: str) -> bool:
    """Whether the canonical URL that a page claims may be believed.

    Templates and content systems often claim the home page, the section or an error page for every article;
    believing them would make one article of many.
    """
    try:
        claim, own = URL(fetch_form(claimed, url)), URL(fetch_form(url))
    except ValueError:
        return False
    if identity(claim.href) == identity(own.href):
        return True
    claim_path, own_path = _segments(claim), _segments(own)
    if not same_site(claim.href, own.href) or _NOT_A_PAGE.fullmatch(claim_path[-1] if claim_path else ""):
        return False
    if not claim_path and not claim.search:
        return False
    if claim_path == own_path:
        return not (_article_parameters(own) - _article_parameters(claim))
    if own_path[: len(claim_path)] == claim_path:
        # An ancestor is the section, unless what is below it is only another view of the article.
        return all(_VIEWS.fullmatch(segment) for segment in own_path[len(claim_path) :])
    return True


def _parse(url: str, base: str) -> URL:
    try:
        return URL(url, base or None)
    except ValueError:  # UnicodeEncodeError, for half a surrogate pair, is one too
        msg = f"{_shown(url)} is not an address that can be fetched."
        raise ValueError(msg) from None


def _shown(url: str) -> str:
    readable = url.encode("ascii", "backslashreplace").decode().strip()
    return f'"{readable[:80]}…"' if len(readable) > 80 else f'"{readable}"'


def _is_tracking(part: str) -> bool:
    name = unquote_plus(part.partition("=")[0]).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _plain_escapes(text: str) -> str:
    """Unreserved characters unescaped, other escapes in upper case; repeated because one can uncover another."""
    while (plainer := _ESCAPE.sub(_plain_escape, text)) != text:
        text = plainer
    return text


def _plain_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _domain(hostname: str) -> str:
    """The part of a host name that looks registered: the last two labels, three below `co.uk` and the like."""
    labels = hostname.rstrip(".").split(".")
    under_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    shared = ".".join(labels[-2:]) in _SHARED_HOSTS
    if shared and labels[0] == "www":
        labels = labels[1:]
    return ".".join(labels[-3:] if under_country or shared else labels[-2:])


def _segments(url: URL) -> list[str]:
    return [segment for segment in url.pathname.lower().split("/") if segment]


def _article_parameters(url: URL) -> set[str]:
    names = (part.partition("=")[0].lower() for part in url.search[1:].split("&"))
    return {name for name in names if name in _NAMES_AN_ARTICLE}
