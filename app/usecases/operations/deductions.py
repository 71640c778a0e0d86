"""The operation that gathers what recorded facts cost: assessments are reckoned from facts, not typed in."""

from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID

from app.domain.deductions import deductions
from app.domain.errors import StepFailed
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: facts that one assessment reads at most; more would not fit into one step
MOST = 20_000


def facts_deductions(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Gather the deductions of units in a span of days, the last day not included: {rows}.

    Raises:
        StepFailed: a day that is none, or more facts than one assessment can read.
    """
    zone = tools.city.calendar.zone
    try:
        since, until = (datetime.combine(date.fromisoformat(str(call.params[name])), time(), zone)
                        for name in ("from", "until"))
    except ValueError as no:
        raise StepFailed(f"facts.deductions: {no}") from no
    units = call.params["units"]
    if not isinstance(units, list) or not all(isinstance(unit, str) for unit in units):
        raise StepFailed("facts.deductions: units is no list of unit codes.")
    found = uow.facts.costly(units, since=since, until=until, limit=MOST + 1)
    if len(found) > MOST:
        raise StepFailed(f"facts.deductions: more than {MOST} facts cost points; ask for a shorter span.")
    local = [replace(fact, at=tools.city.calendar.local(fact.at)) for fact in found]
    return OperationResult({"rows": deductions(local, frozenset(units))})
