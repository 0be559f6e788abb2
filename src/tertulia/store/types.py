"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from msgspec import json
from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

# SQLite gives a rowid only to INTEGER; as a value of 64 bits both names mean the same there.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps it as microseconds since 1970, so it sorts and compares exactly."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware")
        if dialect.name == "sqlite":
            return _microseconds(value)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            seconds, micro = divmod(value, 1_000_000)
            return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
        moment: datetime = value
        return moment.astimezone(UTC)


def _microseconds(value: datetime) -> int:
    whole = int(value.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + value.microsecond


class Json(TypeDecorator[Any]):
    """A small JSON value kept as text in both databases: we never query inside it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  # the base class names it
        return None if value is None else json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  # the base class names it
        return None if value is None else json.decode(value)


__all__ = ["BigInt", "Json", "UtcTime"]
