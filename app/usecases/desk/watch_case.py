"""Watch a case."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.seeing import seen


def watch_case(tools: Tools, *, actor: Actor, case_id: UUID) -> bool:
    """Put a case among those that the actor watches, until he watches it no longer; that gives him no sight of it.

    Returns:
        Whether he did not watch it before; if he did nothing is written.

    Writes:
        WatchStarted.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = seen(uow, actor, case_id, at)
        changed = uow.watches.begin(case_id, actor, at)
        if changed:
            case.record(FactDraft("WatchStarted"))
            uow.commit()
    return changed
