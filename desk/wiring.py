"""Opens what a command needs from the configuration: store, archive, watchlist, rates, sources and clock.

Each part is opened when it is first asked for, so a command pays only for what it uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from crawler.clock import SystemClock
from crawler.config import Config, SourceConfig, closest, not_watched
from crawler.errors import ConfigError
from crawler.items import Source
from crawler.ports import Clock

if TYPE_CHECKING:
    from scrapy import Spider

    from crawler.rates import Rates
    from crawler.watchlist import Watchlist
    from scheduler.digest.office import PostOffice
    from scheduler.digest.smtp import SmtpMailer
    from storage.archive import WarcArchive
    from storage.store import SqlStore


DECLARED = "declared"
"""The setting that says which sources a database was last told of; a new one has it not."""


class Wiring:
    """Everything of one installation, opened lazily; use it as a context manager to close the store."""

    def __init__(self, config: Config, clock: Clock | None = None, made: Callable[[str], None] | None = None) -> None:
        self.config = config
        self._made = made
        self.clock: Clock = clock or _clock(config)

    @cached_property
    def watchlist(self) -> Watchlist:
        """The shipped companies and the file's."""
        from crawler.watchlist import load_watchlist

        watchlist = load_watchlist(self.config.company)
        known = {company.key for company in watchlist.companies}
        for number, recipient in enumerate(self.config.recipient, 1):
            for key in recipient.companies:
                if key not in known:
                    raise ConfigError(not_watched(f"recipient (number {number}).companies", key, known))
        return watchlist

    def company(self, key: str | None) -> str | None:
        """The key itself; raises ConfigError where nobody watches it."""
        known = {company.key for company in self.watchlist.companies}
        if key is not None and key not in known:
            raise ConfigError(not_watched("--company", key, known))
        return key

    @cached_property
    def store(self) -> SqlStore:
        """The database, brought to the present schema, with the declared sources in it."""
        from storage.store import open_store

        store = open_store(self.config.storage.url, clock=self.clock)
        if self._made is not None and store.settings.get(DECLARED) is None:
            self._made(store.database.url.render_as_string())
        if self.config.workers.enabled:
            _join(store, self.config)
        declare(store, *self.declared_sources)
        return store

    @cached_property
    def archive(self) -> WarcArchive:
        """The folder of WARC files."""
        from storage.archive import open_archive

        return open_archive(Path(self.config.storage.archive), clock=self.clock)

    @cached_property
    def rates(self) -> Rates:
        """The exchange rates: those of the last days that upkeep has fetched, over those that ship."""
        from scheduler.dayrates import rates_of

        return rates_of(self.store)

    @cached_property
    def declared_sources(self) -> tuple[list[Source], list[Source]]:
        """The catalogue's sources that can be reached from our region, and those that the file adds or changes."""
        from spiders.catalogue.load import load_catalogue

        shipped = load_catalogue(self.config.fetch.region) if self.config.schedule.catalogue else []
        entries = [entry for entry in self.config.source if entry.name not in self.own]
        return shipped, [*merge_sources(shipped, entries), *self._own_sources()]

    @cached_property
    def own(self) -> Mapping[str, type[Spider]]:
        """The user's own spiders by name; none where no folder is configured."""
        if not self.config.spiders.folder:
            return {}
        from spiders.own import load_own

        return load_own(Path(self.config.spiders.folder))

    def _own_sources(self) -> list[Source]:
        """Each own spider as a source, with what a ``[[source]]`` of its name changes."""
        if not self.own:
            return []
        from spiders.own import source_of

        sources = [source_of(spider) for spider in self.own.values()]
        entries = [entry for entry in self.config.source if entry.name in self.own]
        changed = {source.name: source for source in merge_sources(sources, entries)}
        return [changed.get(source.name, source) for source in sources]

    @property
    def mailer(self) -> SmtpMailer:
        """Hands letters to the configured server."""
        return mailer_of(self.config)

    @property
    def post_office(self) -> PostOffice:
        """Writes and sends the digests; raises ConfigError where a recipient wants a company that is not watched."""
        from scheduler.digest.office import PostOffice

        _ = self.watchlist
        return PostOffice(self.store, self.config, self.clock, self.mailer)

    def close(self) -> None:
        """Closes what was opened."""
        if "store" in self.__dict__:
            self.store.close()
        if "archive" in self.__dict__:
            self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def wire(config: Config, clock: Clock | None = None, made: Callable[[str], None] | None = None) -> Wiring:
    """The parts of one installation; nothing is opened yet. ``made`` is told where a database had to be made anew."""
    return Wiring(config, clock, made)


def _clock(config: Config) -> Clock:
    """This machine's clock, or the one that all machines of a fleet go by."""
    if not config.workers.enabled:
        return SystemClock()
    from scheduler.fleet.clock import FleetClock

    return FleetClock()


def _join(store: SqlStore, config: Config) -> None:
    try:
        from scheduler.fleet.join import join
    except ModuleNotFoundError as missing:
        raise ConfigError(
            f"workers.enabled needs {missing.name}, which is not installed; install dragonwatch[postgres], or set it to false"
        ) from None
    join(store, config)


def declare(store: SqlStore, catalogue: Sequence[Source], configured: Sequence[Source]) -> None:
    """Tells the store of the declared sources; writes only where a declaration has changed since the last time.

    So what only reads works while another process writes, and on a database that may not be written.
    """
    mark = hashlib.sha256(repr((catalogue, configured)).encode()).hexdigest()
    if store.settings.get(DECLARED) != mark:
        store.sources.known(catalogue, file=configured)
        store.settings.set(DECLARED, mark)


def mailer_of(config: Config) -> SmtpMailer:
    """The mailer of a configuration; raises ConfigError where its password file cannot be read."""
    from scheduler.digest.smtp import SmtpMailer

    mail = config.mail
    password = mail.password.get_secret_value() or secret_in(mail.password_file, "mail.password_file")
    return SmtpMailer(mail.host, mail.port, mail.security, mail.username, password, ca_file=config.fetch.ca_file)


def secret_in(path: str, key: str) -> str:
    """The first line of a secret's file; empty where no file is named. Raises ConfigError where it cannot be read."""
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(
            f"{key} names {path}, which cannot be read: {cause}; check the path and its permissions"
        ) from None


def merge_sources(catalogue: Iterable[Source], entries: Iterable[SourceConfig]) -> list[Source]:
    """The file's entries, each over the catalogue's source of that name; raises ConfigError where a new one lacks kind or url."""
    shipped = {source.name: source for source in catalogue}
    merged = {}
    for entry in entries:
        told: dict[str, Any] = entry.model_dump(exclude_none=True)
        known = shipped.get(entry.name)
        for key in ("kind", "url"):
            if known is None and key not in told:
                near = closest(entry.name, shipped)
                mend = f"did you mean {near}, which is?" if near else f"give it a {key}"
                raise ConfigError(f"source {entry.name!r} has no {key} and is not in the catalogue; {mend}")
        merged[entry.name] = replace(known, **told) if known else Source(**told)
    return list(merged.values())
