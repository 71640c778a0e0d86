"""Who leads whose work; shared by the verbs that only a leader may do."""

from app.domain.actor import Actor
from app.domain.records import TaskInHand
from app.usecases.outsiders import is_outsider

#: hand out the work of their unit, or of what lies below it
LEADERS = frozenset(
    {"grid_leader", "village_secretary", "street_command_duty", "street_command_director", "unit_leader",
     "county_dept_leader", "county_director", "city_director", "agency_head", "mediation_director"}
)  # fmt: skip


def leading_seat(actor: Actor, task: TaskInHand) -> tuple[str, str] | None:
    """Find the seat in which somebody leads those to whom a task is offered, or None."""
    if is_outsider(actor):
        return None
    units = {unit for _, unit in task.candidates}
    for one in sorted(actor.assignments, key=lambda held: (held.role, held.unit)):
        if one.role in LEADERS and any(unit == one.unit or unit.startswith(f"{one.unit}.") for unit in units):
            return one.role, one.unit
    return None
