"""Posts one message to a web address, signed as standardwebhooks.com lays down, so that it cannot be forged or replayed.

A receiver checks the signature over id, time and body, refuses old times and ids that it has seen.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime

from crawler.config import FetchConfig
from crawler.errors import ConfigError, FetchError, InDoubt, PermanentRefusal, Refused, TemporaryRefusal, Unreachable
from crawler.fetch.answer import Terms
from crawler.fetch.exchange import Exchange, Raw
from crawler.fetch.settings import rules_of
from scheduler.alerts.message import Message
from scheduler.alerts.targets import Target

AGAIN = frozenset({408, 425, 429})


def post(target: Target, message: Message, id: str, now: datetime, fetch: FetchConfig) -> None:
    """Hands one message over; returns where the target answered 2xx.

    The target's address passes the same guard as every page. Raises TemporaryRefusal, PermanentRefusal, or InDoubt where
    the connection broke once there was one. Redirects are not followed: what is signed is for one address.
    """
    body = json.dumps(
        {"type": "dragonwatch.alert", "timestamp": now.isoformat(), "title": message.title, "text": message.text, "data": message.data},
        ensure_ascii=False,
    ).encode()  # fmt: skip
    headers = {"Content-Type": "application/json; charset=utf-8", **signed(target.secret, id, now, body)}
    try:
        raw = asyncio.run(_exchanged(target, headers, body, fetch))
    except Refused as error:
        why = str(error).replace(target.url, target.name)
        raise PermanentRefusal(f"{target.name} may not be asked: {_harmless(why, target)}") from None
    except Unreachable as error:
        if error.dead:
            raise TemporaryRefusal(f"{target.name} cannot be reached; check the address and the network") from None
        raise _in_doubt(target) from None
    except FetchError:
        raise _in_doubt(target) from None
    _judged(target, raw.status)


async def _exchanged(target: Target, headers: dict[str, str], body: bytes, fetch: FetchConfig) -> Raw:
    exchange = Exchange(rules_of(fetch))
    try:
        seconds = fetch.timeout.total_seconds()
        return await exchange(target.url, Terms(timeout=seconds, max_size=65_536), "POST", body, headers, seconds)
    finally:
        await exchange.close()


def signed(secret: bytes, id: str, now: datetime, body: bytes) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` and, where there is a secret, ``webhook-signature``."""
    stamp = str(int(now.timestamp()))
    headers = {"webhook-id": id, "webhook-timestamp": stamp}
    if secret:
        told = f"{id}.{stamp}.".encode() + body
        made = hmac.new(key_of(secret), told, hashlib.sha256).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(made).decode()}"
    return headers


def key_of(secret: bytes) -> bytes:
    """The bytes of a secret: ``whsec_`` is followed by base64, anything else stands for itself."""
    if not secret.startswith(b"whsec_"):
        return secret
    try:
        return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except binascii.Error:
        raise ConfigError("the secret of a webhook begins with whsec_ and goes on with what is no base64") from None


def _judged(target: Target, status: int) -> None:
    if 200 <= status < 300:
        return
    if status in AGAIN or status >= 500:
        raise TemporaryRefusal(f"{target.name} cannot take the alert now: it answered {status}")
    moved = "; redirects are not followed, so write the address that it leads to" if 300 <= status < 400 else ""
    raise PermanentRefusal(f"{target.name} refuses the alert: it answered {status}{moved}")


def _in_doubt(target: Target) -> InDoubt:
    return InDoubt(f"the connection to {target.name} broke before it answered: whether it took the alert is not known")


def _harmless(why: str, target: Target) -> str:
    """The cause, unless some other spelling of the address is in it."""
    host = target.url.split("://", 1)[-1]
    return "its address" if any(len(part) > 3 and part in why for part in host.split("/")[1:]) else why
