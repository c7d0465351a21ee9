"""Which URLs may be used: plain ones, and which of them stay on this machine. Pure."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine. A name other than localhost does not count, whatever it resolves to."""
    parts = parts_of(url)
    host = parts.hostname if parts else None
    if not host:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parts_of(url: str) -> SplitResult | None:
    """Take a plain URL apart; None when two parsers could see two hosts in it."""
    if re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?", url) is None:
        return None
    try:
        parts = urlsplit(url)
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if has_place else None
