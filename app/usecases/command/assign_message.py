"""Give a message that nobody waits for to a case."""

from dataclasses import replace
from uuid import UUID

from app.domain.actor import Actor
from app.domain.correlation import ADDRESS
from app.domain.errors import CaseClosed, CaseNotFound, Conflict, Invalid
from app.domain.facts import FactDraft
from app.domain.records import StoredCase
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.routing import carry, give, travel_in
from app.usecases.senders import sender_of, sending_case
from app.usecases.stepping import add_fact, command_of, seat_of


def assign_message(tools: Tools, *, actor: Actor, sender: str, id: str, number: str) -> str:
    """Say which case a kept message is for; it is delivered in the name of who sent it, with his rights.

    Args:
        number: of the event, or the id of a case without one.

    Returns:
        delivered; buffered where the case does not wait for it yet: it is kept for that case until its time is over;
        unmatched where the case is closed and only remarks on it; failed with an incident.

    Writes:
        MessageAssigned; MessageReceived, and what follows there and in other cases.

    Raises:
        Invalid: no case has this number.
        Conflict: the message is kept no more, somebody has it at this moment, or who sent it has left.
        CaseClosed: the message is another case's; one from outside is remarked upon.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        # the case before everything that is for it, as everywhere
        case = uow.cases.lock(_found(uow, number.strip()).id)
        message = uow.kept_messages.take(sender, id, at)
        if message is None:
            raise Conflict("This message is no longer kept.")
        if sender_of(uow, message, at) is None:
            raise Conflict("Whoever sent this message has no account any more; drop it, and have it sent again.")
        if case.closed_at and sending_case(message):
            # nothing would be left of it, not even a remark
            raise CaseClosed
        named = {name: value for name, value in message.correlation.items() if name not in ADDRESS}
        meant = replace(message, correlation={**named, "case_id": str(case.id)})
        uow.kept_messages.readdress(sender, id, meant.correlation)
        body = {"message": message.name, "sender": sender, "id": id, "by": actor.username}
        command = command_of(actor, max(at, uow.facts.last_at(case)), seat_of(actor))
        add_fact(uow, case, FactDraft("MessageAssigned", body=body), command)
        travel = travel_in(tools, uow, command.now, patient=True)
        done = give(travel, meant)
        carry(travel)
        uow.commit()
    return done.state


def _found(uow: UnitOfWork, number: str) -> StoredCase:
    case = uow.cases.find_by_event_no(number) if number else None
    try:
        return case or uow.cases.get(UUID(number))
    except (ValueError, CaseNotFound) as cause:
        raise Invalid(errors={"number": [say("case_number")]}) from cause
