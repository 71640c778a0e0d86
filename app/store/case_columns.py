"""The columns of a case that are copied out of its record, so that lists need not open it.

A record is written by diagrams, so nothing in it is taken for granted: a value of the wrong shape reads as none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.store.tables.work import PLACES

_TEXTS = (
    "status", "nature", "channel", "item_code", "affair_code", "platform", "urgency", "command_room", "lead_unit",
    "accused_unit", "reported_by", "close_reason", "origin_no",
)  # fmt: skip
#: longest summary that a list shows
SUMMARY = 120
#: longest number of a case; what is longer is none, and must not break an index
_NUMBER = 64

#: column -> type, in the order of the statements
COLUMNS: dict[str, str] = {
    **dict.fromkeys(_TEXTS, "text"), **dict.fromkeys(PLACES.values(), "text"),
    "event_no": "text", "summary": "text", "record": "jsonb", "assist_units": "text[]", "confidential": "boolean",
    "business_due_at": "timestamptz", "lat": "double precision", "lon": "double precision", "search": "text",
}  # fmt: skip
#: the ones that tasks carry too
TASK_COLUMNS = (
    "event_no",
    "summary",
    "urgency",
    "item_code",
    *PLACES.values(),
    "accused_unit",
    "confidential",
)


#: what of a record the columns are made of
_SOURCES = (
    *_TEXTS, *(column.removeprefix("unit_") for column in PLACES.values()), "event_no", "title", "content",
    "address_text", "assist_units", "confidential", "business_due_at", "lat", "lon",
)  # fmt: skip


def same_columns(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two records give the same columns, except for `record` itself."""
    for name in _SOURCES:
        mine, his = one.get(name), other.get(name)
        # 1 is True in Python, and not in a column
        if mine is not his and (mine != his or type(mine) is not type(his)):
            return False
    return bool(_limit(one, "business").get("due_at") == _limit(other, "business").get("due_at"))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -360 <= value <= 360 else None


def moment(value: Any) -> datetime | None:
    """Read an RFC 3339 moment; anything else, or one without offset, is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo else None


def _limit(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    limits = record.get("limits")
    found = limits.get(name) if isinstance(limits, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def columns_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Take the columns out of a record; `record` itself is left to the caller to write."""
    title, content = _text(record.get("title")), _text(record.get("content"))
    address = _text(record.get("address_text"))
    event_no = _text(record.get("event_no"))
    assist = record.get("assist_units")
    due = moment(record.get("business_due_at")) or moment(_limit(record, "business").get("due_at"))
    found = {name: _text(record.get(name)) for name in _TEXTS}
    found.update({column: _text(record.get(column.removeprefix("unit_"))) for column in PLACES.values()})
    if len(found["origin_no"]) > _NUMBER:
        found["origin_no"] = ""
    return found | {
        "event_no": event_no or None,
        "summary": (title or content)[:SUMMARY],
        "assist_units": [_text(unit) for unit in assist if _text(unit)] if isinstance(assist, (list, tuple)) else [],
        "confidential": record.get("confidential") is True,
        "business_due_at": due,
        "lat": _number(record.get("lat")),
        "lon": _number(record.get("lon")),
        "search": " ".join(filter(None, (event_no, title, content, address))).lower(),
    }
