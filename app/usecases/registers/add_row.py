"""Add a row to a register."""

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.ids import new_id
from app.domain.org import county_number
from app.domain.records_registers import RegisterRow
from app.schemas import register_rows
from app.usecases import Tools, registering


def add_row(
    tools: Tools, *, actor: Actor, key: str, values: Mapping[str, Any], unit: str | None = None, reason: str = ""
) -> RegisterRow:
    """Add a row as a person.

    Args:
        unit: whose row it is, where the register has no field for it; may be left out by who writes for one unit.

    Writes:
        the row and its history, in one transaction.

    Raises:
        RegisterNotFound: there is none that he may write.
        InvalidRow: a value, or a unit that is not his.
        RowTaken: another row has the same values where they must be unique.
    """
    register = registering.register_for(tools, actor, key, to_write=True)
    named, read = register_rows.read_row(register, values)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        owner = registering.owner_of(actor, register, registering.read_unit(unit) or named, read)
        row_id = new_id(county_number(owner), at)
        registering.add_row(uow, register, row_id, owner, read, registering.hand_of(actor, register, at, reason))
        made = uow.registers.get(register, row_id)
        assert made is not None
        uow.commit()
    return made
