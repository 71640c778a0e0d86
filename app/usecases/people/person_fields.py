"""What may be written about a person; shared by the verbs that add and change accounts."""

import re
from collections.abc import Mapping

from app.domain.contact import read_addresses
from app.domain.errors import Invalid
from app.ports.passwords import LONGEST
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.unit_of_work import UnitOfWork

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,19}")
_LONGEST_NAME = 60
#: NIST SP 800-63B asks for eight and no rules of composition; twelve is ours
SHORTEST = 12


def wrong_fields(uow: UnitOfWork, given: Mapping[str, str]) -> dict[str, list[str]]:
    """Say what is wrong with what is written about a person: {field: texts}; only of the fields that are given."""
    errors: dict[str, list[str]] = {}
    if "username" in given and not _USERNAME.fullmatch(given["username"]):
        errors["username"] = [say("username")]
    if "name" in given:
        name = given["name"].strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable() or not is_clean(name):
            errors["name"] = [say("name", n=_LONGEST_NAME)]
    if given.get("phone") and not _PHONE.fullmatch(given["phone"]):
        errors["phone"] = [say("phone")]
    if given.get("mail") and not _is_address(given["mail"]):
        errors["mail"] = [say("email")]
    if given.get("unit") and (not is_clean(given["unit"]) or uow.units.find(given["unit"]) is None):
        errors["unit"] = [say("no_unit")]
    return errors


def _is_address(mail: str) -> bool:
    """Say whether it is one address, as its owner could write it himself: no list of several, no name beside it."""
    try:
        return read_addresses(mail, "")[0] == mail
    except Invalid:
        return False


def wrong_password(password: str, *, username: str = "") -> list[str]:
    """Say what is wrong with a password that somebody wants to have."""
    if not SHORTEST <= len(password) <= LONGEST:
        return [say("password", n=SHORTEST, most=LONGEST)]
    if username and username.lower() in password.lower():
        return [say("password_name")]
    return [] if is_clean(password) else [say("characters")]
