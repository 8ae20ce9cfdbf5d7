"""The site that an address belongs to, the same for what is indexed and for what is asked."""

from __future__ import annotations

import re

from ada_url import URL

_WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")


def site_of(address: str) -> str:
    """The host of a URL, or of a name such as `example.com/news`: lower case, ASCII as the web spells it, without
    port and `www.`; "" where there is none."""
    try:
        host = URL(address if "://" in address else f"https://{address}").hostname
    except ValueError:  # UnicodeEncodeError, for half a surrogate pair, is one too
        return ""
    host = _WWW.sub("", host.removesuffix("."))
    return host if all(host.split(".")) else ""
