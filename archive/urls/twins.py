"""Other addresses of an article: for phones, without `www.`, with a slash."""

from __future__ import annotations

from collections.abc import Iterator

from ada_url import URL, HostType

from archive.urls.canonical import identity
from archive.urls.forms import MAX_LENGTH
from archive.urls.sites import domain

_VIEW_LABELS = ("m", "mobile", "touch", "amp")


def twins(url: str) -> tuple[str, ...]:
    """The identities under which the article of a URL often stands, too, likeliest first; none for a home page.

    AMP pages by path or host, hosts for phones, `www.`, a trailing slash or index.html. On some site each of these
    is another page, so that they are worth a look-up, and belief only where the texts agree. ValueError as
    `fetch_form`.
    """
    own = URL(identity(url))
    if own.pathname == "/":
        return ()
    pairs = [(own.hostname, path) for path in _paths(own.pathname)]
    pairs += [(host, path) for host in _hosts(own) for path in _paths(own.pathname)[:3]]
    return tuple(dict.fromkeys(key for key in _spelled(own, pairs) if key != own.href))


def _spelled(own: URL, pairs: list[tuple[str, str]]) -> Iterator[str]:
    """The addresses of these hosts and paths. What is made of parts of a canonical form is canonical; only which
    parameters tell something depends on the path."""
    port = own.host.removeprefix(own.hostname)
    for hostname, path in pairs:
        twin = f"https://{hostname}{port}{path}{own.search}"
        if len(twin) <= MAX_LENGTH:
            # Looked up once: not worth a place in the cache.
            yield identity.__wrapped__(twin) if own.search else twin


def _paths(path: str) -> list[str]:
    """Itself; the plain page with and without a slash; then the views of that."""
    stem = path.rstrip("/").removesuffix("/index.html").removesuffix("/amp")
    if stem.startswith("/amp/"):
        stem = stem.removeprefix("/amp")
    stem = stem.removesuffix(".amp") if not stem.endswith("/.amp") else stem
    if stem.endswith(".amp.html"):
        stem = stem.removesuffix(".amp.html") + ".html"
    if not stem.strip("/"):
        return [path]
    plain = [stem, f"{stem}/"]
    if stem.endswith(".html"):
        views = [stem.removesuffix(".html") + ".amp.html", f"{stem}/amp"]
    else:
        views = [f"{stem}/amp", f"{stem}/amp/", f"{stem}.amp", f"{stem}/index.html"]
    return [path, *plain, *views, f"/amp{stem}"]


def _hosts(own: URL) -> list[str]:
    """The host without `www.` and what marks one for phones, and with them."""
    if own.host_type != HostType.DEFAULT:
        return []
    labels = own.hostname.split(".")
    owned = len(domain(own.hostname).split("."))
    at_front = labels[: len(labels) - owned]
    bare = [label for label in at_front[:2] if label not in ("www", *_VIEW_LABELS)]
    name = ".".join([*bare, *at_front[2:], *labels[len(labels) - owned :]])
    return [f"www.{name}", name, *(f"{label}.{name}" for label in _VIEW_LABELS)]
