"""List rows of a register."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.org import Unit
from app.domain.records_city import PersonRow
from app.domain.records_registers import RegisterRow
from app.domain.registers import Register
from app.schemas.register_rows import read_sort, read_where
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.looks import note_looks
from app.usecases.registering import may_write, register_for
from app.usecases.row_names import names_of


@dataclass(frozen=True)
class RowPage:
    """One page of rows."""

    register: Register
    rows: tuple[RegisterRow, ...]
    next: str | None
    #: rows on all pages
    total: int
    #: of all pages, {field: sum}
    sums: Mapping[str, Decimal]
    #: those that the rows name
    units: Mapping[str, Unit]
    people: Mapping[str, PersonRow]
    may_write: bool


def list_rows(
    tools: Tools, *, actor: Actor, key: str, where: Mapping[str, Any] | None = None, q: str = "", sort: str = "",
    after: str | None = None, limit: int = 50, retired: bool = False,
) -> RowPage:  # fmt: skip
    """List the rows that an actor may see, the newest first unless they are sorted.

    Args:
        where: as diagrams ask, `{field: value}`, with `_from` and `_until`.
        q: part of what the register searches.
        sort: a field, with `-` before it downwards.
        retired: those out of use instead of those in use.

    Writes:
        a look at each person of these rows, where looks are recorded.

    Raises:
        RegisterNotFound.
        Invalid: an unknown field, a value that does not fit, or no cursor of this list.
    """
    register = register_for(tools, actor, key)
    asked = read_where(register, where)
    order = read_sort(register, sort or "-")
    if order is None:
        raise Invalid(errors={"sort": [say("option")]})
    with tools.store.unit_of_work() as uow:
        page = uow.registers.find(register, asked, actor=actor, q=q, sort=order, after=after, limit=limit,
                                  retired=retired)  # fmt: skip
        total = uow.registers.count(register, asked, actor=actor, q=q, retired=retired)
        sums = {
            name: uow.registers.sum(register, field, asked, actor=actor, q=q, retired=retired)[0]
            for name in register.sums if (field := register.find(name))
        }  # fmt: skip
        named = names_of(uow, register, page.rows)
        if note_looks(uow, register, page.rows, actor=actor, how="list", at=tools.clock.now()):
            uow.commit()
    return RowPage(register, page.rows, page.next, total, sums, named.units, named.people, may_write(actor, register))
