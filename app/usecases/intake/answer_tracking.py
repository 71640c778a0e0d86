"""Act on one's own report: rate, add to it, withdraw it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import ActNotOpen, Invalid
from app.domain.records import StoredCase
from app.engine import commands
from app.usecases import Tools
from app.usecases.intake.own_report import MESSAGES, find_report, is_hidden, token_of
from app.usecases.intake.track_report import Tracking, track_report
from app.usecases.stepping import command_of, make_world, write_step

SATISFACTION = ("satisfied", "basically_satisfied", "unsatisfied")
_LONGEST = 2000


def answer_tracking(
    tools: Tools, *, event_no: str, tracking_code: str, act: str, answers: Mapping[str, Any]
) -> Tracking:
    """Send a reporter's message to his case.

    Args:
        act: rate {solved: yes/partly/no, satisfaction, note}, supplement {text, attachments} or
            withdraw {reason}.

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
        progress = commands.deliver(make_world(tools, uow, case.id), command, case.state, MESSAGES[act], payload)
        if progress is None:
            raise ActNotOpen()
        write_step(uow, case, progress, command)
        uow.commit()
    return track_report(tools, event_no=event_no, tracking_code=tracking_code)


def _payload(act: str, checked: dict[str, Any], case: StoredCase) -> dict[str, Any]:
    """Write the message as the diagrams read it: what was added follows what was said before."""
    if act != "supplement":
        return checked
    said = str(case.record.get("content") or "")
    return {"content": f"{said}\n补充:{checked['text']}".strip(), "supplement_text": checked["text"]}


def _checked(act: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    if act not in MESSAGES:
        raise Invalid(errors={"act": ["rate, supplement, withdraw"]})
    text = str(answers.get("note") or answers.get("text") or answers.get("reason") or "").strip()
    if len(text) > _LONGEST:
        raise Invalid(errors={"text": [f"至多 {_LONGEST} 字。"]})
    if act == "supplement":
        if not text:
            raise Invalid(errors={"text": ["请填写补充内容。"]})
        return {"text": text}
    if act == "withdraw":
        return {"withdraw_reason": text}
    if answers.get("solved") not in ("yes", "partly", "no"):
        raise Invalid(errors={"solved": ["yes, partly, no"]})
    if answers.get("satisfaction") not in SATISFACTION:
        raise Invalid(errors={"satisfaction": list(SATISFACTION)})
    return {"solved": answers["solved"], "satisfaction": answers["satisfaction"], "rating_note": text}
