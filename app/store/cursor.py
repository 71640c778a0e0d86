"""Where a page ended, as opaque text."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from app.domain.errors import Invalid


def write_cursor(sort: str, values: Sequence[object]) -> str:
    """Write the last row's sort values."""
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    raw = json.dumps([sort, *texts], separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _moment(text: str) -> str:
    return text if text == "infinity" else datetime.fromisoformat(text).isoformat()


def _id(text: str) -> str:
    return str(UUID(text))


_READ: dict[str, Callable[[str], str]] = {"timestamptz": _moment, "uuid": _id, "text": str}


def read_cursor(cursor: str, sort: str, kinds: Sequence[str]) -> list[str]:
    """Read the sort values of a cursor.

    Args:
        sort: must be the one that the cursor was written for.
        kinds: SQL types of the values, for example timestamptz and uuid.

    Raises:
        Invalid: it is not a cursor of this list.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        found = json.loads(raw)
        if not isinstance(found, list) or found[:1] != [sort] or not all(isinstance(v, str) for v in found):
            raise ValueError(cursor)
        return [_READ[kind](value) for kind, value in zip(kinds, found[1:], strict=True)]
    except (ValueError, OverflowError, binascii.Error, RecursionError) as cause:
        raise Invalid("This is not where a page of this list ended; start again.", errors={"after": ["?"]}) from cause
