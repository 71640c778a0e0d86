"""List the substitutes that wait for an approval."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.office import led
from app.domain.records_city import SubstituteShown
from app.usecases import Tools


def list_waiting(tools: Tools, *, actor: Actor) -> Sequence[SubstituteShown]:
    """List what waits for an approval among the people whom somebody leads; not what he has named or would be himself.

    Returns:
        The earliest first.
    """
    reach = led(actor)
    if actor.absent or not (reach.everywhere or reach.roots):
        return ()
    with tools.store.unit_of_work() as uow:
        rows = uow.substitutes.waiting(reach, tools.clock.now())
    mine = (actor.id,)
    return [one for one in rows if one.named_by not in mine and str(one.substitute_id) not in mine
            and one.person_id != actor.person_id]  # fmt: skip
