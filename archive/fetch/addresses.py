"""Which addresses may be fetched: the public Internet, and what its owner allows on purpose.

A crawler follows links that strangers write. Without this, a link to http://169.254.169.254/ or to a router's
page would be fetched and archived (server-side request forgery, OWASP A10:2021). The tables are IANA's special
purpose registries (RFC 6890); `ipaddress.is_global` is not used, because older Pythons say True for several
forms that reach inside, such as 64:ff9b::7f00:1.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PORTS_BELOW_1024 = frozenset({80, 443})
_NOT_WEB = frozenset({
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
"""Ports from 1024 that browsers block (WHATWG Fetch, port blocking): telephony, IRC, X11, file servers."""

_LOOPBACK_V4 = ipaddress.IPv4Address("127.0.0.1")
_LOOPBACK_V6 = ipaddress.IPv6Address("::1")
_INSIDE_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_INSIDE_V6 = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def may_connect(address: str, allowed: Collection[Network]) -> bool:
    """Whether a numeric address may be connected to. ValueError where it is not an address.

    An IPv4 address in IPv6 clothes is that address, and so is loopback: `localhost` has both.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    forms = {ip}
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _LOOPBACK_V4 if ip == _LOOPBACK_V6 else ip.ipv4_mapped or ip
        forms.add(ip)
    if any(form in network for form in forms for network in allowed):  # False where the versions differ
        return True
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _INSIDE_V4)
    return ip in _GLOBAL_V6 and not any(ip in network for network in _INSIDE_V6)


def may_use_port(port: int) -> bool:
    """Web ports and unprivileged ones; never mail, shells or the like (a request can be made to speak to them)."""
    return port in _PORTS_BELOW_1024 or (port >= 1024 and port not in _NOT_WEB)
