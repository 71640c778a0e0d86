"""Export rows of a register as a workbook."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.actor import Actor
from app.ports.spreadsheets import write_book
from app.schemas.register_book import cells
from app.schemas.register_names import headings
from app.usecases import Tools
from app.usecases.register_leaving import leave
from app.usecases.row_names import code_name, names_of


def export_book(
    tools: Tools, *, actor: Actor, key: str, locale: str, where: Mapping[str, Any] | None = None, q: str = "",
    retired: bool = False,
) -> bytes:  # fmt: skip
    """Write the rows that an actor may see as people read them: headings and names in their language.

    Args:
        where: as a list is asked.
        locale: zh or en.

    Writes:
        who took which rows, and how many; and a look at each person whose looks are recorded.

    Raises:
        RegisterNotFound.
        Invalid: an unknown field, or a value that does not fit.
        TooManyToExport: there are more than one file takes; none leaves.
    """
    register, pages = leave(tools, actor, key, where, q, retired)

    def rows() -> Iterator[list[Any]]:
        for page in pages:
            with tools.store.unit_of_work() as uow:
                named = names_of(uow, register, page)
            for row in page:
                yield cells(register, row.unit, row.data, named.units, named.people, locale,
                            lambda of, code: code_name(tools.city, of, code, locale))  # fmt: skip

    title = register.en if locale == "en" else register.zh
    return write_book(list(headings(register, locale).values()), rows(), title=title)
