"""The form of a URL that indexes of web archives sort by."""

from __future__ import annotations

import re

from ada_url import URL

_WWW = re.compile(r"^(https?://)www\d*\.")


def surt(url: str) -> str:
    """The sort-friendly form (SURT) of an http or https URL, so that pages of a site stand together:
    `https://www.example.org/A?b&a` is `org,example)/a?a&b`. Any other URL stays as it is.

    As players of web archives make it: in lower case, without scheme, `www.`, fragment and default port, the
    parameters sorted.
    """
    lower = url.lower()
    if not lower.startswith(("http:", "https:")):
        return url
    try:
        parsed = URL(_WWW.sub(r"\1", lower))
    except ValueError:
        return url
    host = ",".join(reversed(parsed.hostname.split(".")))
    port = f":{parsed.port}" if parsed.port else ""
    query = "&".join(sorted(parsed.search.removeprefix("?").split("&")))
    return f"{host}{port}){parsed.pathname}{'?' + query if query else ''}"
