"""Offer the units for which somebody may write rows."""

from app.domain.actor import Actor
from app.domain.org import Unit
from app.store.register_sql import write_places
from app.usecases import Tools
from app.usecases.registering import register_for

#: units that a form offers at first; who looks for another one types a part of its name
MOST = 100


def offer_units(tools: Tools, *, actor: Actor, key: str, q: str = "", limit: int = MOST) -> tuple[Unit, ...]:
    """List units of the register's level in which an actor may write rows, by code.

    Args:
        q: part of their name or code.

    Raises:
        RegisterNotFound: there is none that he may write.
    """
    register = register_for(tools, actor, key, to_write=True)
    with tools.store.unit_of_work() as uow:
        return uow.register_traffic.owners(register, write_places(actor, register), q=q, limit=limit)
