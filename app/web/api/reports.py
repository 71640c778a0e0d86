"""Reports from any channel."""

from typing import Any

from app.schemas.reports import ReportRecord, SubmittedRecord, SuggestionsRecord, SuggestQuery
from app.usecases.intake.submit_report import submit_report
from app.usecases.intake.suggest_affairs import suggest_affairs
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("reports", __name__, description="Reports")


@room.route("/reports", methods=["POST"])
@room.arguments(ReportRecord)
@room.response(201, SubmittedRecord)
@allow("report.file")
def post_report(report: dict[str, Any]) -> Any:
    """Take a report; the same channel, source_system and source_id again is the same report."""
    return submit_report(tools(), actor=actor(), report=report, at=None)


@room.route("/affairs/suggestions", methods=["GET"])
@room.arguments(SuggestQuery, location="query")
@room.response(200, SuggestionsRecord)
@allow("place.find")
def suggest(query: dict[str, Any]) -> Any:
    """Guess the affair that a text is about."""
    return {"suggestions": suggest_affairs(tools(), text=query["q"], limit=query["limit"])}
