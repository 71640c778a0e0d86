"""A report found by the code that its reporter got; shared by the verbs of the tracking page."""

from app.domain.errors import NotFound
from app.domain.records import StoredCase
from app.domain.records_traffic import ReportRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: acts of a reporter -> message
MESSAGES = {"rate": "citizen.rated", "supplement": "evt.supplemented", "withdraw": "evt.withdrawn"}


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
