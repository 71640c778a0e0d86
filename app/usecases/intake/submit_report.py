"""Take a report from any channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import InvalidReport
from app.domain.ids import derived_id, new_id
from app.domain.org import anchors, nearest_superior
from app.domain.records import StoredCase
from app.domain.records_traffic import ReportRow
from app.domain.rights import false_claims
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.intake.admit_voices import admit_voices
from app.usecases.intake.own_report import is_hidden, token_of
from app.usecases.operations.events import find_place
from app.usecases.stepping import command_of, make_world, seat_of
from app.usecases.writing import write_start

#: the top process of every event
PROCESS = "event_lifecycle"
_TITLE = 40
_FILES = ("photos", "after_photos")
#: a voice proves nothing that a diagram asks for: it comes along as a file of the case
_KEPT = (*_FILES, "voices")
#: the first report of a case has an id that follows from the case
REPORT_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_PLAIN = ("nature", "channel", "content", "lat", "lon", "item_hint", "danger_flags", "self_handled")


@dataclass(frozen=True)
class Submitted:
    """The number under which a report runs."""

    event_no: str
    case_id: UUID
    #: shown once to the reporter; empty when the report was already known
    tracking_code: str
    created: bool


def submit_report(
    tools: Tools, *, actor: Actor | None, report: Mapping[str, Any], at: datetime | None = None
) -> Submitted:
    """Open a case for a report, or find the case that it already has.

    Args:
        actor: who files it; None for a citizen without account.
        report: keys of `POST /api/v1/reports`, already checked for shape.
        at: when it is accepted, for imports on a movable clock; otherwise now.

    Returns:
        The event's number; the same (channel, source_system, source_id) gives the same event.

    Writes:
        the report; CaseStarted and everything the diagrams do up to their first stop.

    Raises:
        InvalidReport: what the sender may not say of it; a unit or an attachment that is not there; a voice that
            lasts too long.
        StepFailed: the diagram cannot go on.
    """
    at = at or tools.clock.now()
    signed = actor or Actor(id="", username="", name="群众")
    _check_claims(actor, report)
    admit_voices(tools, voices=report.get("voices") or ())
    with tools.store.unit_of_work() as uow:
        _check_units(uow, report)
        event = {**_event(tools, signed, report), **_own_place(signed, report)}
        case_id = new_id(_county(tools, event), at)
        known = _known(uow, report, case_id)
        if known is not None:
            return known
        files = {UUID(str(one)): derived_id(case_id, str(one), at) for name in _KEPT for one in report.get(name) or ()}
        named = _signature(signed, report, derived_id(case_id, "report", REPORT_EPOCH))
        event["reported_by"] = named.id or None
        variables = _variables(report, named, files) | {"phone_key": _phone_key(tools, report)}
        event["photos"] = variables["photos"]
        command = command_of(named if named.id else SYSTEM, at, seat_of(named))
        progress = commands.start(make_world(tools, uow, case_id), command, PROCESS, variables, event)
        case = write_start(tools, uow, case_id, PROCESS, progress, command, named.id)
        code = tools.secrets.new_tracking_code()
        uow.reports.add(_row(tools, case, signed, report, at, code))
        if files and _adopt(uow, files, case_id, signed, named) != len(files):
            raise InvalidReport(errors={"photos": ["有照片或录音尚未上传成功，请重新上传。"]})
        uow.commit()
    return Submitted(case.event_no or "", case_id, code, created=True)


def _check_claims(actor: Actor | None, report: Mapping[str, Any]) -> None:
    """Believe channel, source and handling on the spot only from those whose work it is."""
    refused = false_claims(actor, report)
    if refused:
        english = actor is not None and actor.locale == "en"
        raise InvalidReport(errors={name: [needed.en if english else needed.zh] for name, needed in refused.items()})


def _own_place(actor: Actor, report: Mapping[str, Any]) -> dict[str, str]:
    """Take the grid worker's own place for a report that names none: he stands in it."""
    if report.get("lat") is not None or report.get("grid") or report.get("street"):
        return {}
    grids = sorted({a.unit for a in actor.assignments if a.role in ("grid_member", "grid_leader")})
    if not grids:
        return {}
    place = grids[0] if len(grids) == 1 else nearest_superior(grids)
    return {name: place for name in ("grid", "village", "street") if anchors(place).as_dict().get(name) == place}


def _check_units(uow: UnitOfWork, report: Mapping[str, Any]) -> None:
    """Refuse a report that names a unit which the city does not have: nobody would own its case."""
    named = {name: str(report[name]) for name in ("grid", "street") if report.get(name)}
    # a code is plain letters; anything else is not even asked for
    known = uow.units.many(code for code in named.values() if code.isascii() and code.isprintable()) if named else {}
    wrong = {name: ["没有这个网格或单位。"] for name, code in named.items() if code not in known}
    if wrong:
        raise InvalidReport(errors=wrong)


def _adopt(uow: UnitOfWork, files: Mapping[UUID, UUID], case_id: UUID, signed: Actor, named: Actor) -> int:
    return uow.attachments.adopt(files, case_id, uploaded_by=signed.id, kept_as=named.id)


