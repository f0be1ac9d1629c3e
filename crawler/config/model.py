"""Every key of ``dragonwatch.toml``, with its type and default.

Durations are ``timedelta``, sizes are bytes. Each section refuses keys that it does not know.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from crawler.config.values import (
    At,
    ClockTime,
    Days,
    Duration,
    Every,
    Hours,
    Listen,
    Network,
    OptionalDuration,
    OptionalSize,
    OptionalZone,
    PositiveDuration,
    ProxyAddress,
    Size,
    WebAddress,
    Zone,
)
from crawler.items import FigureKind, FlagReason, SourceKind, Tier

USER_AGENT = "Dragonwatch/0.1 (news monitor; obeys robots.txt)"


_ADDRESS = re.compile(r"(?:[^<>\x00-\x1f@]*<)?[^\s<>@\",;:]+@[^\s<>@\",;:]+>?")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or ("<" in value) != value.endswith(">"):
        raise ValueError(f"{value!r} is no mail address: name@host or Name <name@host>")
    return value


MailAddress = Annotated[str, AfterValidator(_address)]


class Section(BaseModel):
    """What all sections have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class StorageConfig(Section):
    """Where articles and pages are kept."""

    url: str = "sqlite:///dragonwatch.db"
    archive: str = "archive"


class FetchConfig(Section):
    """How pages are asked for."""

    user_agent: str = Field(default=USER_AGENT, min_length=1)
    contact: str = ""
    per_host_delay: Duration = Field(default="2s", validate_default=True)
    concurrency: int = Field(default=16, ge=1, le=1000)
    timeout: PositiveDuration = Field(default="30s", validate_default=True)
    max_size: Size = Field(default="15 MiB", validate_default=True)
    obey_robots: bool = True
    allow_networks: tuple[Network, ...] = ()
    proxy: ProxyAddress = ""
    ca_file: str = ""
    region: str = ""


class ScheduleConfig(Section):
    """When sources are asked."""

    timezone: Zone = "Asia/Shanghai"
    poll_min: PositiveDuration = Field(default="5m", validate_default=True)
    poll_max: PositiveDuration = Field(default="24h", validate_default=True)
    baseline: Duration = Field(default="7d", validate_default=True)
    catalogue: bool = True
    """The sources that ship are asked; without them only those of the file and the desk are."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.poll_min > self.poll_max:
            raise ValueError("poll_min is longer than poll_max")
        return self


class SourceConfig(Section):
    """A source of the user's own, or what differs from the catalogue's source of that name."""

    name: str = Field(min_length=1)
    kind: SourceKind | None = None
    url: WebAddress | None = None
    outlet: str | None = None
    language: str | None = None
    timezone: OptionalZone | None = None
    tier: Tier | None = None
    region: tuple[str, ...] | None = None
    every: Every | None = None
    fetch: Literal["matching", "all"] | None = None
    enabled: bool | None = None
    delay: float | None = Field(default=None, ge=0)
    headers: dict[str, str] | None = None
    cookies: bool | None = None
    proxy: ProxyAddress | None = None
    options: dict[str, Any] | None = None
    note: str | None = None
    example: str | None = None
    verified: date | None = None


class MailConfig(Section):
    """The mail server that takes the letters."""

    host: str = Field(default="localhost", min_length=1)
    port: int = Field(default=25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: SecretStr = SecretStr("")
    """From the environment alone; a file names ``password_file``."""
    password_file: str = ""
    sender: MailAddress = "Dragonwatch <dragonwatch@localhost>"
    in_doubt: Literal["hold", "resend"] = "hold"
    """What becomes of a letter that may or may not have arrived: a person settles it, or it goes out again."""


class RecipientConfig(Section):
    """Who gets the digest, when and about what."""

    address: MailAddress
    at: At = "08:00"
    days: Days = "mon-fri"
    companies: tuple[str, ...] = ()
    kinds: tuple[FigureKind, ...] = ()
    """Flags of these kinds alone; a story has no kind, and comes for its company."""
    flags_only: bool = False
    """New and decided figures without stories and take-downs."""
    language: Literal["en", "zh-Hans", "zh-Hant"] = "en"
    timezone: OptionalZone = ""
    exclude_outlets: tuple[str, ...] = ()
    when_empty: bool = True


class AlertConfig(Section):
    """Where a new flag is told at once, and which. Every empty list means all."""

    url: SecretStr = SecretStr("")
    url_file: str = ""
    secret_file: str = ""
    """Holds what a webhook's messages are signed with."""
    kinds: tuple[FigureKind, ...] = ()
    companies: tuple[str, ...] = ()
    reasons: tuple[FlagReason, ...] = ()
    tiers: tuple[Tier, ...] = ()
    threshold: dict[FigureKind, Decimal] = Field(default_factory=dict)
    """The least that a kind's figure must reach; money in US dollars."""
    sources_down: OptionalDuration = None
    """A source that fails or is blocked for so long is told, once."""
    silence: bool = False
    """Tells at the next start that no daemon ran for a while."""
    quiet: Hours = ""
    timezone: OptionalZone = ""
    language: Literal["en", "zh-Hans", "zh-Hant"] = "en"

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if bool(self.url.get_secret_value()) == bool(self.url_file):
            raise ValueError("either url or url_file is needed, not both")
        return self


