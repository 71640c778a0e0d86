"""End a substitution before its time."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.ids import county_of
from app.domain.office import led
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


class SubstitutionOver(Conflict):
    """This substitution is over already."""

    slug = "substitution-over"


def end_substitute(tools: Tools, *, actor: Actor, substitution_id: UUID) -> None:
    """Let nobody act in an officer's place any more; what is open lies on his own desk again.

    Args:
        actor: the officer, the substitute, the officer's leader, or the administrator of his units.

    Writes:
        the end; SubstituteEnded with the officer, and a notice to both.

    Raises:
        NotFound: there is none, or it is not his to know of. SubstitutionOver. Forbidden: he acts in somebody's
            place himself.
    """
    at = tools.clock.now()
    if actor.absent:
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        found = uow.substitutes.find(substitution_id)
        if found is None:
            raise NotFound()
        if actor.person_id not in (found.person_id, found.substitute_id):
            looked_after(uow, actor, found.person_id, at, led(actor))
        if not uow.substitutes.end(substitution_id, at):
            raise SubstitutionOver()
        name = found.substitute_name or found.substitute
        body = {"id": str(found.id), "substitute": str(found.substitute_id), "substitute_name": name}
        record(uow, found.person_id, "SubstituteEnded", body, actor, at)
        told = {"person": found.person_name, "substitute": name}
        for one in {found.person_id, found.substitute_id} - {actor.person_id}:
            uow.notices.add(county_of(one), at, "unit.substitute_ended", person_id=str(one), params=told)
        uow.commit()