def _signature(actor: Actor, report: Mapping[str, Any], report_id: UUID) -> Actor:
    """Choose who signs the case: nobody's account where the reporter himself wants, or must, stay unknown.

    The account of such a reporter stands in the table of reports alone, so that he finds what he reported.
    """
    reporter = _reporter(report)
    hidden = is_hidden(report.get("nature"), reporter.get("confidential"), reporter.get("anonymous"))
    # what a grid worker did himself is his own work, which others verify: he must be named there
    own = not reporter.get("name") and not report.get("self_handled")
    if not hidden or not actor.id or actor.machine or not (own or actor.roles <= {"citizen"}):
        return actor
    return token_of(report_id)


def _known(uow: UnitOfWork, report: Mapping[str, Any], case_id: UUID) -> Submitted | None:
    """Reserve the source's own number; a second report under it is the first one again."""
    if not report.get("source_id"):
        return None
    source = (report["channel"], report.get("source_system") or "", report["source_id"])
    key = uow.reports.reserve(*source, derived_id(case_id, "report", REPORT_EPOCH), case_id)
    if key is None:
        return None
    uow.rollback()
    return Submitted(key.event_no or "", key.case_id, "", created=False)


def _county(tools: Tools, event: Mapping[str, Any]) -> int:
    place = find_place(tools, event)
    county = anchors(place).county if place else None
    return int(county.split(".")[2]) if county else 0


def _reporter(report: Mapping[str, Any]) -> Mapping[str, Any]:
    return report.get("reporter") or {}


def _event(tools: Tools, actor: Actor, report: Mapping[str, Any]) -> dict[str, Any]:
    """Build the first record of the event; nothing in it names the reporter."""
    reporter = _reporter(report)
    happened = report.get("happened_at")
    content = str(report.get("content") or "")
    event = {name: report.get(name) for name in _PLAIN}
    return {
        **event,
        "title": report.get("title") or content[:_TITLE],
        "address_text": report.get("address") or report.get("address_text") or "",
        "happened_at": happened.isoformat() if isinstance(happened, datetime) else happened,
        "grid": report.get("grid") or None,
        "street": report.get("street") or None,
        "city": tools.city.root,
        "source_system": report.get("source_system") or "",
        "source_id": report.get("source_id") or "",
        "confidential": bool(reporter.get("confidential")) or report.get("nature") == "report",
        "anonymous": bool(reporter.get("anonymous")),
        "wants_callback": bool(reporter.get("wants_callback")),
        "has_phone": bool(reporter.get("phone")),
        "by_officer": bool(actor.roles - {"citizen"}) or actor.machine,
        "photos": [],
        "status": "reported",
    }


def _variables(report: Mapping[str, Any], actor: Actor, files: Mapping[UUID, UUID]) -> dict[str, Any]:
    reporter = _reporter(report)
    return {
        **{name: report.get(name) for name in _PLAIN},
        **{name: [str(files[UUID(str(one))]) for one in report.get(name) or ()] for name in _FILES},
        "address_text": report.get("address") or report.get("address_text") or "",
        "street": report.get("street") or None,
        "anonymous": bool(reporter.get("anonymous")),
        "confidential": bool(reporter.get("confidential")),
        "wants_callback": bool(reporter.get("wants_callback")),
        "reported_by": actor.id or None,
    }


def _phone_key(tools: Tools, report: Mapping[str, Any]) -> str | None:
    """Return what finds the reports of one person without knowing his number; nothing for a hidden reporter."""
    reporter = _reporter(report)
    if is_hidden(report.get("nature"), reporter.get("confidential"), reporter.get("anonymous")):
        return None
    found = tools.secrets.phone_hash(str(reporter.get("phone") or ""))
    return found.hex() if found else None


def _row(
    tools: Tools, case: StoredCase, actor: Actor, report: Mapping[str, Any], at: datetime, code: str
) -> ReportRow:
    reporter = _reporter(report)
    named = {name: str(reporter.get(name) or "") for name in ("name", "phone")}
    sealed = tools.secrets.encrypt(named, context=str(case.id)) if any(named.values()) else None
    return ReportRow(
        county=case.county, id=derived_id(case.id, "report", REPORT_EPOCH), case_id=case.id,
        channel=report["channel"], source_system=report.get("source_system") or "",
        source_id=report.get("source_id") or "", received_at=at, nature=report.get("nature") or "",
        content=str(report.get("content") or ""), lat=report.get("lat"), lon=report.get("lon"),
        address_text=report.get("address") or report.get("address_text") or "",
        item_hint=report.get("item_hint") or "", anonymous=bool(reporter.get("anonymous")),
        confidential=bool(reporter.get("confidential")), wants_callback=bool(reporter.get("wants_callback")),
        reported_by=actor.id, reporter_enc=sealed, phone_hash=tools.secrets.phone_hash(named["phone"]),
        tracking_hash=tools.secrets.tracking_hash(code),
    )  # fmt: skip
