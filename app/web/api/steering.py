"""Changing the course of a case by hand."""

from typing import Any
from uuid import UUID

from app.schemas.steering import (
    CancellationRecord,
    EffectRecord,
    LimitRecord,
    MoveRecord,
    ParticipantsRecord,
    PositionsRecord,
    PreviewRecord,
    ReasonRecord,
    RestartRecord,
    SkipRecord,
    WithdrawRecord,
)
from app.schemas.tasks import TaskRecord
from app.usecases.steering.cancel_branch import cancel_branch
from app.usecases.steering.cancel_case import cancel_case
from app.usecases.steering.change_limit import change_limit
from app.usecases.steering.change_participants import change_participants
from app.usecases.steering.list_positions import list_positions
from app.usecases.steering.move_token import move_token
from app.usecases.steering.preview_change import preview_change
from app.usecases.steering.restart_case import restart_case
from app.usecases.steering.resume_case import resume_case
from app.usecases.steering.skip_token import skip_token
from app.usecases.steering.suspend_case import suspend_case
from app.usecases.steering.withdraw_completion import withdraw_completion
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("steering", __name__, description="Changing the course of a case by hand")


@room.route("/cases/<uuid:case_id>/positions", methods=["GET"])
@room.response(200, PositionsRecord)
@allow("case.steer")
def get_positions(case_id: UUID) -> Any:
    """Say where the tokens of a case stand and where they could be put."""
    return list_positions(tools(), actor=actor(), case_id=case_id)


@room.route("/cases/<uuid:case_id>/preview", methods=["POST"])
@room.arguments(PreviewRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_preview(sent: dict[str, Any], case_id: UUID) -> Any:
    """Tell what a change would do; nothing is written."""
    return preview_change(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/moves", methods=["POST"])
@room.arguments(MoveRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_move(sent: dict[str, Any], case_id: UUID) -> Any:
    """Put a token on another element: return, withdraw, jump."""
    return move_token(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/skips", methods=["POST"])
@room.arguments(SkipRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_skip(sent: dict[str, Any], case_id: UUID) -> Any:
    """Pass an element as if it had been done."""
    return skip_token(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/cancellations", methods=["POST"])
@room.arguments(CancellationRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_cancellation(sent: dict[str, Any], case_id: UUID) -> Any:
    """Cancel a branch, or without a key the whole case."""
    key = sent.pop("key")
    if key:
        return cancel_branch(tools(), actor=actor(), case_id=case_id, key=key, **sent)
    return cancel_case(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/suspension", methods=["POST"])
@room.arguments(ReasonRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_suspension(sent: dict[str, Any], case_id: UUID) -> Any:
    """Let a case stand still."""
    return suspend_case(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/resumption", methods=["POST"])
@room.arguments(ReasonRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_resumption(sent: dict[str, Any], case_id: UUID) -> Any:
    """Let a case go on."""
    return resume_case(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/restarts", methods=["POST"])
@room.arguments(RestartRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_restart(sent: dict[str, Any], case_id: UUID) -> Any:
    """Begin the process anew in the same case."""
    return restart_case(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/participants", methods=["POST"])
@room.arguments(ParticipantsRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_participants(sent: dict[str, Any], case_id: UUID) -> Any:
    """Change who takes part in a joint decision, and how."""
    return change_participants(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/cases/<uuid:case_id>/limits", methods=["POST"])
@room.arguments(LimitRecord)
@room.response(200, EffectRecord)
@allow("case.steer")
def post_limit(sent: dict[str, Any], case_id: UUID) -> Any:
    """Extend, pause, resume or stop a limit by hand."""
    return change_limit(tools(), actor=actor(), case_id=case_id, **sent)


@room.route("/tasks/<uuid:task_id>/withdraw", methods=["POST"])
@room.arguments(WithdrawRecord)
@room.response(200, TaskRecord)
@allow("task.withdraw")
def post_withdrawal(sent: dict[str, Any], task_id: UUID) -> Any:
    """Take back what one has just completed, while nobody has touched what follows."""
    return withdraw_completion(tools(), actor=actor(), task_id=task_id, **sent)
