"""The inbox and its tasks."""

from typing import Any
from uuid import UUID

from app.schemas.acts import MaybeReasonRecord
from app.schemas.tasks import (
    ActRecord,
    CompletedRecord,
    CompleteRecord,
    DraftRecord,
    HandRecord,
    InboxRecord,
    OpinionRecord,
    SavedRecord,
    TakerQuery,
    TakersRecord,
    TaskRecord,
    TasksQuery,
    TaskViewRecord,
)
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_task import read_task
from app.usecases.desk.recall_task import recall_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.resolve_task import resolve_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.desk.transfer_task import transfer_task
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("tasks", __name__, description="Inbox and tasks")


@room.route("/tasks", methods=["GET"])
@room.arguments(TasksQuery, location="query")
@room.response(200, InboxRecord)
@allow("inbox.read")
def list_tasks(query: dict[str, Any]) -> Any:
    """List one box of the inbox."""
    return read_inbox(tools(), actor=actor(), **query)


@room.route("/inbox/counts", methods=["GET"])
@room.response(200)
@allow("inbox.read")
def count_tasks() -> Any:
    """Count the tasks in each box; numbers stop at 1000."""
    page = read_inbox(
        tools(), actor=actor(), box="todo", role=None, light=None, q=None, sort="due", limit=1, after=None
    )
    return {"counts": page.counts}


@room.route("/tasks/<uuid:task_id>", methods=["GET"])
@room.response(200, TaskViewRecord)
@allow("inbox.read")
def get_task(task_id: UUID) -> Any:
    """Read a task with its form, its case and the acts that are open."""
    return read_task(tools(), actor=actor(), task_id=task_id)


@room.route("/tasks/<uuid:task_id>/claim", methods=["POST"])
@room.response(200, TaskRecord)
@allow("task.work")
def claim(task_id: UUID) -> Any:
    """Take a task; 409 with the holder's name when somebody was first."""
    return claim_task(tools(), actor=actor(), task_id=task_id)


@room.route("/tasks/<uuid:task_id>/release", methods=["POST"])
@room.arguments(MaybeReasonRecord)
@room.response(200, TaskRecord)
@allow("task.work")
def release(sent: dict[str, Any], task_id: UUID) -> Any:
    """Put a task back."""
    return release_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/takers", methods=["GET"])
@room.arguments(TakerQuery, location="query")
@room.response(200, TakersRecord)
@allow("task.transfer")
def takers(query: dict[str, Any], task_id: UUID) -> Any:
    """List the people to whom a task may be transferred or delegated."""
    return list_takers(tools(), actor=actor(), task_id=task_id, **query)


@room.route("/tasks/<uuid:task_id>/transfer", methods=["POST"])
@room.arguments(HandRecord)
@room.response(200, TaskRecord)
@allow("task.transfer")
def transfer(sent: dict[str, Any], task_id: UUID) -> Any:
    """Hand a task to somebody else for good; 409 when somebody was first, 422 for somebody who may not have it."""
    return transfer_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/delegate", methods=["POST"])
@room.arguments(HandRecord)
@room.response(200, TaskRecord)
@allow("task.transfer")
def delegate(sent: dict[str, Any], task_id: UUID) -> Any:
    """Let somebody else work on a task that comes back with his opinion; one must hold it."""
    return delegate_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/resolve", methods=["POST"])
@room.arguments(OpinionRecord)
@room.response(200, TaskRecord)
@allow("task.transfer")
def resolve(sent: dict[str, Any], task_id: UUID) -> Any:
    """Give a delegated task back to its owner, with an opinion."""
    return resolve_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/recall", methods=["POST"])
@room.arguments(MaybeReasonRecord)
@room.response(200, TaskRecord)
@allow("task.transfer")
def recall(sent: dict[str, Any], task_id: UUID) -> Any:
    """Take a delegated task back before an opinion came."""
    return recall_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/complete", methods=["POST"])
@room.arguments(CompleteRecord)
@room.response(200, CompletedRecord)
@allow("task.work")
def complete(sent: dict[str, Any], task_id: UUID) -> Any:
    """Finish a task; 409 when it is done or has changed, 422 with a message per field."""
    return complete_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/draft", methods=["PUT"])
@room.arguments(DraftRecord)
@room.response(200, SavedRecord)
@allow("task.work")
def keep_draft(sent: dict[str, Any], task_id: UUID) -> Any:
    """Keep answers that are not finished."""
    saved = save_draft(
        tools(), actor=actor(), task_id=task_id, values=sent["answers"], revision=sent["revision"], known=sent["known"]
    )
    return {"saved_at": saved}


@room.route("/cases/<uuid:case_id>/acts", methods=["POST"])
@room.arguments(ActRecord)
@room.response(200, CompletedRecord)
@allow("case.act")
def act(sent: dict[str, Any], case_id: UUID) -> Any:
    """Perform an act that the case offers, beside its tasks."""
    task_id = UUID(sent["task_id"]) if sent["task_id"] else None
    return perform_act(
        tools(), actor=actor(), case_id=case_id, act_key=sent["act"], answers=sent["answers"], task_id=task_id
    )
