"""Drop a message that nobody waits for."""

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.people.recording import clean_words, record
from app.usecases.senders import account_of, sending_case
from app.usecases.stepping import add_fact, command_of, seat_of


def drop_message(tools: Tools, *, actor: Actor, sender: str, id: str, reason: str) -> None:
    """Give up a kept message before its time is over; what it carried is forgotten.

    Writes:
        MessageDropped, in the history of the case that sent it, or of the account.

    Raises:
        Invalid: no reason.
        Conflict: the message is kept no more, or somebody has it at this moment.
    """
    at = tools.clock.now()
    words = clean_words(reason, "reason", needed=True)
    with tools.store.unit_of_work() as uow:
        message = uow.kept_messages.take(sender, id, at)
        if message is None:
            raise Conflict("This message is no longer kept.")
        body = {"message": message.name, "id": id, "reason": words, "by": actor.username}
        case_id, account = sending_case(message), account_of(message)
        if case_id:
            case = uow.cases.lock(case_id)
            command = command_of(actor, max(at, uow.facts.last_at(case)), seat_of(actor))
            add_fact(uow, case, FactDraft("MessageDropped", body=body), command)
        elif account:
            record(uow, account, "MessageDropped", body, actor, at)
        uow.messages.settle(sender, id, "unmatched", cause=words)
        uow.commit()
