"""Take a row of a register out of use."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.records_registers import RegisterRow
from app.usecases import Tools, registering
from app.usecases.retiring import retiring_register, row_to_turn


def retire_row(
    tools: Tools, *, actor: Actor, key: str, row_id: UUID, version: int, reason: str
) -> RegisterRow:
    """Take a row out of use: lists and diagrams find it no more, its history stays and says who did it and why.

    Args:
        version: that he has read.

    Writes:
        the row and its history, in one transaction.

    Raises:
        RegisterNotFound, RowNotFound: none that he sees.
        NotYourRow: others take rows of this unit out of use.
        RowRetired: it is out of use already.
        StaleRow: somebody was first; nothing was changed.
        Invalid: no reason.
    """
    register = retiring_register(tools, actor, key, reason)
    with tools.store.unit_of_work() as uow:
        row = row_to_turn(uow, actor, register, row_id, version, retired=False)
        hand = registering.hand_of(actor, register, tools.clock.now(), reason, among=register.retire)
        uow.registers.retire(register, row, hand)
        now = uow.registers.get(register, row_id, actor=actor)
        uow.commit()
    return now or row
