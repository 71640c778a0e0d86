"""Export rows of a register as CSV."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.records_registers import RegisterRow
from app.schemas.register_csv import write_csv
from app.schemas.register_rows import read_where
from app.usecases import Tools
from app.usecases.registering import register_for

#: rows of one file; who needs more narrows the list
MOST, _PAGE = 20_000, 2000


def export_rows(
    tools: Tools, *, actor: Actor, key: str, where: Mapping[str, Any] | None = None, q: str = ""
) -> str:
    """Write the rows that an actor may see, in the order in which they were made.

    Raises:
        RegisterNotFound.
        Invalid: an unknown field, or a value that does not fit.
    """
    register = register_for(tools, actor, key)
    asked = read_where(register, where)

    def rows() -> Iterator[RegisterRow]:
        after, left = None, MOST
        with tools.store.unit_of_work() as uow:
            while left > 0:
                page = uow.registers.find(register, asked, actor=actor, q=q, after=after, limit=min(_PAGE, left))
                yield from page.rows
                after, left = page.next, left - len(page.rows)
                if after is None:
                    return

    return "".join(write_csv(register, ((str(row.id), row.version, row.unit, row.data) for row in rows())))
