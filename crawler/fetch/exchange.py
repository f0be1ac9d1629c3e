"""One request and its answer over aiohttp: within a time and a size, and every failure told as one of ours."""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from crawler.errors import FetchError, Refused, TooLarge, TooSlow, Unreachable
from crawler.fetch.addresses import Network
from crawler.fetch.answer import Terms
from crawler.fetch.guard import ForbiddenAddress, check_target, guarded_connector, unguarded_connector
from crawler.fetch.limits import ACCEPTED
from crawler.urls import origin_of

_DRAINED = 65_536
"""Bytes read of a body nobody wants, so that its connection can be used again; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How this installation fetches: the configuration's ``[fetch]``, in the units that are used here."""

    user_agent: str
    robots_name: str
    per_host_delay: float
    concurrency: int
    timeout: float
    max_size: int
    obey_robots: bool
    allowed: tuple[Network, ...]
    proxy: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came, still packed; the bodies of redirects and errors are left out."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Exchange:
    """Makes requests; knows no pace, no robots.txt and no redirects (see ``client``)."""

    def __init__(self, rules: Rules, resolver: AbstractResolver | None = None) -> None:
        self._rules = rules
        self._given_resolver = resolver
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._jars: dict[str, aiohttp.CookieJar] = {}
        self.received = 0
        """Bytes of bodies, packed as they came."""
        self._base = {
            "User-Agent": rules.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml,application/rss+xml,application/atom+xml,application/feed+json;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
            "Accept-Encoding": ACCEPTED,
        }

    async def __call__(
        self, url: str, terms: Terms, method: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Raw:
        """Asks once; raises Refused, TooLarge, TooSlow or Unreachable."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                status, received, content = await self._ask(url, terms, method, body, headers)
        except TimeoutError:
            raise TooSlow(f"{url} took longer than {terms.timeout or self._rules.timeout:g} seconds in all") from None
        except FetchError:
            raise
        except ForbiddenAddress as forbidden:
            raise _refused(url, forbidden.strerror) from None
        except (aiohttp.ClientError, OSError, ValueError) as failed:
            raise _told(url, failed) from None
        return Raw(url, status, received, content, loop.time() - began)

    async def close(self) -> None:
        """Closes every connection."""
        for session in self._sessions.values():
            await session.close()

    async def _ask(
        self, url: str, terms: Terms, method: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        target = URL(url, encoded=True)
        proxy = terms.proxy or self._rules.proxy
        if proxy:
            await check_target(target.host or "", target.port or 80, self._rules.allowed, self._resolver())
        at_home = origin_of(url) == terms.origin
        sent = {**self._base, **headers, **(terms.headers if at_home else {})}
        jar = self._jar(terms.cookies) if terms.cookies and at_home else None
        if jar is not None and (cookies := jar.filter_cookies(target)):
            sent["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        session = self._session(bool(proxy))
        async with session.request(
            method, target, data=body or None, headers=sent, allow_redirects=False, proxy=proxy or None
        ) as response:
            if jar is not None:
                _remember(jar, response, target)
            received = {name.lower(): value for name, value in response.headers.items()}
            wanted = 200 <= response.status < 300
            limit = (terms.max_size or self._rules.max_size) if wanted else _DRAINED
            content = await self._body(response, url, limit, wanted)
            return response.status, received, content if wanted else b""

    async def _body(self, response: aiohttp.ClientResponse, url: str, limit: int, wanted: bool) -> bytes:
        announced = response.content_length or 0
        pieces: list[bytes] = []
        size = 0
        if announced <= limit:
            async for piece in response.content.iter_any():
                size += len(piece)
                if size > limit:
                    break
                pieces.append(piece)
        self.received += size
        if size > limit or announced > limit:
            response.close()
            if wanted:
                raise TooLarge(f"{url} is larger than {limit} bytes")
        return b"".join(pieces)

    def _session(self, proxied: bool) -> aiohttp.ClientSession:
        if proxied not in self._sessions:
            tls = ssl.create_default_context(cafile=self._rules.ca_file or None)
            limit = self._rules.concurrency + 4
            connector = (
                unguarded_connector(limit=limit, ssl=tls)
                if proxied
                else guarded_connector(self._rules.allowed, limit=limit, ssl=tls, resolver=self._given_resolver)
            )
            self._sessions[proxied] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None),
                skip_auto_headers=("Content-Type",),
                read_bufsize=2**18,
            )
        return self._sessions[proxied]

    def _resolver(self) -> AbstractResolver:
        return self._given_resolver or ThreadedResolver()

    def _jar(self, name: str) -> aiohttp.CookieJar:
        return self._jars.setdefault(name, aiohttp.CookieJar(unsafe=True))


def _remember(jar: aiohttp.CookieJar, response: aiohttp.ClientResponse, target: URL) -> None:
    for line in response.headers.getall("Set-Cookie", ()):
        try:
            jar.update_cookies(SimpleCookie(line), target)
        except CookieError:
            continue


def _refused(url: str, why: str | None) -> Refused:
    return Refused(
        f"{url} leads to an address that may not be asked: {why}; fetch.allow_networks can allow its network"
    )


def _told(url: str, failed: Exception) -> FetchError:
    """The sentence for what aiohttp reports."""
    if isinstance(failed, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError):
        reason = getattr(failed, "certificate_error", None) or failed
        return Unreachable(
            f"{url} shows a certificate that is not to be trusted ({reason}); fetch.ca_file can name a further authority"
        )
    if isinstance(failed, aiohttp.ClientConnectorDNSError):
        return Unreachable(
            f"{url} has a host that is not known: {failed.os_error.strerror or failed.os_error}", dead=True
        )
    if isinstance(failed, aiohttp.ClientConnectorError):
        if failed.os_error.errno == errno.EACCES:
            return _refused(url, failed.os_error.strerror)
        return Unreachable(f"{url} cannot be reached: {failed.os_error.strerror or failed.os_error}", dead=True)
    if isinstance(failed, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return Refused(f"{url} is no address that can be asked: {failed}")
    return Unreachable(f"{url} broke off: {type(failed).__name__} {str(failed)[:200]}")
