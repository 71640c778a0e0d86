"""Follow a report by its number and tracking code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.clocks import light, moment
from app.domain.records import StoredCase
from app.domain.records_traffic import ReporterMessage
from app.domain.titles import milestones_in_order
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.intake.own_report import MESSAGES, find_report
from app.usecases.intake.tries import guarded
from app.usecases.message_texts import message_texts
from app.usecases.operations.duplicates import may_hear_of

#: masters of masters that are followed
_MASTERS = 5


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
    unit_en: str
    milestones: Sequence[tuple[str, datetime]]
    messages: Sequence[Told]
    can_rate: bool
    can_supplement: bool
    can_withdraw: bool
    can_object: bool


def track_report(tools: Tools, *, event_no: str, tracking_code: str, address: str | None = None) -> Tracking:
    """Read what a reporter may see: where his event stands and what he was told; no names, no inner remarks.

    Args:
        address: from which somebody has typed the code; None for one that was right before.

    Writes:
        a typed code that was wrong.

    Raises:
        ReportNotFound: number and code do not belong together; which of them is wrong, is not said.
        TooManyCodes: too many wrong ones were typed.
    """
    if address is None:
        return _read(tools, event_no, tracking_code)
    return guarded(tools, "track", event_no, address, lambda: _read(tools, event_no, tracking_code))


def _read(tools: Tools, event_no: str, tracking_code: str) -> Tracking:
    with tools.store.unit_of_work() as uow:
        case, _ = find_report(tools, uow, event_no, tracking_code)
        return _tracking(tools, uow, case)


def _messages(uow: UnitOfWork, case: StoredCase) -> list[ReporterMessage]:
    """List what a reporter was told, and since his report was merged what those of the master are told.

    A master that has become confidential since, or is about an office, tells its own reporters alone.
    """
    found = list(uow.notices.for_reporter(case.id))
    for _ in range(_MASTERS):
        merged = (case.record.get("milestones") or {}).get("merged_at")
        number = case.record.get("master_event_no") if merged else None
        master = uow.cases.find_by_event_no(str(number)) if number else None
        if merged is None or master is None or not may_hear_of(case.record, master):
            break
        found += [row for row in uow.notices.for_reporter(master.id) if row.at >= moment(merged)]
        case = master
    return found


def _status(case: StoredCase) -> str:
    """Say that a report was refused even after its case was closed: nobody has handled it."""
    return "refused" if case.record.get("close_reason") == "refused" else case.status


def _tracking(tools: Tools, uow: UnitOfWork, case: StoredCase) -> Tracking:
    record = case.record
    waits = {row.message for row in uow.subscriptions.of_case(case.id) if row.open}
    lead = uow.units.find(str(record.get("lead_unit") or record.get("command_room") or ""))
    business = (record.get("limits") or {}).get("business") or {}
    return Tracking(
        event_no=case.event_no or "", title=case.summary, status=_status(case), phase=str(record.get("phase") or ""),
        light=light(business, tools.clock.now()) if business and case.closed_at is None else "",
        due_at=datetime.fromisoformat(business["due_at"]) if business else None, unit=lead.name if lead else "",
        unit_en=(lead.name_en or lead.name) if lead else "",
        milestones=milestones_in_order(record.get("milestones") or {}, tools.city.names),
        messages=[Told(row.at, *message_texts(tools, row.text, row.params)) for row in _messages(uow, case)],
        can_rate=MESSAGES["rate"] in waits, can_supplement=MESSAGES["supplement"] in waits,
        can_withdraw=MESSAGES["withdraw"] in waits, can_object=MESSAGES["object"] in waits,
    )  # fmt: skip
