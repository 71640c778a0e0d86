"""Offer units and people for a field of a register."""

from app.domain.actor import Actor
from app.domain.org import Unit
from app.domain.registers import InvalidRow
from app.schemas.register_names import kind_of, unit_name, with_code
from app.schemas.texts import say
from app.store.register_sql import read_places, write_places
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.find_units import Option
from app.usecases.registering import may_write, register_for

#: that a form offers at once; who looks for another one types a part of its name
MOST = 50


def offer_named(
    tools: Tools, *, actor: Actor, key: str, field: str, q: str = "", limit: int = MOST, locale: str = "zh"
) -> tuple[Option, ...]:
    """List what a field may name by a part of its name or code: each value is the name with the code behind it.

    Args:
        field: of type unit or person, or `unit` for the unit whose row it is; of whose units one writes rows only
            these are offered, people in the part of the city whose rows one reads.
        locale: zh or en.

    Raises:
        RegisterNotFound.
        InvalidRow: the field names neither.
    """
    register = register_for(tools, actor, key)
    kind = kind_of(register, field)
    if not kind:
        raise InvalidRow(errors={field[:60]: [say("unknown")]})
    with tools.store.unit_of_work() as uow:
        if kind == "person":
            people = uow.register_traffic.people_like(q, read_places(actor, register), limit)
            named = uow.units.many({one.unit for one in people})
            return tuple(
                Option(with_code(one.name, one.username),
                       unit_name(named[one.unit], locale) if one.unit in named else "") for one in people
            )  # fmt: skip
        if kind == "owner" and may_write(actor, register):
            units = uow.register_traffic.owners(register, write_places(actor, register), q=q, limit=limit)
        else:
            among = read_places(actor, register) if kind == "owner" else [tools.city.root]
            units = uow.register_traffic.units_like(q, among, limit)
        return _options(uow, units, locale)


def _options(uow: UnitOfWork, units: tuple[Unit, ...], locale: str) -> tuple[Option, ...]:
    """Write units with their codes, and beside them the unit above, which tells namesakes apart."""
    above = uow.units.many({one.parent for one in units if one.parent})
    return tuple(
        Option(with_code(unit_name(one, locale), one.code),
               unit_name(above[one.parent], locale) if one.parent in above else "") for one in units
    )  # fmt: skip
