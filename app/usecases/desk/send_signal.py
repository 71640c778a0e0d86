"""Send a signal to all cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.domain.records_waiting import MessageRow
from app.usecases import Tools
from app.usecases.routing import carry, spread, travel_in
from app.usecases.senders import seat_named


@dataclass(frozen=True)
class Sent:
    """Whom a signal reached."""

    #: sent or duplicate
    outcome: str
    #: cases that took it, that began with it, and that it reaches in the next moments
    reached: int = 0
    started: int = 0
    later: int = 0


def send_signal(
    tools: Tools, *, actor: Actor, name: str, payload: Mapping[str, Any], id: str, role: str = "", unit: str = ""
) -> Sent:
    """Send a signal once to everything that waits for it now, in all cases, and begin the processes that start so.

    It is not kept for those that begin to wait later. Of many cases each is reached in a transaction of its own.

    Args:
        payload: becomes variables of every branch that takes it.
        id: the sender's own id; a second signal with it has no effect.
        role, unit: the seat in which the sender acts; his first one if he names none.

    Writes:
        SignalReceived or CaseStarted, and what follows; entries of the outbox.

    Raises:
        SeatNotHeld: the sender does not hold the seat that he names.
    """
    at = tools.clock.now()
    signal = MessageRow(actor.id, id, "signal", name, {}, payload, *seat_named(actor, role, unit), 0, at, None)
    with tools.store.unit_of_work() as uow:
        if not uow.messages.receive(signal):
            uow.rollback()
            return Sent("duplicate")
        travel = travel_in(tools, uow, at)
        done = spread(travel, signal, actor)
        carry(travel)
        uow.commit()
    return Sent("sent", done.moved, done.started, done.later)
