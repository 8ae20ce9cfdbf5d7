"""Which hosts belong to one publisher."""

from __future__ import annotations

from ada_url import URL, HostType

from archive.urls.forms import fetch_form

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
    return first.host_type == second.host_type == names and domain(first.hostname) == domain(second.hostname)


def domain(hostname: str) -> str:
    """The part of a host name that looks registered: the last two labels, three below `co.uk` and the like."""
    labels = hostname.rstrip(".").split(".")
    under_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    shared = ".".join(labels[-2:]) in _SHARED_HOSTS
    if shared and labels[0] == "www":
        labels = labels[1:]
    return ".".join(labels[-3:] if under_country or shared else labels[-2:])
