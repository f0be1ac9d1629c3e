"""Who does not want letters any more: a link that only its recipient knows, and what came of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from storage.settings import SettingTable

_SECRET, _GONE = "unsubscribe.secret", "unsubscribed"


@dataclass(frozen=True)
class Subscriptions:
    """Addresses are bare and in lower case; they stay in the configuration, only the wish is kept here."""

    settings: SettingTable

    def link(self, address: str, public_url: str) -> str | None:
        """The address that unsubscribes this recipient by one click; None where the desk has no public address."""
        return f"{public_url.rstrip('/')}/unsubscribe/{self.token(address)}" if public_url else None

    def token(self, address: str) -> str:
        """What stands for the address in a link: it cannot be guessed, and tells a stranger nothing."""
        return hmac.new(self._secret.encode(), address.encode(), hashlib.sha256).hexdigest()[:40]

    def address_of(self, token: str, addresses: Iterable[str]) -> str | None:
        """Which of the addresses the token stands for; None where it is forged or its recipient is gone."""
        # Every address is compared, so that the time taken tells nothing of which one fits.
        found = [address for address in addresses if hmac.compare_digest(self.token(address).encode(), token.encode())]
        return found[0] if found else None

    def unsubscribed(self) -> frozenset[str]:
        """The addresses that get no letters."""
        return frozenset(self.settings.get(_GONE, ()))

    def unsubscribe(self, address: str) -> bool:
        """Sends this address nothing from now on; False where that was so already."""
        return self._change(address, wanted=False)

    def subscribe(self, address: str) -> bool:
        """Sends letters to this address again; False where it gets them anyway."""
        return self._change(address, wanted=True)

    def _change(self, address: str, *, wanted: bool) -> bool:
        before = self.unsubscribed()
        after = before - {address} if wanted else before | {address}
        if after == before:
            return False
        self.settings.set(_GONE, sorted(after))
        return True

    @cached_property
    def _secret(self) -> str:
        kept = self.settings.get(_SECRET)
        if kept is None:
            self.settings.set(_SECRET, secrets.token_hex(32))
            kept = self.settings.get(_SECRET)
        return str(kept)
