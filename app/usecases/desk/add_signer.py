"""Add a signer."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.engine.joint import Joint, joint_of
from app.usecases import Tools
from app.usecases.desk.handing import find_taker, shown, tell_hand
from app.usecases.desk.joint_view import joint_view
from app.usecases.desk.signing import NotJoint, check_signing
from app.usecases.steering.changes import changing_participants
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import carry_out, reason_of
from app.usecases.stepping import command_of, make_world, seat_for


class SignsAlready(Conflict):
    """This person takes part already."""

    slug = "signs-already"


def add_signer(
    tools: Tools, *, actor: Actor, task_id: UUID, to: str, reason: str, revision: int | None = None
) -> Effect:
    """Ask one more person to take part in a joint decision: side by side at once, in turn directly after oneself.

    Args:
        actor: takes part himself and has not decided yet.
        to: id or user name of an active person who may sign.
        revision: of the task, as the page was opened with it.

    Writes:
        ParticipantsChanged, twice where the order changes, and a notice.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Invalid: fields `to` and `reason`.
        NotJoint, SignsAlready, TaskNotHeld, StaleRevision, DelegationOpen, DelegationAwaited, ChangeRefused:
            nothing was changed.
    """
    words = reason_of(reason)
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        check_signing(task, actor, revision)
        at = max(tools.clock.now(), uow.facts.last_at(case))
        seen = joint_view(tools, uow, actor, case, task, at)
        if seen is None or not seen.of_people:
            raise NotJoint()
        person = find_taker(uow, task, actor, to, at)
        if person.username in {one.item for one in seen.signers}:
            raise SignsAlready()
        command = command_of(actor, at, seat_for(actor, task))
        found = joint_of(make_world(tools, uow, case.id), command, case.state, task.key)
        change = changing_participants(task.key, "add", {"item": person.username}, words)
        effect, case = carry_out(tools, uow, case, change, command)
        if found is not None and found.sequential and found.coming:
            order = changing_participants(task.key, "order", {"items": _next(found, person.username)}, words)
            effect, case = carry_out(tools, uow, case, order, command)
        tell_hand(uow, case, task, person.id, at, "unit.signer_added", {"by": shown(actor), "reason": words})
        uow.commit()
    return effect


def _next(found: Joint, item: str) -> list[object]:
    return [item, *found.coming]