class DeskConfig(Section):
    """Where the web desk listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65535)
    public_url: WebAddress = ""


class DaemonConfig(Section):
    """How the daemon runs."""

    job_limit: PositiveDuration = Field(default="2h", validate_default=True)
    log: Literal["text", "json"] = "text"
    metrics: Listen = ""
    """Where ``daemon --no-desk`` answers /health, /ready and /metrics; with a desk, the desk does."""


class WorkersConfig(Section):
    """Work done by processes of its own, on any number of machines; with PostgreSQL alone."""

    enabled: bool = False
    """The daemon says what is to be done, and ``dragonwatch worker`` processes do it."""
    jobs: int = Field(default=8, ge=1, le=100)
    """Hosts that one worker asks side by side."""
    metrics: Listen = ""
    """Where a worker answers /health, /ready and /metrics."""


class SpidersConfig(Section):
    """The user's own spiders; they run as code."""

    folder: str = ""


class UpkeepConfig(Section):
    """What is done for the installation itself, once a day."""

    at: ClockTime = "03:30"
    rates: WebAddress = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
    backups: str = "backups"
    backups_kept: int = Field(default=7, ge=1, le=10_000)
    pages_age: OptionalDuration = None
    pages_size: OptionalSize = None
    history: PositiveDuration = Field(default="90d", validate_default=True)


class Config(BaseSettings):
    """The whole configuration: the file's keys, overridden by ``DRAGONWATCH_SECTION__KEY`` of the environment."""

    model_config = SettingsConfigDict(
        env_prefix="DRAGONWATCH_", env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    storage: StorageConfig = StorageConfig()
    fetch: FetchConfig = FetchConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    source: tuple[SourceConfig, ...] = ()
    company: tuple[dict[str, Any], ...] = ()
    mail: MailConfig = MailConfig()
    recipient: tuple[RecipientConfig, ...] = ()
    alert: tuple[AlertConfig, ...] = ()
    desk: DeskConfig = DeskConfig()
    daemon: DaemonConfig = DaemonConfig()
    workers: WorkersConfig = WorkersConfig()
    upkeep: UpkeepConfig = UpkeepConfig()
    spiders: SpidersConfig = SpidersConfig()

    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file that was read; None where the built-in defaults stand."""
        return self._path

    @property
    def folder(self) -> Path:
        """What relative paths of the file start from: the file's folder, or the current one without a file."""
        return self._path.parent if self._path else Path.cwd()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; no ``.env`` of the current folder is read."""
        return env_settings, init_settings
