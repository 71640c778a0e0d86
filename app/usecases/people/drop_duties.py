"""Take somebody off all duties to come."""

from uuid import UUID

from app.domain.actor import Actor
from app.store.office_facts import subject_of
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


def drop_duties(tools: Tools, *, actor: Actor, person_id: UUID) -> int:
    """Take somebody off every duty that is not over.

    Args:
        actor: administers every unit where the person is.

    Returns:
        How many there were.

    Writes:
        DutyDropped for each, with its unit.

    Raises:
        PersonNotFound: somebody else looks after the account.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        looked_after(uow, actor, person_id, at)
        rows = uow.rosters.of_person(person_id, at)
        for row in rows:
            uow.rosters.drop(row.id)
            body = {"role": row.role, "person": str(person_id), "from": row.from_at.isoformat(),
                    "to": row.to_at.isoformat()}  # fmt: skip
            record(uow, subject_of(row.unit), "DutyDropped", body, actor, at)
        if rows:
            uow.commit()
    return len(rows)
