"""Watch a case no longer."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.seeing import seen


def unwatch_case(tools: Tools, *, actor: Actor, case_id: UUID) -> bool:
    """Take a case from among those that the actor watches.

    Returns:
        Whether he watched it; if not nothing is written.

    Writes:
        WatchEnded.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = seen(uow, actor, case_id, at)
        changed = uow.watches.end(case_id, actor)
        if changed:
            case.record(FactDraft("WatchEnded"))
            uow.commit()
    return changed
