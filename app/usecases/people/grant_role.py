"""Give somebody a role."""

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid, NotFound
from app.domain.records import RoleRow
from app.usecases import Tools


def grant_role(tools: Tools, *, actor: Actor, username: str, role: str, unit: str) -> None:
    """Let somebody act in a role at a unit, from now on.

    Args:
        actor: the machine or a system administrator.
        role: a code of `city/roles.yaml`.
        unit: code of an existing unit.

    Writes:
        the role.

    Raises:
        Forbidden: anybody else.
        NotFound: no such person or unit; Invalid: no such role; Conflict: held already.
    """
    if not (actor.machine or actor.has("sys_admin")):
        raise Forbidden("Only administrators may grant roles.")
    if role not in tools.city.roles:
        raise Invalid(f"There is no role {role!r}.", errors={"role": ["unknown"]})
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        if person is None:
            raise NotFound(f"There is no person {username!r}.")
        uow.units.get(unit)
        held = uow.people.actor(person.id, now).assignments if person.active else ()
        if any((one.role, one.unit) == (role, unit) for one in held):
            return
        uow.roles.grant_many([RoleRow(person.id, role, unit, now)])
        uow.commit()
