"""Add an account."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.ids import new_id
from app.domain.office import ADMINS, check_administers
from app.domain.org import county_number
from app.domain.records import PersonRow
from app.ports.passwords import LONGEST, hash_password
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.person_fields import SHORTEST, wrong_fields
from app.usecases.people.recording import record


def add_person(
    tools: Tools, *, actor: Actor, username: str, name: str, password: str = "", county: int = 0, unit: str = "",
    phone: str = "", mail: str = "",
) -> UUID:  # fmt: skip
    """Give somebody an account, still without any role.

    Args:
        actor: the machine, or the administrator of the unit.
        username: small letters, digits, dot, hyphen, underscore; unique.
        name: as others see it.
        password: at least twelve characters; empty for an account that cannot sign in yet.
        county: two-digit number where the row is kept; 0 for the city's own people. That of the unit, if it is given.
        unit: code of the unit whose administrators look after the account; only machines may leave it out.

    Returns:
        The person's id.

    Writes:
        the person; PersonAdded.

    Raises:
        Forbidden: anybody else. OutsideYourUnits: an administrator of other units.
        Invalid: a field; Conflict: the user name is taken.
    """
    if not (actor.machine or actor.has(*ADMINS)):
        raise Forbidden("Only administrators may add people.")
    at = tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        errors = wrong_fields(uow, {"username": username, "name": name, "phone": phone, "mail": mail, "unit": unit})
        if password and not SHORTEST <= len(password) <= LONGEST:
            errors["password"] = [say("password", n=SHORTEST, most=LONGEST)]
        if not 0 <= county <= 99:
            errors["county"] = ["0 to 99"]
        if not unit and not actor.machine:
            errors["unit"] = [say("required")]
        if "username" not in errors and uow.people.by_username(username) is not None:
            errors["username"] = [say("taken")]
        if errors:
            raise Invalid("; ".join(f"{field}: {texts[0]}" for field, texts in errors.items()), errors=errors)
        if unit:
            check_administers(actor, unit)
            county = county_number(unit)
        row = PersonRow(
            county=county, id=new_id(county, at), username=username, name=name.strip(), phone=phone, active=True,
            password_hash=hash_password(password) if password else "", locale=tools.config.locale, created_at=at,
            mail=mail, unit=unit,
        )  # fmt: skip
        uow.people.add_many([row])
        record(uow, row.id, "PersonAdded", {"username": username, "name": row.name, "unit": unit}, actor,
               tools.clock.now())  # fmt: skip
        uow.commit()
    return row.id
