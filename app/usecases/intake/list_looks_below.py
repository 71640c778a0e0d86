"""List who looked at whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.domain.facts import Fact
from app.domain.org import Unit
from app.usecases import Tools
from app.usecases.looks import KIND, answered_places, looks_at


class LooksNotYours(Forbidden):
    """Looks at people are read by those who read their consents, in their part of the city."""

    slug = "looks-not-yours"


@dataclass(frozen=True)
class LooksBelow:
    """One page of looks, the newest first."""

    facts: Sequence[Fact]
    next: str | None
    #: at whom, {id of the person: name}
    people: Mapping[str, str]
    #: their units, and the seats of those who looked, {code: unit}
    units: Mapping[str, Unit]


def list_looks_below(
    tools: Tools, *, actor: Actor, q: str = "", after: str | None = None, limit: int = 50
) -> LooksBelow:
    """List who looked at the tracks, visits and patrols of people in the actor's part of the city.

    Args:
        q: part of the name of whom was looked at.

    Raises:
        LooksNotYours: he answers for nobody's.
        Invalid: `after` is no cursor of this list.
    """
    places = answered_places(tools, actor)
    if not places:
        raise LooksNotYours
    with tools.store.unit_of_work() as uow:
        people = {str(person): (name, unit) for person, name, unit in uow.register_traffic.people_within(places, q)}
        chains = [looks_at(person) for person in people]
        page = uow.office_facts.newest(chains, KIND, after=after, limit=limit)
        seen = {str(fact.content["person"]) for fact in page.rows}
        codes = {people[one][1] for one in seen} | {fact.unit for fact in page.rows}
        units = uow.units.many(sorted(codes))
    return LooksBelow(page.rows, page.next, {one: people[one][0] for one in seen}, units)
