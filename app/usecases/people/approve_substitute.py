"""Approve a substitute for a sensitive post."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.ids import county_of
from app.domain.office import led
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


class NotTwice(Forbidden):
    """Whoever named a substitute, or is the one, does not approve him."""

    slug = "not-twice"


class NothingToApprove(Conflict):
    """This substitution does not wait for an approval, or not any more."""

    slug = "nothing-to-approve"


def approve_substitute(tools: Tools, *, actor: Actor, substitution_id: UUID) -> None:
    """Let a substitute whom somebody else has named for a sensitive post stand in from now on.

    Args:
        actor: the officer himself, or another leader of his or administrator of his units; neither who named the
            substitute nor the substitute.

    Writes:
        the approval; SubstituteApproved with the officer, and notices.

    Raises:
        NotFound: there is none, or it is not his to know of. NotTwice. NothingToApprove.
        Forbidden: he acts in somebody's place himself.
    """
    at = tools.clock.now()
    if actor.absent or actor.person_id is None:
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        found = uow.substitutes.find(substitution_id)
        if found is None:
            raise NotFound()
        if actor.person_id not in (found.person_id, found.substitute_id):
            looked_after(uow, actor, found.person_id, at, led(actor))
        if actor.id in (found.named_by, str(found.substitute_id)):
            raise NotTwice()
        if not uow.substitutes.approve(substitution_id, actor, at):
            raise NothingToApprove()
        name = found.substitute_name or found.substitute
        body = {"id": str(found.id), "substitute": str(found.substitute_id), "substitute_name": name,
                "named_by": found.named_by, "named_name": found.named_name}  # fmt: skip
        record(uow, found.person_id, "SubstituteApproved", body, actor, at)
        told = {"person": found.person_name, "substitute": name, "by": actor.name or actor.username}
        for one in {str(found.person_id), str(found.substitute_id), found.named_by} - {actor.id}:
            uow.notices.add(county_of(found.person_id), at, "unit.substitute_approved", person_id=one, params=told)
        uow.commit()
