"""Add a unit, or change its names."""

from dataclasses import replace

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.office import check_administers
from app.domain.org import Unit, make_unit
from app.domain.records import UnitPlace
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.office_facts import subject_of
from app.usecases import Tools
from app.usecases.people.recording import record

_LONGEST = 60


def save_unit(tools: Tools, *, actor: Actor, code: str, name: str, name_en: str = "") -> Unit:
    """Add a unit below one that is there, or give one that is there other names.

    Args:
        actor: administers the unit above, or the unit itself where it is only renamed.
        code: path in the tree; what the unit is follows from it.

    Writes:
        the unit; UnitAdded or UnitChanged.

    Raises:
        OutsideYourUnits: somebody else administers that part of the tree. Invalid: per field.
    """
    at = tools.clock.now()
    names = {"name": name.strip(), "name_en": name_en.strip() or name.strip()}
    errors = {field: [say("name", n=_LONGEST)] for field, text in names.items()
              if not text or len(text) > _LONGEST or not text.isprintable() or not is_clean(text)}  # fmt: skip
    with tools.store.unit_of_work() as uow:
        known = uow.units.place(code) if is_clean(code) else None
        made = replace(known.unit, name=names["name"], name_en=names["name_en"]) if known else _made(code, names)
        if made is None or (known is None and (made.parent is None or uow.units.find(made.parent) is None)):
            errors["code"] = [say("unit_code")]
        if errors or made is None:
            raise Invalid(errors=errors)
        check_administers(actor, code if known else made.parent or code)
        before = {"name": known.unit.name, "name_en": known.unit.name_en} if known else {}
        if before != names:
            uow.units.load_many([replace(known, unit=made) if known else UnitPlace(made)])
            body = {"code": code, "before": before, "after": names}
            record(uow, subject_of(code), "UnitChanged" if known else "UnitAdded", body, actor, at)
            uow.commit()
            tools.city.offered.forget()
    return made


def _made(code: str, names: dict[str, str]) -> Unit | None:
    try:
        return make_unit(code, names["name"], names["name_en"])
    except Invalid:
        return None
