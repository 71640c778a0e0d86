"""Note that one has read what was copied to one."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.seeing import seen


def read_copy(tools: Tools, *, actor: Actor, case_id: UUID) -> int:
    """Note that the actor has read a case that was copied to him or to an office of his.

    Returns:
        How many copies he had not read before; with none nothing is written.

    Writes:
        CopyRead.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = seen(uow, actor, case_id, at)
        unread = uow.copies.unread(actor, case_id)
        if unread:
            for copy_id in unread:
                uow.copies.read(copy_id, actor, at)
            case.record(FactDraft("CopyRead", body={"copies": [str(one) for one in unread]}))
            uow.commit()
    return len(unread)
