"""Write down what somebody found out about an incident."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.command.incident_view import IncidentView, views_of
from app.usecases.element_names import ElementNames
from app.usecases.incidents import locked_incident
from app.usecases.stepping import add_fact, command_of, seat_of


def note_incident(tools: Tools, *, actor: Actor, incident_id: UUID, text: str) -> IncidentView:
    """Put a note on an open incident; it takes the place of an earlier one, which the history keeps.

    Writes:
        IncidentNoted, where there is a case.

    Raises:
        NotFound: no such incident in the operator's place.
        Conflict: it is closed.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        line, case = locked_incident(uow, actor, incident_id)
        row = line.incident
        if not uow.incidents.note(row.id, text):
            raise Conflict("This incident is closed.")
        if case is not None:
            command = command_of(actor, max(at, uow.facts.last_at(case)), seat_of(actor))
            body = {"incident": str(row.id), "kind": row.kind, "key": row.key, "note": text}
            add_fact(uow, case, FactDraft("IncidentNoted", row.process, row.node, body=body), command)
        noted = uow.incidents.operated(actor, incident_id)
        (view,) = views_of(uow, [noted], ElementNames(tools.library))
        uow.commit()
    return view
