"""Show a case to others for their knowledge."""

from collections.abc import Sequence
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseConfidential
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.copying import Recipient, read_recipients
from app.usecases.desk.handing import check_said, shown
from app.usecases.desk.seeing import seen


def copy_case(tools: Tools, *, actor: Actor, case_id: UUID, to: Sequence[str], reason: str) -> list[Recipient]:
    """Show a case to people, units or the holders of roles: from now on they find it in a box and may read it.

    Args:
        to: `person:<id or user name>`, `unit:<code>` or `seat:<role>@<code>`.

    Returns:
        Those to whom it had not been shown before.

    Writes:
        CaseCopied for each of them, and notices.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        CaseConfidential: who works on such a case is decided by the case alone.
        Invalid: fields `to` and `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        looked_at = seen(uow, actor, case_id, at)
        case = looked_at.case
        if case.confidential:
            raise CaseConfidential()
        told = [one for one in read_recipients(uow, case, to, at)
                if not uow.copies.has(case_id, person_id=one.person[0], role=one.role, unit=one.unit)]
        if told:
            looked_at.record(*(FactDraft("CaseCopied", body={
                "to": one.person[0], "to_name": one.name, "to_role": one.role, "to_unit": one.unit,
                "reason": words,
            }) for one in told))
        for one in told:
            uow.copies.add(case.county, case_id, at, sender=(actor.id, shown(actor)), reason=words,
                           person=one.person, role=one.role, unit=one.unit)
            params = {"event_no": case.event_no or case.summary, "by": shown(actor), "reason": words}
            for address in uow.copies.addresses(one.person[0], one.role, one.unit, at):
                uow.notices.add(case.county, at, "unit.case_copied", **address, case_id=case_id, params=params)
        if told:
            uow.commit()
    return told
