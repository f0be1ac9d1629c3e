"""How durations, sizes, zones, addresses and times of day are written in the configuration, and read from it."""

from __future__ import annotations

import ipaddress
import re
from datetime import time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator

from crawler.config.cron import check_cron

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?i?b)", re.IGNORECASE)
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_duration(value: Any) -> timedelta:
    """A duration such as ``2s``, ``1h 30m`` or ``7d``; raises ValueError for anything else."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        parts = _DURATION.findall(value)
        if parts and not _DURATION.sub("", value).strip():
            return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
    raise ValueError(f"{value!r} is no duration: a number with ms, s, m, h, d or w")


def parse_size(value: Any) -> int:
    """A size in bytes such as ``15 MiB``, ``500 kB`` or a whole number; raises ValueError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        return int(float(match[1]) * _BYTES[match[2].lower()])
    raise ValueError(f"{value!r} is no size: a number with B, kB, MB, KiB, MiB or GiB")


def parse_at(value: str) -> time | None:
    """The local time of day that ``at`` names, or None where it is a cron line."""
    match = _CLOCK_TIME.fullmatch(value.strip())
    return time(int(match[1]), int(match[2])) if match else None


def parse_days(value: str) -> tuple[int, ...]:
    """Days of the week, Monday is 0, of ``mon-fri``, ``sat,sun`` or ``mon-fri,sun``; raises ValueError otherwise."""
    found: set[int] = set()
    for part in value.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        last = last or first
        if first not in DAYS or last not in DAYS:
            raise ValueError(f"{value!r} names no days: mon-fri, or mon,wed,fri")
        start, end = DAYS.index(first), DAYS.index(last)
        found.update(day % 7 for day in range(start, (end if end >= start else end + 7) + 1))
    return tuple(sorted(found))


def _zone(value: str) -> str:
    if value:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"{value!r} is no time zone: an IANA name such as Asia/Shanghai or Europe/Berlin"
            ) from None
    return value


def _needed_zone(value: str) -> str:
    if not value:
        raise ValueError("a time zone is needed: an IANA name such as Asia/Shanghai")
    return _zone(value)


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no network: an address range such as 127.0.0.0/8 or ::1/128") from None
    return value


def _every(value: str) -> str:
    if value == "adaptive":
        return value
    if len(value.split()) == 5:
        return check_cron(value)
    try:
        interval = parse_duration(value)
    except ValueError:
        raise ValueError(
            f'{value!r} is neither "adaptive", a duration such as "15m" nor a cron line of five fields'
        ) from None
    if interval < timedelta(seconds=1):
        raise ValueError(f"{value!r} is too short: at least 1s")
    return value


def _at(value: str) -> str:
    if parse_at(value) is None:
        if len(value.split()) != 5:
            raise ValueError(f'{value!r} is neither a time such as "08:00" nor a cron line of five fields')
        check_cron(value)
    return value


def _days(value: str) -> str:
    parse_days(value)
    return value


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("the duration must be longer than nothing")
    return value


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError(f"{value!r} is no web address: it starts with http:// or https://")
    return value


def _proxy(value: str) -> str:
    # The value is not repeated: it may hold a password.
    if value and not re.fullmatch(r"https?://[^\s/]+/?", value):
        raise ValueError("it is no address of a proxy: http://host:port")
    return value


def _clock_time(value: str) -> str:
    if parse_at(value) is None:
        raise ValueError(f'{value!r} is no time of day such as "03:30"')
    return value


def parse_hours(value: str) -> tuple[time, time] | None:
    """The two local times of ``22:00-07:00``; None for none at all. Raises ValueError for anything else."""
    if not value:
        return None
    first, _, last = value.partition("-")
    start, end = parse_at(first), parse_at(last)
    if start is None or end is None or start == end:
        raise ValueError(f'{value!r} names no hours such as "22:00-07:00"')
    return start, end


def _hours(value: str) -> str:
    parse_hours(value)
    return value


def parse_listen(value: str) -> tuple[str, int] | None:
    """Host and port of ``127.0.0.1:9420`` or ``[::1]:9420``; None for none at all. Raises ValueError for anything else."""
    if not value:
        return None
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f'{value!r} is no host and port such as "127.0.0.1:9420"')
    return host.strip("[]"), int(port)


def _listen(value: str) -> str:
    parse_listen(value)
    return value


def _optional(parse: Any) -> Any:
    return lambda value: None if value in ("", None) else parse(value)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
PositiveDuration = Annotated[timedelta, BeforeValidator(parse_duration), AfterValidator(_positive)]
Size = Annotated[int, BeforeValidator(parse_size)]
Zone = Annotated[str, AfterValidator(_needed_zone)]
OptionalZone = Annotated[str, AfterValidator(_zone)]
Network = Annotated[str, AfterValidator(_network)]
Every = Annotated[str, AfterValidator(_every)]
At = Annotated[str, AfterValidator(_at)]
Days = Annotated[str, AfterValidator(_days)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
ProxyAddress = Annotated[str, AfterValidator(_proxy)]
OptionalDuration = Annotated[timedelta | None, BeforeValidator(_optional(parse_duration))]
OptionalSize = Annotated[int | None, BeforeValidator(_optional(parse_size))]
ClockTime = Annotated[str, AfterValidator(_clock_time)]
Hours = Annotated[str, AfterValidator(_hours)]
Listen = Annotated[str, AfterValidator(_listen)]
