"""The words that the tables are written in."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def words(*names: str, null: bool = False, **kwargs: Any) -> list[Column[str]]:
    """Text columns; empty text stands for "none" unless null is allowed."""
    if not null:
        kwargs.setdefault("server_default", "")
    return [Column(name, Text, nullable=null, **kwargs) for name in names]


def key(name: str = "county", kind: Any = SmallInteger) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def uuid_key(name: str = "id") -> Column[Any]:
    """A UUID in the primary key."""
    return Column(name, Uuid, primary_key=True)


def county() -> Column[int]:
    """The county where it is not part of the key."""
    return Column("county", SmallInteger, nullable=False)


def moment(*names: str, null: bool = False) -> list[Column[Any]]:
    """Points in time."""
    return [Column(name, DateTime(timezone=True), nullable=null) for name in names]


def flag(*names: str) -> list[Column[bool]]:
    """Yes or no, no unless said."""
    return [Column(name, Boolean, nullable=False, server_default="false") for name in names]


def number(*names: str, default: str | None = "0", kind: Any = Integer) -> list[Column[Any]]:
    """Whole numbers."""
    return [Column(name, kind, nullable=False, server_default=default) for name in names]


def position() -> list[Column[Any]]:
    """A point in WGS84."""
    return [Column("lat", Double), Column("lon", Double)]


def raw(*names: str, null: bool = False) -> list[Column[Any]]:
    """Bytes."""
    return [Column(name, LargeBinary, nullable=null) for name in names]


def several(*names: str) -> list[Column[Any]]:
    """Lists of texts."""
    return [Column(name, ARRAY(Text), nullable=False, server_default="{}") for name in names]


def record(*names: str, null: bool = False) -> list[Column[Any]]:
    """JSON objects."""
    return [Column(n, JSONB, nullable=null, server_default=None if null else "{}") for n in names]
