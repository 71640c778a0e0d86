"""Close incidents that nothing waits for any more."""

from app.domain.actor import SYSTEM
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.stepping import add_fact, command_of

#: incidents of one sweep
MOST = 100


def close_overtaken_incidents(tools: Tools) -> int:
    """Close incidents whose case went another way: the timer is gone, or its limit was moved.

    Returns:
        How many were closed; at most so many as one sweep takes.

    Writes:
        IncidentResolved.
    """
    at = tools.clock.now()
    closed = 0
    with tools.store.unit_of_work() as uow:
        for row in uow.incidents.overtaken(MOST):
            # who has the case now may be doing just that; the next sweep comes
            case = uow.cases.lock_free(row.case_id) if row.case_id else None
            if case is None or not uow.incidents.resolve(row.id, at, SYSTEM.id):
                continue
            body = {"incident": str(row.id), "kind": row.kind, "key": row.key, "why": "overtaken"}
            draft = FactDraft("IncidentResolved", row.process, row.node, body=body)
            add_fact(uow, case, draft, command_of(SYSTEM, max(at, uow.facts.last_at(case))))
            closed += 1
        uow.commit()
    return closed
