"""Comment on a case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.stepping import add_fact, command_of, seat_of

LONGEST = 2000


def comment_case(tools: Tools, *, actor: Actor, case_id: UUID, text: str) -> int:
    """Write a remark into a case's history; closed cases take remarks too.

    Returns:
        The number of the fact.

    Writes:
        CommentAdded.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        Invalid: empty or too long.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(errors={"text": [f"请填写 1 至 {LONGEST} 字。"]})
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        case = uow.cases.lock(case_id)
        draft = FactDraft("CommentAdded", body={"text": words})
        fact = add_fact(uow, case, draft, command_of(actor, at, _seat_near(actor, case.record)))
        uow.commit()
    return fact.seq


def _seat_near(actor: Actor, record: Mapping[str, Any]) -> tuple[str, str]:
    """Say in which seat somebody speaks: the one nearest to the case's work and place, else his first."""
    for name in ("lead_unit", "grid", "village", "street", "county"):
        place = str(record.get(name) or "")
        for one in sorted(actor.assignments, key=lambda a: (a.role, a.unit)):
            above, _, word = one.unit.rpartition(".")
            # a command room or a department sits in the place that it is named after
            if place and (one.unit == place or (above == place and not word.isdigit())):
                return one.role, one.unit
    return seat_of(actor)
