"""In which seat somebody speaks about a case that is nobody's task of his; shared by the verbs that do so."""

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.usecases.stepping import seat_of


def seat_near(actor: Actor, record: Mapping[str, Any]) -> tuple[str, str]:
    """Say in which seat somebody speaks: the one nearest to the case's work and place, else his first."""
    for name in ("lead_unit", "grid", "village", "street", "county"):
        place = str(record.get(name) or "")
        for one in sorted(actor.assignments, key=lambda a: (a.role, a.unit)):
            above, _, word = one.unit.rpartition(".")
            # a command room or a department sits in the place that it is named after
            if place and (one.unit == place or (above == place and not word.isdigit())):
                return one.role, one.unit
    return seat_of(actor)
