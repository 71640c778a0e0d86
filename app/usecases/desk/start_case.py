"""Start a case of any process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.ids import new_id
from app.domain.org import anchors
from app.engine import commands
from app.usecases import Tools
from app.usecases.beginnings import check_variables, county_number
from app.usecases.stepping import command_of, make_world, seat_of
from app.usecases.writing import write_start


@dataclass(frozen=True)
class Started:
    """A case that was started."""

    case_id: UUID
    event_no: str | None


def start_case(tools: Tools, *, actor: Actor, process: str, variables: Mapping[str, Any]) -> Started:
    """Start a case on the current version of a process.

    Args:
        variables: what the first token carries; `unit` says where it belongs, otherwise it belongs to the
            place of the actor's first seat.

    Writes:
        CaseStarted and everything the diagram does up to its first stop.

    Raises:
        ProcessNotFound: nothing is published under this key.
        Invalid: reserved names, too many variables, an unknown unit.
    """
    check_variables(variables)
    at = tools.clock.now()
    seat = seat_of(actor)
    with tools.store.unit_of_work() as uow:
        named = str(variables.get("unit") or "")
        unit = named or seat[1] or tools.city.root
        # roles are held at units that exist
        if named and uow.units.find(named) is None:
            raise Invalid(errors={"unit": ["没有这个单位。"]})
        places = anchors(unit).as_dict()
        case_id = new_id(county_number(places), at)
        event = {**places, "title": str(variables.get("title") or ""), "reported_by": actor.id, "status": "accepted"}
        command = command_of(actor, at, seat)
        progress = commands.start(make_world(tools, uow, case_id), command, process, variables, event)
        case = write_start(tools, uow, case_id, process, progress, command, actor.id)
        uow.commit()
    return Started(case.id, case.event_no)
