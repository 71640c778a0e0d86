"""Cases that begin because something came: a message or a signal that a published process starts with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Invalid
from app.domain.ids import new_id
from app.domain.org import anchors
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.engine import commands
from app.engine.scope import RESERVED
from app.engine.versions import StartPoint
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import link_facts, make_world

#: variables that a case may begin with
MOST_VARIABLES = 200


@dataclass(frozen=True)
class Beginning:
    """A start event of a published process."""

    process: str
    node: str
    #: what the current version says about it; None for one that began to wait earlier
    point: StartPoint | None = None


def beginnings(tools: Tools, kind: str, name: str) -> list[Beginning]:
    """List the start events that wait for a message or signal, in the current versions of all processes."""
    return [
        Beginning(process, point.node, point)
        for process in tools.library.keys("process")
        for point in tools.library.process(process).starts
        if point.kind == kind and point.name == name
    ]


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that a case cannot begin with.

    Raises:
        Invalid: reserved names, or too many.
    """
    wrong = sorted(name for name in variables if name in RESERVED or name.startswith("__"))
    if wrong or len(variables) > MOST_VARIABLES:
        found = {name: ["此名称由系统使用。"] for name in wrong} or {"variables": [f"至多 {MOST_VARIABLES} 个。"]}
        raise Invalid(errors=found)


def places_of(tools: Tools, uow: UnitOfWork, unit: str) -> dict[str, str]:
    """List the places that a unit lies in, as a case's record names them; of the city if there is no such unit."""
    code = unit if unit and uow.units.find(unit) is not None else tools.city.root
    return anchors(code).as_dict()


def begin_case(
    tools: Tools,
    uow: UnitOfWork,
    beginning: Beginning,
    command: Command,
    variables: Mapping[str, Any],
    event: Mapping[str, Any],
) -> tuple[StoredCase, Progress]:
    """Start a case at one start event and write it; the caller routes what it threw, and commits.

    Args:
        event: first content of its record, with the places it belongs to.
    """
    check_variables(variables)
    case_id = new_id(county_number(event), command.now)
    progress = commands.start(
        make_world(tools, uow, case_id), command, beginning.process, variables, event, node=beginning.node
    )
    facts, version = link_facts(case_id, progress.facts, command), progress.versions[beginning.process]
    return uow.cases.create(case_id, beginning.process, version, progress, facts, at=command.now), progress


def county_number(event: Mapping[str, Any]) -> int:
    """Read the number of the county that a record belongs to; 0 for the city itself."""
    county = str(event.get("county") or "")
    return int(county.split(".")[2]) if county.count(".") >= 2 else 0
