"""A report found by the code that its reporter got; shared by the verbs of the tracking page."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.records import StoredCase
from app.domain.records_traffic import ReportRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: acts of a reporter -> message
MESSAGES = {
    "rate": "citizen.rated", "supplement": "evt.supplemented", "withdraw": "evt.withdrawn", "object": "evt.objected",
}  # fmt: skip


#: begins the signature of a reporter whose account nobody is to read
_TOKEN = "reporter:"


def is_hidden(nature: object, confidential: object, anonymous: object) -> bool:
    """Say whether a report may not name its reporter: he asked for it, or he reports officials."""
    return bool(confidential) or bool(anonymous) or nature == "report"


def token_of(report_id: UUID) -> Actor:
    """Give the reporter under whose signature no account can be found."""
    return Actor(id=f"{_TOKEN}{report_id}", username="", name="反映人")


def signer_of(uow: UnitOfWork, case: StoredCase, actor: Actor) -> Actor:
    """Choose who signs what a citizen does on a case: for his own hidden report, the reporter without account."""
    token = str(case.record.get("reported_by") or "")
    if token.startswith(_TOKEN) and actor.roles <= {"citizen"}:
        own = [one for one in uow.reports.of_case(case.id) if one.reported_by == actor.id]
        return token_of(own[0].id) if own else actor
    return actor


class ReportNotFound(NotFound):
    """No report has this number and tracking code."""

    slug = "report-not-found"


def find_report(tools: Tools, uow: UnitOfWork, event_no: str, tracking_code: str) -> tuple[StoredCase, ReportRow]:
    """Find the case of a report by the code that its reporter got."""
    report = uow.reports.by_tracking(tools.secrets.tracking_hash(tracking_code))
    case = uow.cases.find_by_event_no(event_no)
    if report is None or case is None or report.case_id != case.id:
        raise ReportNotFound()
    return case, report
