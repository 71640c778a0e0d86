"""Acts on a task beside finishing it: what is offered, assign, return, urge, and who signs with whom."""

from typing import Any
from uuid import UUID

from app.schemas.acts import ForeseenRecord, OffersRecord, UnsignRecord, UrgedRecord, UrgeRecord
from app.schemas.steering import EffectRecord, ReasonRecord
from app.schemas.tasks import CompleteRecord, HandRecord, TakerQuery, TakersRecord, TaskRecord
from app.usecases.desk.add_signer import add_signer
from app.usecases.desk.assign_task import assign_task
from app.usecases.desk.list_members import list_members
from app.usecases.desk.preview_completion import preview_completion
from app.usecases.desk.read_offers import read_offers
from app.usecases.desk.remove_signer import remove_signer
from app.usecases.desk.urge_task import urge_task
from app.usecases.steering.return_task import return_task
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("task_acts", __name__, description="Acts on a task beside finishing it")


@room.route("/tasks/<uuid:task_id>/offers", methods=["GET"])
@room.response(200, OffersRecord)
@allow("inbox.read")
def get_offers(task_id: UUID) -> Any:
    """Say which acts are open, why the others are not, who signs, and what was done before."""
    return read_offers(tools(), actor=actor(), task_id=task_id)


@room.route("/tasks/<uuid:task_id>/next", methods=["POST"])
@room.arguments(CompleteRecord)
@room.response(200, ForeseenRecord)
@allow("task.work")
def post_next(sent: dict[str, Any], task_id: UUID) -> Any:
    """Tell who would be next if these answers were sent; nothing is written."""
    return preview_completion(tools(), actor=actor(), task_id=task_id, answers=sent["answers"])


@room.route("/tasks/<uuid:task_id>/members", methods=["GET"])
@room.arguments(TakerQuery, location="query")
@room.response(200, TakersRecord)
@allow("task.assign")
def get_members(query: dict[str, Any], task_id: UUID) -> Any:
    """List the people to whom a leader may assign a task of his unit."""
    return list_members(tools(), actor=actor(), task_id=task_id, **query)


@room.route("/tasks/<uuid:task_id>/assign", methods=["POST"])
@room.arguments(HandRecord)
@room.response(200, TaskRecord)
@allow("task.assign")
def post_assign(sent: dict[str, Any], task_id: UUID) -> Any:
    """Give a task of one's unit to one of its members, whoever holds it now; 403 for whoever leads nobody of them."""
    return assign_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/return", methods=["POST"])
@room.arguments(ReasonRecord)
@room.response(200, TaskRecord)
@allow("task.return")
def post_return(sent: dict[str, Any], task_id: UUID) -> Any:
    """Give a task back to whoever did the step before; answers with that step's task, open again."""
    return return_task(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/urge", methods=["POST"])
@room.arguments(UrgeRecord)
@room.response(200, UrgedRecord)
@allow("task.urge")
def post_urge(sent: dict[str, Any], task_id: UUID) -> Any:
    """Tell those with whom a task lies that one waits for it; 409 while they have just been told."""
    return {"until": urge_task(tools(), actor=actor(), task_id=task_id, reason=sent["reason"])}


@room.route("/tasks/<uuid:task_id>/sign", methods=["POST"])
@room.arguments(HandRecord)
@room.response(200, EffectRecord)
@allow("task.sign")
def post_sign(sent: dict[str, Any], task_id: UUID) -> Any:
    """Ask one more person to sign: side by side at once, in turn directly after oneself."""
    return add_signer(tools(), actor=actor(), task_id=task_id, **sent)


@room.route("/tasks/<uuid:task_id>/unsign", methods=["POST"])
@room.arguments(UnsignRecord)
@room.response(200, EffectRecord)
@allow("task.sign")
def post_unsign(sent: dict[str, Any], task_id: UUID) -> Any:
    """Take somebody out of a joint decision who has not decided yet: whom one added oneself, or whom one leads."""
    return remove_signer(tools(), actor=actor(), task_id=task_id, **sent)
