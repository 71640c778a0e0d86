"""Have done again what a machine could not do."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.command.incident_view import IncidentView, views_of
from app.usecases.element_names import ElementNames
from app.usecases.incidents import RETRIES, locked_incident
from app.usecases.stepping import add_fact, command_of, seat_of


def retry_incident(tools: Tools, *, actor: Actor, incident_id: UUID) -> IncidentView:
    """Let the machine try again, soon after this is committed; the incident closes when it works.

    Where nothing is left to be done, because the case went another way, the incident closes now.

    Writes:
        IncidentRetried or IncidentResolved, where there is a case.

    Raises:
        NotFound: no such incident in the operator's place.
        Conflict: it is closed, or it is being tried again already.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        line, case = locked_incident(uow, actor, incident_id)
        row = line.incident
        if row.resolved_at is not None:
            raise Conflict("This incident is closed.")
        if row.retried_at is not None:
            raise Conflict("This is being tried again already.")
        again = row.kind in RETRIES and RETRIES[row.kind](uow, row, at)
        if again:
            uow.incidents.retried(row.id, at)
        else:
            uow.incidents.resolve(row.id, at, actor.id)
        if case is not None:
            command = command_of(actor, max(at, uow.facts.last_at(case)), seat_of(actor))
            body = {"incident": str(row.id), "kind": row.kind, "key": row.key}
            done = {} if again else {"why": "overtaken"}
            kind = "IncidentRetried" if again else "IncidentResolved"
            add_fact(uow, case, FactDraft(kind, row.process, row.node, body=body | done), command)
        found = uow.incidents.operated(actor, incident_id)
        (view,) = views_of(uow, [found], ElementNames(tools.library))
        uow.commit()
    return view
