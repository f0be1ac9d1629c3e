"""What can go wrong, as one tree. Each message names the thing, the cause and the mend.

DragonwatchError
  ConfigError          a key or option is wrong (exit status 2)
  FetchError           a page could not be had
    Refused            we may not go there: private address, scheme
      ByRobots         the site's robots.txt says so, or cannot be had
    TooLarge           more than fetch.max_size after decompression
    TooSlow            longer than fetch.timeout in all
    Blocked            a challenge, a login page, a soft 404 stands in for it
    BadStatus          the server answered with an error status (404, 410, 500)
    Unreachable        no answer: unknown host, refused or broken connection, bad certificate
    Waiting            the host asked to be left alone for longer than a run waits
    Stopped            the crawl was ended first
  ReadError            bytes that could not be read as what they claim to be
    CutOff             they end too early; what stands before the end may have been read
  StoreError           the database could not be used: locked, read-only, full, newer schema
    NotThere           an id or a name that nothing has (exit status 2)
    StoreUnavailable   for now only: locked, full, an I/O error; the same call may be made again later
    AlreadyDecided     another person decided this flag first; nothing was changed
  SendError            a letter or alert could not be handed over
    TemporaryRefusal   not now: the same letter may be handed over again later
    PermanentRefusal   not ever: the address, the letter or the login is refused
    InDoubt            the connection broke after the letter was handed over: it may have been taken
"""

from __future__ import annotations


class DragonwatchError(Exception):
    """Any error that a user is to see as one sentence."""


class ConfigError(DragonwatchError):
    """A key or option is wrong."""


class FetchError(DragonwatchError):
    """A page could not be had."""


class Refused(FetchError):
    """We may not go there."""


class ByRobots(Refused):
    """The site's robots.txt closes it to us, or cannot be had."""


class TooLarge(FetchError):
    """The answer is larger than the limit."""


class TooSlow(FetchError):
    """The whole answer took longer than the limit."""


class Blocked(FetchError):
    """Something else was served in the page's place; ``why`` is ``closed``, ``challenge``, ``login``, ``region`` or ``gone``."""

    def __init__(self, message: str, *, why: str = "closed") -> None:
        super().__init__(message)
        self.why = why


class BadStatus(FetchError):
    """The server answered with an error status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(FetchError):
    """There was no answer; ``dead`` where not even a connection came about."""

    def __init__(self, message: str, *, dead: bool = False) -> None:
        super().__init__(message)
        self.dead = dead


class Waiting(FetchError):
    """The host asked to be left alone; ``seconds`` says for how long."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Stopped(FetchError):
    """The crawl was ended before this page's turn."""


class ReadError(DragonwatchError):
    """Bytes that could not be read as what they claim to be."""


class CutOff(ReadError):
    """Bytes that end too early."""


class StoreError(DragonwatchError):
    """The database could not be used."""


class NotThere(StoreError):
    """Nothing has this id or name."""


class StoreUnavailable(StoreError):
    """The database could not be used for now."""


class AlreadyDecided(StoreError):
    """Another person decided this flag first."""


class SendError(DragonwatchError):
    """A letter or alert could not be handed over."""


class TemporaryRefusal(SendError):
    """Refused for now."""


class PermanentRefusal(SendError):
    """Refused for good."""


class InDoubt(SendError):
    """Perhaps taken, perhaps not."""
