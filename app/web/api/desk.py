"""What officers do beside their tasks: in bulk, for others' knowledge, under their eyes."""

from typing import Any
from uuid import UUID

from flask_babel import gettext

from app.domain.errors import Invalid, YongzhiError
from app.schemas.acts import RecipientsRecord
from app.schemas.cases import CopiedRecord, CopyRecord, ReadRecord, WatchedRecord
from app.schemas.tasks import BulkDoneRecord, BulkRecord, TakerQuery, WhyRecord
from app.usecases.desk.copy_case import copy_case
from app.usecases.desk.do_in_bulk import BulkResult, do_in_bulk
from app.usecases.desk.explain_limit import explain_limit
from app.usecases.desk.list_recipients import list_recipients
from app.usecases.desk.read_copy import read_copy
from app.usecases.desk.unwatch_case import unwatch_case
from app.usecases.desk.watch_case import watch_case
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("desk_acts", __name__, description="Acts of officers beside their tasks")


@room.route("/tasks/bulk", methods=["POST"])
@room.arguments(BulkRecord)
@room.response(200, BulkDoneRecord)
@allow("task.work")
def post_bulk(sent: dict[str, Any]) -> Any:
    """Claim, release, transfer or complete several tasks, each by itself; says what became of each."""
    asked = [UUID(one) for one in sent.pop("tasks")]
    results = do_in_bulk(tools(), actor=actor(), task_ids=asked, **sent)
    return {"results": [_result(one) for one in results]}


def _result(one: BulkResult) -> dict[str, Any]:
    if one.failure is None:
        return {"id": str(one.task_id), "ok": True, "problem": None}
    return {"id": str(one.task_id), "ok": False, "problem": _problem(one.failure)}


def _problem(failure: YongzhiError) -> dict[str, Any]:
    found: dict[str, Any] = {"type": f"urn:yongzhi:problem:{failure.slug}", "title": gettext(failure.message)}
    if isinstance(failure, Invalid):
        found["errors"] = failure.errors
    return found


@room.route("/tasks/<uuid:task_id>/limit", methods=["GET"])
@room.response(200, WhyRecord)
@allow("inbox.read")
def get_limit(task_id: UUID) -> Any:
    """Explain the date of a task: which limit, from which row of which table, when it stood still, who moved it."""
    return {"limit": explain_limit(tools(), actor=actor(), task_id=task_id)}


@room.route("/cases/<uuid:case_id>/recipients", methods=["GET"])
@room.arguments(TakerQuery, location="query")
@room.response(200, RecipientsRecord)
@allow("case.copy")
def get_recipients(query: dict[str, Any], case_id: UUID) -> Any:
    """Find officers and units to whom a case may be shown; without a word, those that the case itself names."""
    return {"recipients": list_recipients(tools(), actor=actor(), case_id=case_id, **query)}


@room.route("/cases/<uuid:case_id>/copies", methods=["POST"])
@room.arguments(CopyRecord)
@room.response(200, CopiedRecord)
@allow("case.copy")
def post_copies(sent: dict[str, Any], case_id: UUID) -> Any:
    """Show a case to people, units or holders of roles for their knowledge."""
    return {"told": [one.text for one in copy_case(tools(), actor=actor(), case_id=case_id, **sent)]}


@room.route("/cases/<uuid:case_id>/read", methods=["POST"])
@room.response(200, ReadRecord)
@allow("case.watch")
def post_read(case_id: UUID) -> Any:
    """Note that one has read what was copied to one."""
    return {"read": read_copy(tools(), actor=actor(), case_id=case_id)}


@room.route("/cases/<uuid:case_id>/watch", methods=["PUT"])
@room.response(200, WatchedRecord)
@allow("case.watch")
def put_watch(case_id: UUID) -> Any:
    """Watch a case."""
    watch_case(tools(), actor=actor(), case_id=case_id)
    return {"watching": True}


@room.route("/cases/<uuid:case_id>/watch", methods=["DELETE"])
@room.response(200, WatchedRecord)
@allow("case.watch")
def delete_watch(case_id: UUID) -> Any:
    """Watch a case no longer."""
    unwatch_case(tools(), actor=actor(), case_id=case_id)
    return {"watching": False}
