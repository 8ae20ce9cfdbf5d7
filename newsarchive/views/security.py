"""Which hosts are answered, and the headers of every response.

An archived byte is never trusted: no script, style, frame, form target or request other than our own is
allowed on any page, so that even a hole in the escaping would not run anything.
"""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, abort, request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(app: Flask, listening_host: str) -> None:
    """Add the headers to every response, and refuse foreign host names where only this machine is served.

    A web site can point a name of its own at 127.0.0.1 and have the browser read the archive for it (DNS
    rebinding). Such a request names that site; one by address or as localhost cannot be forged this way.
    Who listens on a public address serves whoever comes, under whatever names.
    """

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    if not is_loopback(listening_host):
        return

    @app.before_request
    def check_host() -> None:
        name = hostname(request.headers.get("Host", ""))
        if name and not is_address(name) and name not in {"localhost", listening_host.lower()}:
            abort(400, f"This archive is not served under the name {name}.")


def hostname(host_header: str) -> str:
    """The name or address of a Host header, without the port and the brackets of IPv6, in lower case."""
    if host_header.startswith("["):
        return host_header[1:].partition("]")[0].lower()
    return host_header.partition(":")[0].lower().rstrip(".")


def is_address(name: str) -> bool:
    """Whether it is a literal IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether listening there serves only this machine."""
    return host.lower() == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
