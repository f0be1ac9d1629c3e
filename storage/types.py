"""Column types that keep the same values on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, Numeric, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only where the type is spelled INTEGER; that one holds 64 bits too."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Blob = LargeBinary

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """The text with NUL and lone surrogates, which PostgreSQL and UTF-8 refuse, as U+FFFD; the length stays."""
    return _UNKEEPABLE.sub("\ufffd", text)


def dump_json(value: Any) -> str:
    """JSON as both databases take it; raises TypeError for what JSON cannot say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return keepable(text).replace("\\u0000", "\ufffd")


class Words(TypeDecorator[str]):
    """Text from outside, made keepable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keepable(value)


class Moment(TypeDecorator[datetime]):
    """An instant: ISO 8601 text in UTC on SQLite, where tools can read it, and timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store keeps instants only")
        value = value.astimezone(UTC)
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class When(TypeDecorator["datetime | date"]):
    """A day or an instant, as far as it is known: ISO 8601 text in UTC, which sorts by time on both databases."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(String(collation="C" if dialect.name == "postgresql" else None))

    def process_bind_param(self, value: datetime | date | None, dialect: Dialect) -> str | None:
        return None if value is None else when_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | date | None:
        return None if value is None else when_of(value)


def when_text(value: datetime | date) -> str:
    """ISO 8601; an instant in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat()


def when_of(text: str) -> datetime | date:
    """The day or instant that ``when_text`` wrote."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


class Amount(TypeDecorator[Decimal]):
    """An exact number: plain digits as text on SQLite (which has no decimals), numeric on PostgreSQL."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return amount_text(value) if dialect.name == "sqlite" else Decimal(amount_text(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def amount_text(value: Decimal) -> str:
    """Plain digits without exponent or trailing zeros: 6E+8 is 600000000; raises ValueError for NaN and infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
