"""Remove a signer."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.usecases import Tools
from app.usecases.desk.joint_view import joint_view
from app.usecases.desk.signing import NotJoint, check_signing
from app.usecases.steering.changes import changing_participants
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import carry_out, reason_of
from app.usecases.stepping import command_of, seat_for


def remove_signer(
    tools: Tools, *, actor: Actor, task_id: UUID, key: str, reason: str, revision: int | None = None
) -> Effect:
    """Take somebody out of a joint decision who has not decided yet: whom one added oneself, or whom one leads.

    Args:
        actor: takes part himself and has not decided yet.
        key: of the other's task.
        revision: of the task, as the page was opened with it.

    Writes:
        ParticipantsChanged and everything that follows.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Invalid: there is no reason.
        Forbidden: somebody else added him.
        NotJoint, TaskNotHeld, StaleRevision, DelegationOpen, DelegationAwaited, ChangeRefused: nothing was changed.
    """
    words = reason_of(reason)
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        check_signing(task, actor, revision)
        at = max(tools.clock.now(), uow.facts.last_at(case))
        seen = joint_view(tools, uow, actor, case, task, at)
        other = next((one for one in seen.signers if one.key == key and one.state == "now"), None) if seen else None
        if other is None or key == task.key:
            raise NotJoint()
        if not other.removable:
            raise Forbidden()
        command = command_of(actor, at, seat_for(actor, task))
        effect, _ = carry_out(tools, uow, case, changing_participants(key, "remove", {}, words), command)
        uow.commit()
    return effect
