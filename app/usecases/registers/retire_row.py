"""Take a row of a register out of use."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records_registers import RegisterRow
from app.domain.registers import RegisterNotFound, RowNotFound, RowRetired, StaleRow
from app.schemas.texts import say
from app.usecases import Tools, registering
from app.usecases.registers.change_row import NotYourRow


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
    register = registering.register_for(tools, actor, key)
    if not register.retire:
        raise RegisterNotFound("Rows of this register are not taken out of use.")
    if not reason.strip():
        raise Invalid(errors={"reason": [say("reason")]})
    with tools.store.unit_of_work() as uow:
        row = uow.registers.get(register, row_id, actor=actor, lock=True)
        if row is None:
            raise RowNotFound
        if not registering.may_retire(actor, register, row.unit):
            raise NotYourRow
        if row.retired_at is not None:
            raise RowRetired
        if row.version != version:
            raise StaleRow(version=row.version)
        hand = registering.hand_of(actor, register, tools.clock.now(), reason, among=register.retire)
        uow.registers.retire(register, row, hand)
        now = uow.registers.get(register, row_id, actor=actor)
        uow.commit()
    return now or row
