"""Who may use the desk: accounts with roles, sessions that end, and tokens for programs.

Passwords are kept as argon2 hashes and tokens as SHA-256 of 256 random bits. Sessions are signed with a key that lives
as long as the process, so it is in no database and in no backup; a restart ends them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, Protocol

from crawler.errors import ConfigError
from crawler.ports import Clock

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("reader", "reviewer", "admin")
SESSION = timedelta(hours=12)
_NAME = re.compile(r"[^\s|:/\x00-\x1f]{1,64}")
_LEAST_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and how that is known."""

    name: str
    role: Role
    how: Literal["local", "session", "token"]


class Settings(Protocol):
    """Where accounts are kept: values of JSON by name."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def set(self, key: str, value: Any) -> None: ...


class Accounts:
    """Accounts and tokens of one installation."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def any(self) -> bool:
        """Whether somebody has an account."""
        return bool(self._settings.get("accounts", {}))

    def add(self, name: str, password: str, role: Role) -> None:
        """Makes an account, or gives an existing one a new password and role, which ends its sessions; ConfigError if unfit."""
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{name!r} is no name for an account; up to 64 characters without spaces, |, : or /")
        if len(password) < _LEAST_PASSWORD:
            raise ConfigError(f"the password is too short; at least {_LEAST_PASSWORD} characters")
        accounts = dict(self._settings.get("accounts", {}))
        epoch = accounts.get(name, {}).get("epoch", 0) + 1
        accounts[name] = {"password": _hasher().hash(password), "role": role, "epoch": epoch}
        self._settings.set("accounts", accounts)

    def log_in(self, name: str, password: str) -> str | None:
        """The session of who gave the right password; None otherwise, after the same time for known and unknown names."""
        from argon2.exceptions import VerificationError

        account = self._settings.get("accounts", {}).get(name)
        try:
            _hasher().verify(account["password"] if account else _decoy(), password)
        except VerificationError:
            return None
        return self._session(name, account["epoch"]) if account else None

    def of_session(self, session: str) -> Visitor | None:
        """Who a session belongs to; None where it is forged, has ended, or its account has changed."""
        parts = session.split("|")
        if len(parts) != 4 or not hmac.compare_digest(self._sign("|".join(parts[:3])), parts[3]):
            return None
        name, epoch, until = parts[:3]
        account = self._settings.get("accounts", {}).get(name)
        if account is None or str(account["epoch"]) != epoch or datetime.fromisoformat(until) <= self._clock.now():
            return None
        return Visitor(name, account["role"], "session")

    def add_token(self, name: str, role: Role) -> str:
        """A new token for a program, told this once; one of the same name is replaced."""
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{name!r} is no name for a token; up to 64 characters without spaces, |, : or /")
        token = "dw_" + secrets.token_urlsafe(32)
        kept = {hash: row for hash, row in self._settings.get("tokens", {}).items() if row["name"] != name}
        self._settings.set("tokens", kept | {_hash(token): {"name": name, "role": role}})
        return token

    def of_token(self, token: str) -> Visitor | None:
        """Who a token belongs to; None for an unknown one."""
        row = self._settings.get("tokens", {}).get(_hash(token))
        return Visitor(row["name"], row["role"], "token") if row else None

    def csrf(self, seed: str) -> str:
        """What a form must carry beside the cookie that holds ``seed``: another site can set a cookie, but not sign it."""
        return self._sign("csrf|" + seed)

    def _session(self, name: str, epoch: int) -> str:
        told = f"{name}|{epoch}|{(self._clock.now() + SESSION).isoformat()}"
        return f"{told}|{self._sign(told)}"

    def _sign(self, told: str) -> str:
        return hmac.new(self._key, told.encode(), hashlib.sha256).hexdigest()


def allows(role: Role, needed: Role) -> bool:
    """Whether a role includes what another may do."""
    return ROLES.index(role) >= ROLES.index(needed)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash that nobody's password has, made once: checking it takes as long as checking a real one."""
    return str(_hasher().hash(secrets.token_hex()))
