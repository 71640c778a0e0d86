"""Change an account, close it or open it again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.office import check_administers, check_not_oneself
from app.usecases import Tools
from app.usecases.people.person_fields import wrong_fields
from app.usecases.people.recording import looked_after, record

#: what an administrator may change
FIELDS = ("name", "phone", "mail", "unit")


def change_person(
    tools: Tools, *, actor: Actor, person_id: UUID, fields: Mapping[str, str], active: bool | None = None
) -> Mapping[str, Any]:
    """Change what is written about a person; a closed account is signed out everywhere and cannot sign in.

    Args:
        actor: administers every unit where the person is.
        fields: any of name, phone, mail, unit.
        active: False closes the account, True opens it again.

    Returns:
        What has changed: {field: [before, after]}.

    Writes:
        the person; PersonChanged, PersonClosed or PersonOpened.

    Raises:
        PersonNotFound: somebody else looks after the account. NotYourOwn: the actor cannot close his own.
        OutsideYourUnits: a unit that he does not administer. Invalid: per field.
    """
    at = tools.clock.now()
    given = {name: fields[name].strip() for name in FIELDS if name in fields}
    with tools.store.unit_of_work() as uow:
        person = looked_after(uow, actor, person_id, at)
        errors = wrong_fields(uow, given)
        if errors:
            raise Invalid(errors=errors)
        changes: dict[str, Any] = {
            name: [getattr(person, name), value] for name, value in given.items() if getattr(person, name) != value
        }
        if "unit" in changes:
            check_administers(actor, given["unit"])
        if changes:
            uow.people.change(person_id, **{name: after for name, (_, after) in changes.items()})
            record(uow, person_id, "PersonChanged", {"changes": changes}, actor, at)
        if active is not None and active != person.active:
            check_not_oneself(actor, str(person_id))
            uow.people.change(person_id, active=active)
            if not active:
                uow.sessions.drop_of(person_id)
            record(uow, person_id, "PersonOpened" if active else "PersonClosed", {}, actor, at)
            changes["active"] = [person.active, active]
        if changes:
            uow.commit()
    return changes
