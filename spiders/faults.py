"""What is wrong with a source whose poll failed: how that counts, why it is so, and what a person can do; pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.errors import (
    BadStatus,
    Blocked,
    ByRobots,
    CutOff,
    FetchError,
    ReadError,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
    Waiting,
)
from crawler.items import PollOutcome, Source

_BLOCKED = {
    "challenge": "the site shows a check for browsers: disable it, or find another address of what it announces",
    "login": "the site wants a login: disable it, or find what it announces openly",
    "region": "it is closed to where we ask from: fetch.region leaves such sources out, a proxy asks from elsewhere",
    "gone": "has it moved?",
    "closed": "the site refuses us: disable it, or look whether its region matches fetch.region",
    "robots": "the site asks not to be read there: leave it, or find another address of what it announces",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed poll as people are told it."""

    outcome: PollOutcome
    cause: str
    """For ``blocked`` it begins with robots, challenge, login, region, gone or closed."""
    mend: str
    give_up: str = ""
    """How a source that is known is taken out, where that is what may be left to do."""

    @property
    def advice(self) -> str:
        """All that a person can do about a source that is known."""
        return f"{self.mend}; {self.give_up}" if self.give_up else self.mend

    def __str__(self) -> str:
        return f"{self.cause}; {self.advice}"


def fault_of(error: Exception, source: Source) -> Fault:
    """The fault behind an error that a poll of the source ended with."""
    why = _why(error)
    if why is not None:
        mend = f"{_BLOCKED[why]} {_search(source)}" if why == "gone" else _BLOCKED[why]
        return Fault("blocked", f"{why}: {error}", mend, _give_up(source) if why == "gone" else "")
    told = str(error) if isinstance(error, FetchError | ReadError) else f"{type(error).__name__}: {error}"
    gone = isinstance(error, BadStatus) and error.status < 500
    return Fault("failed", told, _mend(error, source), _give_up(source) if gone else "")


def _why(error: Exception) -> str | None:
    if isinstance(error, ByRobots):
        return "robots"
    return error.why if isinstance(error, Blocked) else None


def _mend(error: Exception, source: Source) -> str:
    match error:
        case BadStatus(status=410):
            return f"{_search(source)}, if it is there"
        case BadStatus(status=status) if status < 500:
            return f"nothing is at this address any more; {_search(source)}"
        case Waiting():
            return "it is asked again by itself when that time is over"
        case TooLarge():
            return "fetch.max_size allows more, or max_size of its options for this source alone"
        case TooSlow():
            return "it is asked again by itself; fetch.timeout allows more, or timeout of its options for this source alone"
        case Unreachable() if "certificate" in str(error):
            return "do not read it before the site has mended that"
        case Unreachable(dead=True):
            return "the host does not exist, or it or the network is down: check the address, or try again later"
        case CutOff():
            return "what is whole was taken, and it is asked again by itself; tell the site where it stays so"
        case Refused():
            return "or give the source another address"
        case ReadError() if source.kind in ("feed", "sitemap"):
            return f"is it of another kind (--kind)? {_search(source)}"
        case ReadError():
            return "look at the page, and at what the source's options say of it"
    return "it is asked again by itself; where that does not help, look at its address"


def _search(source: Source) -> str:
    site = shlex.quote(urljoin(source.url, "/"))
    return f"`dragonwatch sources discover {site}` finds what the site announces now"


def _give_up(source: Source) -> str:
    return f"`dragonwatch sources remove {shlex.quote(source.name)}` takes it out"
