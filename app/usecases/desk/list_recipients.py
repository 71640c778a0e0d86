"""List to whom a case may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseConfidential
from app.domain.org import Unit
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


@dataclass(frozen=True)
class Choice:
    """Somebody to whom a case may be shown."""

    #: as `copy_case` takes it
    to: str
    name: str
    #: of a person: first role and unit
    role: str
    unit: str


def list_recipients(tools: Tools, *, actor: Actor, case_id: UUID, q: str = "") -> Sequence[Choice]:
    """Find officers and units by a part of their name; without one, the offices that the case itself names.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        CaseConfidential: it is shown to nobody else.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        if case.confidential:
            raise CaseConfidential()
        if not q.strip():
            return _near(uow, case.record, actor.locale)
        people, units = uow.copies.recipients(q, at)
        names = uow.units.many({row.units[0] for row in people})
        found = [
            Choice(f"person:{row.id}", row.name or row.username, row.roles[0],
                   _name(names.get(row.units[0]), actor.locale))
            for row in people if str(row.id) != actor.id
        ]
        return found + [Choice(f"unit:{code}", (en if actor.locale == "en" else "") or zh, "", code)
                        for code, zh, en in units]


def _near(uow: UnitOfWork, record: Mapping[str, Any], locale: str) -> list[Choice]:
    codes = [record.get(name) for name in ("lead_unit", "command_room", "grid", "village", "street", "county")]
    codes += list(record.get("assist_units") or ())
    known = uow.units.many({str(code) for code in codes if code})
    return [Choice(f"unit:{code}", _name(unit, locale), "", code) for code, unit in known.items()]


def _name(unit: Unit | None, locale: str) -> str:
    if unit is None:
        return ""
    return unit.name_en if locale == "en" and unit.name_en else unit.name
