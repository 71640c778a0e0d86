"""Export rows of a register as CSV."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.actor import Actor
from app.schemas.register_csv import write_csv
from app.usecases import Tools
from app.usecases.register_leaving import leave


def export_rows(
    tools: Tools, *, actor: Actor, key: str, where: Mapping[str, Any] | None = None, q: str = "",
    retired: bool = False,
) -> Iterator[str]:  # fmt: skip
    """Write the rows that an actor may see as programs read them, by names of fields and codes.

    Args:
        where: as a list is asked.

    Writes:
        who took which rows, and how many, before the first one leaves; and a look at each person whose looks are
        recorded.

    Raises:
        RegisterNotFound.
        Invalid: an unknown field, or a value that does not fit.
        TooManyToExport: there are more than one file takes; none leaves.
    """
    register, pages = leave(tools, actor, key, where, q, retired)
    return write_csv(register, ((str(row.id), row.version, row.unit, row.data) for page in pages for row in page))
