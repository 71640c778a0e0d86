"""Rows that leave a register as a file: recorded first, then read page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.ids import new_id
from app.domain.org import county_number
from app.domain.records_registers import RegisterRow
from app.domain.registers import Condition, Register
from app.schemas.register_rows import read_where
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.looks import note_looks
from app.usecases.registering import hand_of, register_for

#: rows of one file; who needs more narrows the list
MOST, _PAGE = 20_000, 1000


class TooManyToExport(Invalid):
    """The list has more rows than one file takes; narrow it first."""

    slug = "too-many-to-export"


def leave(
    tools: Tools, actor: Actor, key: str, where: Mapping[str, Any] | None, q: str, retired: bool
) -> tuple[Register, Iterator[tuple[RegisterRow, ...]]]:
    """Record that the rows that an actor may see leave; give them in the order in which they were made, in pages.

    Raises:
        RegisterNotFound.
        Invalid: an unknown field, or a value that does not fit.
        TooManyToExport: there are more than one file takes; none leaves.
    """
    register = register_for(tools, actor, key)
    asked = read_where(register, where)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        number = uow.registers.count(register, asked, actor=actor, q=q, retired=retired)
        if number > MOST:
            raise TooManyToExport(errors={"rows": [say("export_most", rows=number, n=MOST)]})
        readers = register.read | register.write | register.retire | {"auditor"}
        hand = hand_of(actor, register, at, "", among=readers)
        told = {**(where or {}), **({"q": q} if q.strip() else {}), **({"retired": True} if retired else {})}
        uow.register_traffic.record_export(register, new_id(county_number(hand.unit), at), hand, told, number)
        if register.consent or register.looks:
            seen = (row for page in _pages(uow, actor, register, asked, q, retired) for row in page)
            note_looks(uow, register, seen, actor=actor, how="export", at=at)
        uow.commit()
    return register, _rows(tools, actor, register, asked, q, retired, number)


def _pages(
    uow: UnitOfWork, actor: Actor, register: Register, asked: tuple[Condition, ...], q: str, retired: bool
) -> Iterator[tuple[RegisterRow, ...]]:
    """Read page after page at one moment."""
    after, more = None, True
    while more:
        page = uow.registers.find(register, asked, actor=actor, q=q, after=after, limit=_PAGE, retired=retired)
        yield page.rows
        after, more = page.next, page.next is not None


def _rows(
    tools: Tools, actor: Actor, register: Register, asked: tuple[Condition, ...], q: str, retired: bool, number: int
) -> Iterator[tuple[RegisterRow, ...]]:
    """Read page after page, each by itself: whoever reads slowly holds no transaction open."""
    after, left = None, number
    while left > 0:
        with tools.store.unit_of_work() as uow:
            page = uow.registers.find(register, asked, actor=actor, q=q, after=after, limit=min(_PAGE, left),
                                      retired=retired)  # fmt: skip
        yield page.rows
        after, left = page.next, left - len(page.rows)
        if after is None:
            return
