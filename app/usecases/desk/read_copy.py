"""Note that one has read what was copied to one."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.speaking import seat_near
from app.usecases.stepping import add_fact, command_of


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
        uow.cases.visible_to(actor, case_id)
        case = uow.cases.lock(case_id)
        unread = uow.copies.unread(actor, case_id)
        if unread:
            for copy_id in unread:
                uow.copies.read(copy_id, actor, at)
            draft = FactDraft("CopyRead", body={"copies": [str(one) for one in unread]})
            add_fact(uow, case, draft, command_of(actor, at, seat_near(actor, case.record)))
            uow.commit()
    return len(unread)
