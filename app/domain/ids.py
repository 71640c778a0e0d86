"""Identifiers: time-ordered UUIDs that carry the county, so that any key finds its shard.

Layout (RFC 9562, version 7): 48 bits milliseconds, 4 bits version, 12 bits entropy, 2 bits variant, 14 bits county,
48 bits entropy. The county number is the one in its unit code: 11 for `33.02.11`, 0 for the city itself; the 14 bits
leave room for the last four digits of a division code where several cities share one database.
"""

import hashlib
import os
from datetime import UTC, datetime
from uuid import UUID


def _layout(milliseconds: int, county: int, entropy: int) -> UUID:
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= ((entropy >> 48) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= (county & 0x3FFF) << 48
    value |= entropy & (2**48 - 1)
    return UUID(int=value)


def _milliseconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)


def new_id(county: int, at: datetime) -> UUID:
    """Make a fresh id for a row of that county; at: aware time."""
    return _layout(_milliseconds(at), county, int.from_bytes(os.urandom(8), "big"))


def derived_id(parent: UUID, key: str, at: datetime) -> UUID:
    """Make the id of something that a replay must find again: same parent, key and time give the same id."""
    digest = hashlib.sha256(parent.bytes + key.encode()).digest()
    return _layout(_milliseconds(at), county_of(parent), int.from_bytes(digest[:8], "big"))


def county_of(identifier: UUID) -> int:
    """Read the county number out of an id made here (any other UUID gives some number that finds nothing)."""
    return (identifier.int >> 48) & 0x3FFF
