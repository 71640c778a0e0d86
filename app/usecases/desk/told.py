"""What a case's page says about those to whom it was shown; shared by the verbs that show a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records import StoredCase
from app.domain.records_inbox import CopyRow
from app.domain.rights import is_allowed
from app.store.unit_of_work import UnitOfWork
from app.usecases.outsiders import is_outsider


@dataclass(frozen=True)
class ToldLine:
    """Somebody to whom the case was shown."""

    row: CopyRow
    #: what the person or the unit is called
    name: str


@dataclass(frozen=True)
class Told:
    """To whom a case was shown, and what the reader may do about that."""

    lines: Sequence[ToldLine] = ()
    #: it was shown to the reader, and he has not said that he has read it
    unread: bool = False
    watching: bool = False
    can_watch: bool = False
    can_copy: bool = False


def told_of(uow: UnitOfWork, actor: Actor, case: StoredCase) -> Told:
    """Say to whom a case was shown; nobody outside is told."""
    if is_outsider(actor):
        return Told()
    rows = uow.copies.of_case(actor, case.id)
    units = uow.units.many({row.unit for row in rows if row.unit})
    lines = []
    for row in rows:
        unit = units.get(row.unit)
        called = (unit.name_en if actor.locale == "en" and unit.name_en else unit.name) if unit else row.unit
        lines.append(ToldLine(row, row.person_name or called))
    return Told(
        lines, any(row.mine and row.read_at is None for row in rows), uow.watches.has(case.id, actor),
        is_allowed(actor, "case.watch"), is_allowed(actor, "case.copy") and not case.confidential,
    )  # fmt: skip
