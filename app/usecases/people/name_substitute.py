"""Name a substitute."""

from datetime import datetime, timedelta
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.ids import county_of, new_id
from app.domain.office import led
from app.domain.records import PersonRow
from app.domain.records_city import SubstituteRow
from app.domain.rights import STOOD_IN_FOR
from app.schemas.texts import say
from app.schemas.values import CITY_ZONE
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.recording import clean_words, looked_after, named_person, record

#: nobody is away longer than this without somebody looking at it again
LONGEST_STAY = timedelta(days=366)


def name_substitute(
    tools: Tools,
    *,
    actor: Actor,
    substitute: str,
    from_at: datetime,
    until_at: datetime,
    reason: str,
    person_id: UUID | None = None,
    person: str = "",
    role: str = "",
    process: str = "",
) -> UUID:
    """Let somebody act in an officer's place for some time; it ends by itself.

    During that time the substitute finds the officer's tasks in his own boxes and acts "for" him. What the officer
    or the substitute is excluded from, the substitute does not see. Administrators, designers and auditors have no
    substitute. For a sensitive post (`rights.SENSITIVE`) a substitute whom somebody else than the officer has named
    does not stand in before a second person has approved him; see `approve_substitute`.

    Args:
        actor: the officer himself, his leader, or the administrator of his units.
        substitute: id or user name of another officer; who names him for somebody else is not the one.
        person_id, person: for whom, by id or by user name; the actor himself if neither is given.
        role: the only role, and process: the only process for which he stands in; empty for all.

    Returns:
        The id under which it can be ended.

    Writes:
        the substitution; SubstituteNamed with the officer, and a notice to both.

    Raises:
        PersonNotFound: somebody else leads that officer. Forbidden: he acts in somebody's place himself.
        Invalid: per field.
    """
    at = tools.clock.now()
    if actor.absent:
        raise Forbidden()
    words = clean_words(reason, "reason", needed=True)
    with tools.store.unit_of_work() as uow:
        chosen = named_person(uow, person, "person").id if person else person_id or actor.person_id
        absent = _absent(uow, actor, chosen, at)
        other = named_person(uow, substitute, "substitute")
        if other.id == actor.person_id != absent.id:
            # nobody gives himself another's work, and what of it is confidential
            raise Invalid(errors={"substitute": [say("yourself_substitute")]})
        _check(tools, uow, absent, other, (from_at, until_at, at), role, process)
        row = SubstituteRow(
            new_id(county_of(absent.id), at), absent.id, other.id, role, process, max(from_at, at), until_at, words,
            actor.id, actor.name or actor.username, at,
        )  # fmt: skip
        uow.substitutes.add(row)
        body = {"id": str(row.id), "substitute": str(other.id), "substitute_name": other.name or other.username,
                "from": row.from_at.isoformat(), "until": until_at.isoformat(), "role": role, "process": process,
                "reason": words}  # fmt: skip
        record(uow, absent.id, "SubstituteNamed", body, actor, at)
        _tell(uow, row, absent, other, actor, at)
        uow.commit()
    return row.id


def _tell(uow: UnitOfWork, row: SubstituteRow, absent: PersonRow, other: PersonRow, actor: Actor, at: datetime) -> None:
    """Tell both; where somebody has to approve it first, the officer alone: the other hears of it when it holds."""
    shown = uow.substitutes.find(row.id)
    waits = shown is not None and shown.waits
    until = f"{row.until_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
    told = {"person": absent.name, "substitute": other.name, "until": until, "reason": row.reason, "by": row.named_name}
    text = "unit.substitute_waits" if waits else "unit.substitute_named"
    for one in ({absent.id} if waits else {absent.id, other.id}) - {actor.person_id}:
        uow.notices.add(county_of(one), at, text, person_id=str(one), params=told)


def _absent(uow: UnitOfWork, actor: Actor, person_id: UUID | None, at: datetime) -> PersonRow:
    if person_id is None:
        raise Forbidden()
    if person_id != actor.person_id:
        looked_after(uow, actor, person_id, at, led(actor))
    return uow.people.get(person_id)


def _check(
    tools: Tools, uow: UnitOfWork, person: PersonRow, other: PersonRow, moments: tuple[datetime, datetime, datetime],
    role: str, process: str,
) -> None:  # fmt: skip
    from_at, until_at, at = moments
    errors: dict[str, list[str]] = {}
    if other.id == person.id:
        errors["substitute"] = [say("own_substitute")]
    elif STOOD_IN_FOR.isdisjoint(uow.people.actor(other.id, at).roles):
        errors["substitute"] = [say("no_officer")]
    if not person.active or STOOD_IN_FOR.isdisjoint(uow.people.actor(person.id, at).roles):
        errors["person"] = [say("no_officer")]
    if until_at <= max(from_at, at):
        errors["until"] = [say("ends_early")]
    elif until_at - max(from_at, at) > LONGEST_STAY:
        errors["until"] = [say("stay", n=LONGEST_STAY.days)]
    if role and not any(one.role == role for one in uow.roles.of_person(person.id)):
        errors["role"] = [say("option")]
    if process and ("process", process) not in uow.definitions.current_numbers():
        errors["process"] = [say("option")]
    clash = [one for one in uow.substitutes.overlapping(person.id, max(from_at, at), until_at)
             if one.substitute_id == other.id and (one.role, one.process) == (role, process)]  # fmt: skip
    if clash and not errors:
        errors["until"] = [say("named_already")]
    if errors:
        raise Invalid(errors=errors)
