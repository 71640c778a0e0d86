"""Follow a report by its number and tracking code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.clocks import light
from app.domain.records import StoredCase
from app.domain.titles import milestones_in_order
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.intake.own_report import MESSAGES, find_report


@dataclass(frozen=True)
class Told:
    """A message to the reporter."""

    at: datetime
    text: str
    text_en: str


@dataclass(frozen=True)
class Tracking:
    """What a reporter sees of his event."""

    event_no: str
    title: str
    status: str
    phase: str
    light: str
    due_at: datetime | None
    unit: str
    milestones: Sequence[tuple[str, datetime]]
    messages: Sequence[Told]
    can_rate: bool
    can_supplement: bool
    can_withdraw: bool


def track_report(tools: Tools, *, event_no: str, tracking_code: str) -> Tracking:
    """Read what a reporter may see: where his event stands and what he was told; no names, no inner remarks.

    Raises:
        ReportNotFound: number and code do not belong together; which of them is wrong, is not said.
    """
    with tools.store.unit_of_work() as uow:
        case, _ = find_report(tools, uow, event_no, tracking_code)
        return _tracking(tools, uow, case)


def _tracking(tools: Tools, uow: UnitOfWork, case: StoredCase) -> Tracking:
    record = case.record
    waits = {row.message for row in uow.subscriptions.of_case(case.id) if row.open}
    lead = uow.units.find(str(record.get("lead_unit") or record.get("command_room") or ""))
    business = (record.get("limits") or {}).get("business") or {}
    return Tracking(
        event_no=case.event_no or "", title=case.summary, status=case.status, phase=str(record.get("phase") or ""),
        light=light(business, tools.clock.now()) if business and case.closed_at is None else "",
        due_at=datetime.fromisoformat(business["due_at"]) if business else None, unit=lead.name if lead else "",
        milestones=milestones_in_order(record.get("milestones") or {}),
        messages=[_told(tools, row.at, row.text, row.params) for row in uow.notices.for_reporter(case.id)],
        can_rate=MESSAGES["rate"] in waits, can_supplement=MESSAGES["supplement"] in waits,
        can_withdraw=MESSAGES["withdraw"] in waits,
    )  # fmt: skip


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _told(tools: Tools, at: datetime, key: str, params: Mapping[str, Any]) -> Told:
    text = tools.city.texts.get(key) or {}
    zh, en = str(text.get("zh") or key), str(text.get("en") or text.get("zh") or key)
    return Told(at, zh.format_map(_words(tools, params, "zh")), en.format_map(_words(tools, params, "en")))


def _words(tools: Tools, params: Mapping[str, Any], locale: str) -> _Words:
    """Write the values of a message for people: moments by the city's clock, items by their names."""
    words = _Words()
    for name, value in params.items():
        item = tools.city.catalogue.items.get(str(value))
        moment = _moment(value)
        if item is not None:
            words[name] = item.en if locale == "en" else item.zh
        elif moment is not None:
            words[name] = tools.city.calendar.local(moment).strftime("%Y-%m-%d %H:%M")
        else:
            words[name] = "" if value is None else value
    return words


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
