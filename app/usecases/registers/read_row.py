"""Read a row of a register with its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.org import Unit
from app.domain.records_city import PersonRow
from app.domain.records_registers import RegisterChange, RegisterRow
from app.domain.registers import Register, RowNotFound
from app.usecases import Tools
from app.usecases.looks import note_looks
from app.usecases.registering import is_own, may_retire, register_for
from app.usecases.row_names import names_of


@dataclass(frozen=True)
class RowView:
    """A row, and what became of it."""

    register: Register
    row: RegisterRow
    #: the newest first
    history: tuple[RegisterChange, ...]
    #: what units and people are called that the row and its history name
    units: Mapping[str, Unit]
    people: Mapping[str, PersonRow]
    may_write: bool
    may_retire: bool
    may_restore: bool


def read_row(tools: Tools, *, actor: Actor, key: str, row_id: UUID) -> RowView:
    """Read a row that an actor may see.

    Writes:
        a look at the person of the row, where looks are recorded.

    Raises:
        RegisterNotFound, RowNotFound.
    """
    register = register_for(tools, actor, key)
    with tools.store.unit_of_work() as uow:
        row = uow.registers.get(register, row_id, actor=actor)
        if row is None:
            raise RowNotFound
        history = uow.registers.history(row)
        named = names_of(uow, register, [row], history)
        if note_looks(uow, register, [row], actor=actor, how="row", at=tools.clock.now()):
            uow.commit()
    in_use = row.retired_at is None
    own, retires = is_own(actor, register, row.unit), may_retire(actor, register, row.unit)
    return RowView(
        register, row, history, named.units, named.people, may_write=in_use and own, may_retire=in_use and retires,
        may_restore=retires and not in_use,
    )  # fmt: skip
