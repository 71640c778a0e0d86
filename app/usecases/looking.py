"""A case looks among the kept messages for what it has begun to wait for."""

from uuid import UUID

from app.domain.records import StoredCase, SubscriptionRow
from app.usecases.offering import BUSY, CLOSED, Travel, key_of, offer
from app.usecases.senders import may_take, sender_of

#: messages that one waiter is offered at a time
MOST_TRIED = 20


def look(travel: Travel, case_id: UUID) -> None:
    """Give a case the kept messages that it waits for, until none of them fits any more."""
    case = travel.cases[case_id]
    if travel.left <= 0 or case.closed_at is not None:
        return
    for row in travel.uow.subscriptions.of_case(case_id):
        if row.kind == "message" and _found(travel, case, row):
            travel.queue.append(case_id)
            return


def _found(travel: Travel, case: StoredCase, row: SubscriptionRow) -> bool:
    """Give a waiter the oldest message that fits and whose sender reaches it; say whether it had one."""
    for _ in range(MOST_TRIED):
        message = travel.uow.messages.for_waiter(
            row.message, row.correlation, case_id=case.id, event_no=case.event_no, at=travel.at, but=travel.tried
        )
        if message is None:
            return False
        travel.tried.append(key_of(message))
        actor = sender_of(travel.uow, message, travel.at)
        if actor is None:
            continue
        free = may_take(travel.tools, travel.uow, actor, [row], asks=False)
        key = key_of(message)
        state = offer(travel, case.id, row.key, message, actor, asks=False, retry=key) if free else "closed"
        if state in ("delivered", "failed"):
            travel.uow.messages.settle(message.sender, message.id, state, case_id=case.id)
            return True
        travel.uow.messages.rest(message.sender, message.id, BUSY if state == "busy" else CLOSED)
        if free:
            # the waiter takes none at present
            return False
    return False
