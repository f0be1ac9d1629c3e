"""News searches wrap the links they list; what can be unwrapped without asking anyone is; pure."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from crawler.items import Lead

_OUTLET = re.compile(r"(.{4,})\s+[-–—|]\s+([^-–—|]{2,60})", re.DOTALL)


def unwrapped(lead: Lead) -> Lead:
    """The lead with the page's own address, and with the outlet out of its title where a search put it there.

    Google's newer links carry no address and stay as they are: only Google can tell where they lead.
    """
    parts = urlsplit(lead.url)
    host = (parts.hostname or "").removeprefix("www.")
    url = None
    if host == "bing.com" and parts.path.startswith("/news/apiclick"):
        url = _parameter(parts.query, "url")
    elif host == "google.com" and parts.path in ("/url", "/alerts/url"):
        url = _parameter(parts.query, "url") or _parameter(parts.query, "q")
    elif host == "news.google.com":
        url = _in_token(parts.path.rpartition("/")[2])
        lead = _without_outlet(lead)
    return replace(lead, url=url) if url else lead


def _parameter(query: str, name: str) -> str | None:
    values = parse_qs(query).get(name)
    return values[0] if values and values[0].startswith(("http://", "https://")) else None


def _in_token(token: str) -> str | None:
    """The address inside an older Google News token: base64 of a short protobuf whose second field is the address."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    found = re.search(rb"https?://[\x21-\x7e]+", raw)
    return found[0].decode("ascii") if found else None


def _without_outlet(lead: Lead) -> Lead:
    """Google ends every title with " - Outlet"."""
    told = _OUTLET.fullmatch(lead.title or "")
    if told is None:
        return lead
    return replace(lead, title=told[1], outlet=lead.outlet or told[2])
