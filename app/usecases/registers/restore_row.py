"""Bring a row of a register back into use."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.records_registers import RegisterRow
from app.domain.registers import RowTaken
from app.usecases import Tools, registering
from app.usecases.retiring import retiring_register, row_to_turn


def restore_row(
    tools: Tools, *, actor: Actor, key: str, row_id: UUID, version: int, reason: str
) -> RegisterRow:
    """Bring a row that was taken out of use back, as it was; lists and diagrams find it again.

    Args:
        version: that he has read.

    Writes:
        the row and its history, in one transaction.

    Raises:
        RegisterNotFound, RowNotFound: none that he sees.
        NotYourRow: others take rows of this unit out of use, and bring them back.
        RowInUse: it is in use.
        RowTaken: another row has its values by now, where they must be unique.
        InvalidRow: a unit or a person that it names is gone.
        StaleRow: somebody was first; nothing was changed.
        Invalid: no reason.
    """
    register = retiring_register(tools, actor, key, reason)
    with tools.store.unit_of_work() as uow:
        row = row_to_turn(uow, actor, register, row_id, version, retired=True)
        hand = registering.hand_of(actor, register, tools.clock.now(), reason, among=register.retire)
        registering.refuse_unknown(uow, register, row.unit, row.data)
        try:
            uow.registers.restore(register, row, hand)
        except RowTaken as taken:
            raise registering.in_words(taken) from taken
        now = uow.registers.get(register, row_id, actor=actor)
        uow.commit()
    return now or row
