"""Watch a case no longer."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.speaking import seat_near
from app.usecases.stepping import add_fact, command_of


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
        uow.cases.visible_to(actor, case_id)
        case = uow.cases.lock(case_id)
        changed = uow.watches.end(case_id, actor)
        if changed:
            seat = seat_near(actor, case.record)
            add_fact(uow, case, FactDraft("WatchEnded"), command_of(actor, at, seat))
            uow.commit()
    return changed
