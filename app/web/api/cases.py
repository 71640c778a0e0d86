"""Cases, their histories and the verdict on them."""

from typing import Any
from uuid import UUID

from app.schemas.cases import (
    CasePageRecord,
    CaseQuery,
    CaseRecord,
    CommentedRecord,
    CommentRecord,
    HistoryQuery,
    HistoryRecord,
    VerdictRecord,
)
from app.usecases.audit.read_history import read_history
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.comment_case import comment_case
from app.usecases.desk.list_cases import list_cases
from app.usecases.desk.read_case import read_case
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("cases", __name__, description="Cases")


@room.route("/cases", methods=["GET"])
@room.arguments(CaseQuery, location="query")
@room.response(200, CasePageRecord)
@allow("case.read")
def get_cases(query: dict[str, Any]) -> Any:
    """List the cases that one may see, the newest first."""
    return list_cases(tools(), actor=actor(), **query)


@room.route("/cases/<uuid:case_id>", methods=["GET"])
@room.response(200, CaseRecord)
@allow("case.read")
def get_case(case_id: UUID) -> Any:
    """Say where a case stands."""
    return read_case(tools(), actor=actor(), case_id=case_id)


@room.route("/cases/<uuid:case_id>/history", methods=["GET"])
@room.arguments(HistoryQuery, location="query")
@room.response(200, HistoryRecord)
@allow("audit.verify")
def get_history(query: dict[str, Any], case_id: UUID) -> Any:
    """Read the facts of a case with their hashes."""
    facts = read_history(tools(), actor=actor(), case_id=case_id, **query)
    return {"facts": facts, "next": facts[-1].seq if len(facts) == query["limit"] else None}


@room.route("/cases/<uuid:case_id>/verify", methods=["GET"])
@room.response(200, VerdictRecord)
@allow("audit.verify")
def get_verdict(case_id: UUID) -> Any:
    """Recompute the chain of a case and carry out its commands again."""
    return verify_case(tools(), actor=actor(), case_id=case_id)


@room.route("/cases/<uuid:case_id>/comments", methods=["POST"])
@room.arguments(CommentRecord)
@room.response(201, CommentedRecord)
@allow("case.comment")
def post_comment(sent: dict[str, Any], case_id: UUID) -> Any:
    """Leave a remark on a case."""
    return {"seq": comment_case(tools(), actor=actor(), case_id=case_id, text=sent["text"])}
