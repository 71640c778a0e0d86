"""Add an account."""

import re
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.ids import new_id
from app.domain.records import PersonRow
from app.ports.passwords import LONGEST, hash_password
from app.usecases import Tools

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")
#: NIST SP 800-63B asks for eight and no rules of composition; twelve is ours
SHORTEST = 12
_LONGEST_NAME = 60


def add_person(tools: Tools, *, actor: Actor, username: str, name: str, password: str = "", county: int = 0) -> UUID:
    """Give somebody an account, still without any role.

    Args:
        actor: the machine or a system administrator.
        username: small letters, digits, dot, hyphen, underscore; unique.
        name: as others see it.
        password: at least twelve characters; empty for an account that cannot sign in yet.
        county: two-digit number where the row is kept; 0 for the city's own people.

    Returns:
        The person's id.

    Writes:
        the person.

    Raises:
        Forbidden: anybody else.
        Invalid: a field; Conflict: the user name is taken.
    """
    if not (actor.machine or actor.has("sys_admin")):
        raise Forbidden("Only administrators may add people.")
    errors: dict[str, list[str]] = {}
    if not _USERNAME.fullmatch(username):
        errors["username"] = ["2 to 60 small letters, digits, dots, hyphens or underscores"]
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        errors["name"] = [f"1 to {_LONGEST_NAME} characters"]
    if password and not SHORTEST <= len(password) <= LONGEST:
        errors["password"] = [f"{SHORTEST} to {LONGEST} characters"]
    if not 0 <= county <= 99:
        errors["county"] = ["0 to 99"]
    if errors:
        raise Invalid("; ".join(f"{field}: {texts[0]}" for field, texts in errors.items()), errors=errors)
    at = tools.clock.wall()
    row = PersonRow(
        county=county, id=new_id(county, at), username=username, name=name.strip(), phone="", active=True,
        password_hash=hash_password(password) if password else "", locale=tools.config.locale, created_at=at,
    )  # fmt: skip
    with tools.store.unit_of_work() as uow:
        uow.people.add_many([row])
        uow.commit()
    return row.id
