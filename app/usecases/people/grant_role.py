"""Give somebody a role."""

from datetime import datetime

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid, NotFound
from app.domain.office import ADMINS, check_may_give
from app.domain.records import RoleRow
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


def grant_role(
    tools: Tools, *, actor: Actor, username: str, role: str, unit: str, until: datetime | None = None
) -> None:
    """Let somebody act in a role at a unit, from now on.

    Args:
        actor: the machine, or the administrator of the unit who looks after the person too.
        role: a code of `city/roles.yaml`.
        unit: code of an existing unit.
        until: when it ends by itself.

    Writes:
        the role; RoleGranted.

    Raises:
        Forbidden: anybody else. OutsideYourUnits, MoreThanYouHave: not his to give.
        NotFound: no such person or unit; Invalid: no such role, or it sits elsewhere; Conflict: held already.
    """
    if not (actor.machine or actor.has(*ADMINS)):
        raise Forbidden("Only administrators may grant roles.")
    if role not in tools.city.roles:
        raise Invalid(f"There is no role {role!r}.", errors={"role": [say("option")]})
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        if person is None:
            raise NotFound(f"There is no person {username!r}.")
        kind = tools.city.roles[role].kind
        if kind is not None and uow.units.get(unit).kind is not kind:
            raise Invalid(errors={"unit": [say("wrong_seat")]})
        check_may_give(actor, str(person.id), role, unit)
        if not actor.machine:
            looked_after(uow, actor, person.id, now)
        if until is not None and until <= now:
            raise Invalid(errors={"until": [say("ends_early")]})
        held = uow.people.actor(person.id, now).assignments if person.active else ()
        if any((one.role, one.unit) == (role, unit) for one in held):
            return
        uow.roles.grant_many([RoleRow(person.id, role, unit, now, until)])
        body = {"role": role, "unit": unit, "until": until.isoformat() if until else ""}
        record(uow, person.id, "RoleGranted", body, actor, now)
        uow.commit()
