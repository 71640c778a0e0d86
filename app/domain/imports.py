"""Turn rows of another city's table into reports, by a mapping file; nothing is read or written here."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.city.plan import read_box
from app.domain.city.records import Box
from app.domain.errors import Invalid

_PLACE_HOLDER = re.compile(r"\{([A-Za-z0-9_ ]{1,60})\}")
_LONGEST_CONTENT, _LONGEST_ADDRESS, _LONGEST_ID = 4000, 300, 120
_DIGITS = 6

_REASONS = {
    "no_id": ("没有编号", "The row has no number of its own"),
    "bad_time": ("时间无法识别：{value}", "The time cannot be read: {value}"),
    "unmapped_type": ("类型“{value}”没有对应的事项", "No item is mapped to the type {value!r}"),
    "unmapped_place": ("片区“{value}”没有对应的街道", "No street is mapped to the neighbourhood {value!r}"),
    "no_point": ("没有坐标", "The row has no position"),
    "outside": ("坐标不在片区“{value}”的范围内", "The position lies outside the neighbourhood {value!r}"),
    "too_short": ("内容过短", "The content is too short"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where the points of a neighbourhood go: one box is stretched onto another."""

    street: str
    #: west, south, east, north of the neighbourhood in the source
    source: Box
    #: west, south, east, north in our city
    target: Box

    def move(self, lat: float, lon: float) -> tuple[float, float] | None:
        """Move a point, latitude first; None if it lies outside the source box."""
        west, south, east, north = self.source
        if not (isfinite(lat) and isfinite(lon) and west <= lon <= east and south <= lat <= north):
            return None
        to_west, to_south, to_east, to_north = self.target
        moved_lat = to_south + (lat - south) / (north - south) * (to_north - to_south)
        moved_lon = to_west + (lon - west) / (east - west) * (to_east - to_west)
        return round(moved_lat, _DIGITS), round(moved_lon, _DIGITS)


@dataclass(frozen=True)
class ImportMapping:
    """How the columns of a table become a report."""

    channel: str
    source_system: str
    #: column of the row's own number
    id_column: str
    time_column: str
    zone: ZoneInfo
    lat_column: str
    lon_column: str
    #: texts with {column} in them
    content: str
    address: str
    type_column: str
    #: {type: (item, nature)}
    items: Mapping[str, tuple[str, str]]
    place_column: str
    #: {neighbourhood: where its points go}
    places: Mapping[str, Target]
    reporter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One report as `POST /api/v1/reports` takes it, and the moment at which it came in."""

    channel: str
    source_system: str
    source_id: str
    nature: str
    content: str
    lat: float
    lon: float
    address_text: str
    street: str
    item_hint: str
    reporter: Mapping[str, Any]
    #: when it happened and was reported; limits run from here
    reported_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Write the keys of `POST /api/v1/reports`; `reported_at` is the moment of acceptance, not a key."""
        return {
            "channel": self.channel,
            "source_system": self.source_system,
            "source_id": self.source_id,
            "nature": self.nature,
            "content": self.content,
            "lat": self.lat,
            "lon": self.lon,
            "address": self.address_text,
            "item_hint": self.item_hint,
            "happened_at": self.reported_at.isoformat(),
            "reporter": dict(self.reporter),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken."""

    reason: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        """Say it in Chinese or English."""
        return _REASONS[self.reason][0 if language.startswith("zh") else 1].format(**self.detail)


def read_mapping(listed: Mapping[str, Any]) -> ImportMapping:
    """Read a mapping file's content.

    Raises:
        Invalid: something is missing or makes no sense; the message says what.
    """
    try:
        nature, places = listed["nature"], listed["places"]
        return ImportMapping(
            channel=str(listed["channel"]),
            source_system=str(listed["source_system"]),
            id_column=listed["id"],
            time_column=listed["time"]["column"],
            zone=ZoneInfo(listed["time"]["zone"]),
            lat_column=listed["point"]["lat"],
            lon_column=listed["point"]["lon"],
            content=listed["content"],
            address=listed["address"],
            type_column=listed["items"]["column"],
            items=MappingProxyType({name: _item(row, nature) for name, row in listed["items"]["values"].items()}),
            place_column=places["column"],
            places=MappingProxyType(
                {
                    name: Target(row["street"], read_box(row["box"]), read_box(places["streets"][row["street"]]))
                    for name, row in places["values"].items()
                }
            ),
            reporter=MappingProxyType(dict(listed["reporter"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ZoneInfoNotFoundError) as cause:
        raise Invalid(f"The mapping file cannot be read: {type(cause).__name__} {cause}.") from cause


def convert(row: Mapping[str, Any], mapping: ImportMapping) -> ReportDraft | Refusal:
    """Turn one row into a report, or say why not.

    Args:
        row: {column: text}; values are foreign and may be anything.
        mapping: from `read_mapping`.
    """
    source_id = _cell(row, mapping.id_column)[:_LONGEST_ID]
    if not source_id:
        return Refusal("no_id")
    at = _moment(_cell(row, mapping.time_column), mapping.zone)
    if at is None:
        return Refusal("bad_time", {"value": _cell(row, mapping.time_column)[:60]})
    kind, place = _cell(row, mapping.type_column), _cell(row, mapping.place_column)
    if kind not in mapping.items:
        return Refusal("unmapped_type", {"value": kind[:120]})
    if place not in mapping.places:
        return Refusal("unmapped_place", {"value": place[:120]})
    point = _point(row, mapping)
    if point is None:
        return Refusal("no_point")
    moved = mapping.places[place].move(*point)
    if moved is None:
        return Refusal("outside", {"value": place})
    content = _filled(mapping.content, row)[:_LONGEST_CONTENT]
    if len(content) < 6:
        return Refusal("too_short")
    return _draft(row, mapping, source_id, at, (kind, place), moved, content)


def _draft(
    row: Mapping[str, Any],
    mapping: ImportMapping,
    source_id: str,
    at: datetime,
    names: tuple[str, str],
    point: tuple[float, float],
    content: str,
) -> ReportDraft:
    """Put a report together from what was found in a row; names: type and neighbourhood."""
    item, nature = mapping.items[names[0]]
    return ReportDraft(
        channel=mapping.channel,
        source_system=mapping.source_system,
        source_id=source_id,
        nature=nature,
        content=content,
        lat=point[0],
        lon=point[1],
        address_text=_filled(mapping.address, row)[:_LONGEST_ADDRESS],
        street=mapping.places[names[1]].street,
        item_hint=item,
        reporter=mapping.reporter,
        reported_at=at,
    )


def _item(row: str | Mapping[str, str], nature: str) -> tuple[str, str]:
    """Read `C12-05` or `{item: C22-01, nature: consult}`."""
    return (row, nature) if isinstance(row, str) else (row["item"], row.get("nature", nature))


def _cell(row: Mapping[str, Any], column: str) -> str:
    """Read a cell as one line without control characters."""
    value = row.get(column)
    text = "" if value is None else str(value)
    return "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text).strip()


def _filled(template: str, row: Mapping[str, Any]) -> str:
    """Put cells into a text; nothing of a cell is ever read as a template."""
    return _PLACE_HOLDER.sub(lambda found: _cell(row, found[1]), template).strip()


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a moment; without an offset it is the wall clock of the mapping's zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1950 <= at.year <= 2100:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _point(row: Mapping[str, Any], mapping: ImportMapping) -> tuple[float, float] | None:
    """Read latitude and longitude."""
    try:
        return float(_cell(row, mapping.lat_column)), float(_cell(row, mapping.lon_column))
    except ValueError:
        return None
