"""Plan a migration."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.engine.targets import standing
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.migrating.mapped import MappedElement, elements, planned, published
from app.usecases.stepping import command_of, make_world

#: cases whose tokens are counted; more would keep the planner waiting
COUNTED = 500


@dataclass(frozen=True)
class Plan:
    """What a migration would do to the elements of a process."""

    process: str
    old: int
    new: int
    elements: Sequence[MappedElement]
    #: {old element: new element}, to be sent back
    mapping: Mapping[str, str]
    #: drawn elements of the old version without a counterpart
    lost: Sequence[str]
    #: lost elements on which tokens stand: their cases would be refused
    blocking: Sequence[str]
    #: cases whose tokens were counted, and whether there are more
    cases: int
    more: bool


def plan_migration(
    tools: Tools, *, actor: Actor, process: str, old: int, new: int, mapping: Mapping[str, str] | None = None
) -> Plan:
    """Map the elements of two versions, and say where the tokens of running cases stand.

    Args:
        mapping: {old element: new element} where the planner knows better.

    Raises:
        DefinitionNotFound: there is no such published version.
        MigrationRefused: what is given does not fit; `elements` names it.
    """
    with tools.store.unit_of_work() as uow:
        published(uow, process, old)
        published(uow, process, new)
        found, before, after = planned(tools, process, old, new, mapping)
        page = uow.steering.running(actor, process, old, limit=200)
        live, counted = Counter[str](), 0
        while True:
            counted += len(page.rows)
            for case_id, _ in page.rows:
                live.update(_nodes(tools, uow, case_id, process, old))
            if page.next is None or counted >= COUNTED:
                break
            page = uow.steering.running(actor, process, old, after=page.next, limit=200)
    rows = elements(found, before, after, live)
    lost = [row.node for row in rows if not row.target]
    return Plan(process, old, new, rows, dict(found.mapping), lost, [node for node in lost if live[node]], counted,
                page.next is not None)  # fmt: skip


def _nodes(tools: Tools, uow: UnitOfWork, case_id: UUID, process: str, old: int) -> set[str]:
    case = uow.cases.get(case_id)
    found, _ = standing(make_world(tools, uow, case.id), command_of(SYSTEM, tools.clock.now()), case.state)
    return {one.node for one in found if (one.process, one.version) == (process, old)}
