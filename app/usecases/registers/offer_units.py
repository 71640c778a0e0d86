"""Offer the units for which somebody may write rows."""

from app.domain.actor import Actor
from app.domain.org import PLACES, Unit
from app.store.register_sql import write_places
from app.usecases import Tools
from app.usecases.registering import register_for

#: units that a form offers; who writes for more types the code
MOST = 400


def offer_units(tools: Tools, *, actor: Actor, key: str) -> tuple[Unit, ...]:
    """List the units of the register's level in which an actor may write rows, by code.

    Raises:
        RegisterNotFound: there is none that he may write.
    """
    register = register_for(tools, actor, key, to_write=True)
    level = next((level for _, level, name in PLACES.values() if name == register.unit_level), None)
    found: list[Unit] = []
    with tools.store.unit_of_work() as uow:
        for place in write_places(actor, register):
            found += [unit for unit in uow.units.subtree(place) if level is None or unit.level == level]
    offered = [unit for unit in found if unit.valid_to is None and register.unit_of(unit.code) == unit.code]
    return tuple(offered[:MOST])
