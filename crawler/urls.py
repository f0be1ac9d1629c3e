"""One canonical address per page, so that a page announced twice is known the second time."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

from crawler.errors import ReadError

LONGEST = 2048
"""Characters of an address; longer ones are refused, as traps and broken templates make them."""

_TRACKING = re.compile(
    r"(utm_\w+|spm|scm|spm_id_from|fbclid|gclid|dclid|gbraid|wbraid|yclid|msclkid|mc_cid|mc_eid|igshid|_ga|_gl|mkt_tok|_hsenc|_hsmi"
    r"|share_token|share_from|share_source|share_medium|shareuid|isappinstalled|nsukey|wx_fid|wxshare_count|weibo_id"
    r"|cmpid|ncid|ocid|smid|at_medium|at_campaign|at_custom\w*|ns_mchannel|ns_campaign|guccounter|guce_\w+|taid|partner_id"
    r"|jsessionid|phpsessid|aspsessionid\w*|sessionid)",
    re.IGNORECASE,
)
_TRACKING_BY_VALUE = re.compile(
    r"(from|f|ref|source|src|feature|via|mod)=(rss\w*|feed\w*|timeline|singlemessage|groupmessage|appmsg|weixin|wechat|weibo|twitter"
    r"|facebook|google\w*|mail|email|newsletter|share|app|mobile|qq|qzone)",
    re.IGNORECASE,
)
_UNWANTED = re.compile(r"[\x00-\x20\x7f\u200b\u200e\u200f\u2028\u2029\ufeff]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_IN_PATH = "/:@!$&'()*+,;="
_IN_QUERY = "/:@!$'()*+,;=&?[]|"
_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4_096)  # each step from the lead to the database asks about the same address
def canonical(url: str) -> str:
    """Gives the one spelling of an address that stands for its page; giving it twice changes nothing.

    Goes by what RFC 3986 and the URL standard call equal, and leaves out what only tracks the reader. Does not merge
    ``www.`` and ``m.`` twins or http and https: that needs the page itself, whose text makes it a copy. Raises
    ReadError for what is no http or https address of a host, or longer than 2,048 characters.
    """
    parts = _split(url)
    path = _without_dots(_SESSION_IN_PATH.sub("", _escapes(parts.path or "/", _IN_PATH)))
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _tracks(pair))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return _joined(parts, path, query, fragment)


def sendable(url: str) -> str:
    """Gives the address as a server is asked for it: spelled safely, its query whole, without fragment.

    Raises ReadError as canonical() does.
    """
    parts = _split(url)
    return _joined(parts, _escapes(parts.path or "/", _IN_PATH), parts.query, "")


def _joined(parts: SplitResult, path: str, query: str, fragment: str) -> str:
    made = urlunsplit(
        (parts.scheme, parts.netloc, path, _escapes(query, _IN_QUERY), _escapes(fragment, _IN_PATH + "?"))
    )
    if len(made) > LONGEST:
        raise ReadError(
            f"the address {made[:60]}… is {len(made)} characters long; more than {LONGEST} are not followed"
        )
    return made


def host_of(url: str) -> str:
    """Gives the host that an address names, in ASCII, without port; raises ReadError as canonical() does."""
    return _split(url).hostname or ""


def authority_of(url: str) -> str:
    """Gives host and port, the port only where it is not the scheme's own; the unit that pace and robots.txt go by."""
    return _split(url).netloc


def origin_of(url: str) -> tuple[str, str]:
    """Gives scheme and authority, the unit that cookies and keys must not leave."""
    parts = _split(url)
    return parts.scheme, parts.netloc


def absolute(link: str, base: str) -> str | None:
    """Resolves a link found at ``base``; None where it does not lead to a web page (``mailto:``, ``javascript:``, junk)."""
    try:
        cleaned = _UNWANTED.sub("", link.strip())
        # Most links are whole already, and joining costs more than everything else here.
        joined = cleaned if cleaned.startswith(("https://", "http://")) else urljoin(base, cleaned)
        _split(joined)
    except (ValueError, ReadError):
        return None
    return joined


@lru_cache(maxsize=4096)
def _split(url: str) -> SplitResult:
    """Splits an address into parts whose scheme and authority are already canonical."""
    cleaned = _UNWANTED.sub("", url).replace("\\", "/")
    try:
        parts = urlsplit(cleaned)
        port = parts.port
    except ValueError as broken:
        raise ReadError(f"{cleaned[:120]!r} is not an address: {broken}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise ReadError(f"{cleaned[:120]!r} is not a web address: only http and https are followed")
    if not parts.hostname:
        raise ReadError(f"{cleaned[:120]!r} names no host")
    host = _ascii(parts.hostname)
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _PORTS[scheme]:
        netloc += f":{port}"
    return SplitResult(scheme, netloc, parts.path, parts.query, parts.fragment)


def _ascii(host: str) -> str:
    """Lower-cases a host and spells it in ASCII, as DNS is asked for it (IDNA 2008, mapped by UTS 46)."""
    host = unquote(host).rstrip(".").lower()
    if host.isascii():
        if not host or not re.fullmatch(r"[a-z0-9._~:%-]+", host):
            raise ReadError(f"{host[:80]!r} is not the name of a host")
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as broken:
        raise ReadError(f"{host[:80]!r} is not the name of a host: {broken}") from None


def _escapes(part: str, safe: str) -> str:
    """Spells escapes one way: unreserved characters plain, everything else upper case."""

    def respell(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    return quote(_ESCAPE.sub(respell, part), safe=safe + "%~")


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    made = posixpath.normpath(path)
    if path.endswith(("/", "/.", "/..")) and not made.endswith("/"):
        made += "/"
    return "/" + made.lstrip("/")


def _tracks(pair: str) -> bool:
    name = pair.partition("=")[0]
    return bool(_TRACKING.fullmatch(name) or _TRACKING_BY_VALUE.fullmatch(pair))
