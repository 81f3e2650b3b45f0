"""Whether an address may be called from here: not this machine, not its neighbours, unless the settings say so."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from callqa.api.problems import Refusal


def allowed(url: str, *, hosts: Sequence[str]) -> tuple[str, int, str]:
    """Host, port and the IP address to connect to.

    The name is looked up once and that very address is used, so that a second answer cannot lead elsewhere.

    Args:
        url: Where to.
        hosts: Hosts that may lie in private networks and speak http.

    Raises:
        Refusal: ``webhook.address``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as wrong:
        raise Refusal("webhook.address") from wrong
    trusted = host in hosts
    plain = parts.username is None and parts.password is None and not parts.fragment
    if not host or not plain or parts.scheme not in ({"https", "http"} if trusted else {"https"}):
        raise Refusal("webhook.address")
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise Refusal("webhook.address", f"找不到主机 {host[:80]}。") from unknown
    addresses = [str(one[4][0]) for one in found]
    if not trusted and not all(_public(one) for one in addresses):
        raise Refusal("webhook.address")
    return host, port, addresses[0]


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast
