"""List the processes that somebody may begin by hand."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.hand_starts import Seat, seats_for


@dataclass(frozen=True)
class Startable:
    """A process that waits for people to begin it."""

    process: str
    version: int
    pack: str
    name: str
    name_en: str
    #: what it is for, as its diagram says
    about: str
    about_en: str
    form: str
    seats: tuple[Seat, ...]


def list_startable(tools: Tools, *, actor: Actor) -> tuple[Startable, ...]:
    """List what an actor may begin by hand in one of his seats, by pack and key."""
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        rows = uow.definitions.list("process")
    found = []
    for row in rows:
        version = tools.library.process(row.key, row.number)
        point = version.start_by_hand()
        seats = seats_for(actor, point, now) if point else ()
        if point and seats:
            found.append(Startable(row.key, row.number, row.pack, row.name, row.name_en, *version.about, point.form,
                                   seats))
    return tuple(sorted(found, key=lambda one: (one.pack, one.process)))
