"""A case in a few lines; shared by the verbs that show one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.clocks import light
from app.domain.org import Unit
from app.domain.records import CaseRow, StoredCase
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


@dataclass(frozen=True)
class CaseSummary:
    """What a list and the head of a page show of a case."""

    id: UUID
    event_no: str
    process: str
    summary: str
    status: str
    phase: str
    nature: str
    channel: str
    urgency: str
    item_code: str
    item_name: str
    affair_name: str
    platform_name: str
    #: the rule that the item's catalogue entry shows to officers
    reference: str
    #: name of the nearest known unit: grid, village, street, county
    place: str
    lead_unit: str
    address_text: str
    content: str
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str
    due_at: datetime | None
    light: str
    confidential: bool
    lat: float | None
    lon: float | None
    #: somebody lets it stand still
    suspended: bool


def names_of(uow: UnitOfWork, codes: list[str], locale: str) -> dict[str, str]:
    """Name units, {code: name}."""
    return named(uow.units.many([code for code in codes if code]), locale)


def named(found: Mapping[str, Unit], locale: str) -> dict[str, str]:
    """Say the names of units that were read, {code: name}."""
    return {code: (unit.name_en if locale == "en" and unit.name_en else unit.name) for code, unit in found.items()}


def summarise(tools: Tools, case: StoredCase, names: Mapping[str, str], now: datetime, locale: str) -> CaseSummary:
    """Sum up a stored case; a confidential one keeps its text, which names nobody."""
    record = case.record
    business = (record.get("limits") or {}).get("business") or {}
    due = datetime.fromisoformat(business["due_at"]) if business.get("due_at") else None
    return CaseSummary(
        id=case.id, event_no=case.event_no or "", process=case.process, summary=case.summary, status=case.status,
        phase=str(record.get("phase") or ""), nature=str(record.get("nature") or ""),
        channel=str(record.get("channel") or ""), urgency=str(record.get("urgency") or ""),
        item_code=str(record.get("item_code") or ""), **_catalogue_names(tools, record.get("item_code"), locale),
        place=_place(record, names), lead_unit=names.get(str(record.get("lead_unit") or ""), ""),
        address_text=str(record.get("address_text") or ""), content=str(record.get("content") or ""),
        opened_at=case.opened_at, closed_at=case.closed_at, close_reason=str(record.get("close_reason") or ""),
        due_at=due, light="" if case.closed_at or not business else light({**business, "paused_at":
                business.get("paused_at")}, now), confidential=case.confidential,
        lat=record.get("lat"), lon=record.get("lon"), suspended=case.suspended,
    )  # fmt: skip


def summarise_row(tools: Tools, row: CaseRow, names: Mapping[str, str], now: datetime, locale: str) -> CaseSummary:
    """Sum up a case of a list."""
    places = {"grid": row.unit_grid, "village": row.unit_village, "street": row.unit_street, "county": row.unit_county}
    return CaseSummary(
        id=row.id, event_no=row.event_no or "", process=row.process, summary=row.summary, status=row.status, phase="",
        nature=row.nature, channel=row.channel, urgency=row.urgency, item_code=row.item_code,
        **_catalogue_names(tools, row.item_code, locale), place=_place(places, names),
        lead_unit=names.get(row.lead_unit, ""), address_text="", content="", opened_at=row.opened_at,
        closed_at=row.closed_at, close_reason=row.close_reason, due_at=row.business_due_at,
        light="" if row.closed_at or not row.business_due_at else light({"due_at": row.business_due_at}, now),
        confidential=row.confidential, lat=row.lat, lon=row.lon, suspended=row.suspended,
    )  # fmt: skip


def _catalogue_names(tools: Tools, code: Any, locale: str) -> dict[str, str]:
    catalogue = tools.city.catalogue
    item = catalogue.items.get(str(code or ""))
    if item is None:
        return {"item_name": "", "affair_name": "", "platform_name": "", "reference": ""}
    affair, platform = catalogue.affairs[item.affair], catalogue.platform_of(item.code)
    english = locale == "en"
    return {
        "item_name": item.en if english else item.zh,
        "affair_name": affair.en if english else affair.zh,
        "platform_name": platform.en if english else platform.zh,
        "reference": item.reference[1 if english else 0],
    }


def _place(places: Mapping[str, Any], names: Mapping[str, str]) -> str:
    known = [str(places.get(name) or "") for name in ("street", "village", "grid")]
    found = [names[code] for code in known if code in names]
    return " · ".join(found) or names.get(str(places.get("county") or ""), "")
