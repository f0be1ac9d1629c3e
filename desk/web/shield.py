"""What every answer of the desk carries and every request must have, whatever page it is for.

Host     only names that the desk has: a page elsewhere cannot reach it by pointing its own name here
headers  a strict Content-Security-Policy with a nonce of its own, no framing, no sniffing, no referrer for others
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""For pages and letters that are not ours to trust: they run nothing and load nothing."""


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a page: only our own files, and what carries the nonce."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def hosts_of(bound: str, public_url: str) -> frozenset[str]:
    """The names under which the desk may be asked."""
    public = urlsplit(public_url).hostname
    return _LOCAL | {bound.strip("[]").lower()} | ({public.lower()} if public else set())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Shield:
    """Checks ``Host`` and sets the headers; ``scope["nonce"]`` is the page's nonce."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = _host_of(scope)
        if not self._known(host):
            told = (
                f"The desk does not answer to the name {host!r}; set desk.public_url to the address it is reached by.\n"
            )
            await PlainTextResponse(told, 421)(scope, receive, send)
            return
        nonce = scope["nonce"] = secrets.token_urlsafe(16)

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _FIXED.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy(nonce))
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, shielded)

    def _known(self, host: str) -> bool:
        if host in self._hosts:
            return True
        try:
            # An address written as a number cannot be pointed elsewhere by its name's owner.
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True


def _host_of(scope: Scope) -> str:
    header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""
