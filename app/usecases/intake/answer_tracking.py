"""Act on one's own report: rate it, add to it, withdraw it, object to its refusal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import ActNotOpen, Invalid
from app.domain.ids import derived_id
from app.domain.records import StoredCase
from app.domain.records_traffic import ReportRow
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.intake.own_report import MESSAGES, find_report, is_hidden, token_of
from app.usecases.intake.track_report import Tracking, track_report
from app.usecases.stepping import command_of, make_world
from app.usecases.writing import write_step

SATISFACTION = ("satisfied", "basically_satisfied", "unsatisfied")
_LONGEST = 2000
_MOST_PHOTOS = 9
#: as the form of the officer who writes it down asks
_SHORTEST_OBJECTION = 6


def answer_tracking(
    tools: Tools, *, event_no: str, tracking_code: str, act: str, answers: Mapping[str, Any]
) -> Tracking:
    """Send a reporter's message to his case.

    Args:
        act: rate {solved: yes/partly/no, satisfaction, note}, supplement {text, photos},
            withdraw {reason} or object {objection, photos}.

    Writes:
        MessageReceived and what follows.

    Raises:
        ReportNotFound: number and code do not belong together.
        ActNotOpen: the case does not wait for it now.
        Invalid: per field.
    """
    at = tools.clock.now()
    checked = _checked(act, answers)
    with tools.store.unit_of_work() as uow:
        case, report = find_report(tools, uow, event_no, tracking_code)
        case = uow.cases.lock(case.id)
        hidden = is_hidden(report.nature, report.confidential, report.anonymous)
        token = token_of(report.id)
        reporter = token if hidden or not report.reported_by else replace(token, id=report.reported_by)
        command = command_of(reporter, at, ("citizen", ""))
        payload = _payload(act, checked, case)
        if checked.get("photos"):
            payload["photos"] = _photos(uow, case, report, reporter, checked["photos"], at)
        progress = commands.deliver(make_world(tools, uow, case.id), command, case.state, MESSAGES[act], payload)
        if progress is None:
            raise ActNotOpen()
        write_step(tools, uow, case, progress, command)
        uow.commit()
    return track_report(tools, event_no=event_no, tracking_code=tracking_code)


def _payload(act: str, checked: dict[str, Any], case: StoredCase) -> dict[str, Any]:
    """Write the message as the diagrams read it: what was added follows what was said before."""
    if act != "supplement":
        return {name: value for name, value in checked.items() if name != "photos"}
    said = str(case.record.get("content") or "")
    return {"content": f"{said}\n补充:{checked['text']}".strip(), "supplement_text": checked["text"]}


def _photos(
    uow: UnitOfWork, case: StoredCase, report: ReportRow, reporter: Actor, sent: list[UUID], at: datetime
) -> list[str]:
    """Bring the new photos to the case; all photos of the report, the old ones first.

    Raises:
        Invalid: one of them is not there.
    """
    # what he sent before: with the report, and with earlier supplements
    mine = {"", reporter.id, report.reported_by}
    earlier = [str(row.id) for row in uow.attachments.of_case(case.id) if row.uploaded_by in mine and not row.task_id]
    files = {one: derived_id(case.id, str(one), at) for one in sent}
    # on the page of his report he has no account; in his own inbox he has
    found = uow.attachments.adopt(files, case.id, uploaded_by="")
    if report.reported_by:
        found += uow.attachments.adopt(files, case.id, uploaded_by=report.reported_by, kept_as=reporter.id)
    if found != len(files):
        raise Invalid(errors={"photos": ["有照片尚未上传成功，请重新上传。"]})
    before = [str(one) for one in case.record.get("photos") or ()]
    return list(dict.fromkeys([*before, *earlier, *map(str, files.values())]))


def _identifiers(sent: Any) -> list[UUID]:
    try:
        found = list(dict.fromkeys(UUID(str(one)) for one in (sent if isinstance(sent, (list, tuple)) else ())))
    except ValueError:
        raise Invalid(errors={"photos": ["照片编号有误。"]}) from None
    if len(found) > _MOST_PHOTOS:
        raise Invalid(errors={"photos": [f"至多 {_MOST_PHOTOS} 张。"]})
    return found


def _checked(act: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    if act not in MESSAGES:
        raise Invalid(errors={"act": [", ".join(MESSAGES)]})
    text = str(next(filter(None, map(answers.get, ("note", "text", "reason", "objection"))), "")).strip()
    if len(text) > _LONGEST:
        raise Invalid(errors={"text": [f"至多 {_LONGEST} 字。"]})
    if act == "supplement":
        if not text:
            raise Invalid(errors={"text": ["请填写补充内容。"]})
        return {"text": text, "photos": _identifiers(answers.get("photos"))}
    if act == "withdraw":
        return {"withdraw_reason": text}
    if act == "object":
        if len(text) < _SHORTEST_OBJECTION:
            raise Invalid(errors={"objection": [f"请写明异议理由，至少 {_SHORTEST_OBJECTION} 字。"]})
        return {"objection": text, "photos": _identifiers(answers.get("photos"))}
    if answers.get("solved") not in ("yes", "partly", "no"):
        raise Invalid(errors={"solved": ["yes, partly, no"]})
    if answers.get("satisfaction") not in SATISFACTION:
        raise Invalid(errors={"satisfaction": list(SATISFACTION)})
    return {"solved": answers["solved"], "satisfaction": answers["satisfaction"], "rating_note": text}
