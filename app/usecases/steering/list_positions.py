"""List where a case stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.engine.targets import standing, targets
from app.usecases import Tools
from app.usecases.stepping import command_of, make_world


@dataclass(frozen=True)
class StandingToken:
    """A token of a case."""

    key: str
    process: str
    version: int
    node: str
    name: str
    name_en: str
    kind: str
    #: key of the activity around it, or empty
    inside: str
    #: one of several who take part; the activity is performed by several; one after the other
    instance: bool
    several: bool
    sequential: bool
    holder_name: str
    #: who does or may do it
    role: str
    unit: str


@dataclass(frozen=True)
class Target:
    """An element on which a token can be put."""

    node: str
    name: str
    name_en: str
    kind: str


@dataclass(frozen=True)
class Positions:
    """Where a case stands, and where it can go."""

    case_id: UUID
    event_no: str
    process: str
    revision: int
    suspended: bool
    closed: bool
    #: the actor may open the case itself; an administrator may only steer it
    readable: bool
    tokens: Sequence[StandingToken]
    #: {`process@version`: targets}
    targets: Mapping[str, Sequence[Target]]
    #: limits of the case: {name: state}
    limits: Mapping[str, str]


def list_positions(tools: Tools, *, actor: Actor, case_id: UUID) -> Positions:
    """Say where the tokens of a case stand and where they could be put.

    Args:
        actor: must be able to steer the case.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.steering.read(actor, case_id)
        found, suspended = standing(make_world(tools, uow, case_id), command_of(actor, at), case.state)
        readable = uow.steering.sees(actor, case_id)
        held = {task.key: task for task in uow.tasks.of_case(case_id) if task.state in ("open", "claimed")}
    tokens = []
    for one in found:
        name, name_en = tools.library.process(one.process, one.version).names.get(one.node, ("", ""))
        task = held.get(one.key)
        who = (task.holder_name, task.role, task.unit) if task else ("", "", "")
        tokens.append(StandingToken(one.key, one.process, one.version, one.node, name or one.node, name_en, one.kind,
                                    one.inside, one.instance, one.several, one.sequential, *who))  # fmt: skip
    versions = dict.fromkeys((one.process, one.version) for one in found)
    return Positions(
        case.id, case.event_no or "", case.process, case.revision, suspended, case.closed_at is not None,
        readable, tokens,
        {f"{process}@{number}": _targets(tools, process, number) for process, number in versions},
        {name: str(one.get("state")) for name, one in (case.record.get("limits") or {}).items()},
    )  # fmt: skip


def _targets(tools: Tools, process: str, number: int) -> list[Target]:
    version = tools.library.process(process, number)
    return [
        Target(node, version.names.get(node, ("", ""))[0] or node, version.names.get(node, ("", ""))[1], kind)
        for node, kind in targets(version)
    ]
