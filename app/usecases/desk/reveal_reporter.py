"""Reveal who reported."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotFound
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.reporter_data import may_reveal
from app.usecases.stepping import add_fact, command_of, seat_of


@dataclass(frozen=True)
class PlainReporter:
    """The reporter's data in clear."""

    name: str
    phone: str


def reveal_reporter(tools: Tools, *, actor: Actor, case_id: UUID) -> PlainReporter:
    """Show the reporter's name and telephone to somebody whose task needs them, and record that he looked.

    Writes:
        ConfidentialViewed.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        Forbidden: none of his tasks needs it.
        NotFound: the report is anonymous.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        seen = uow.cases.visible_to(actor, case_id)
        reports = uow.reports.of_case(case_id)
        hidden = seen.confidential or any(row.confidential for row in reports)
        if not may_reveal(actor, uow.tasks.of_case(case_id), confidential=hidden):
            raise Forbidden("None of your tasks on this case needs the reporter's data.")
        rows = [row for row in reports if row.reporter_enc]
        if not rows or rows[0].reporter_enc is None:
            raise NotFound("The report names nobody.")
        plain = tools.secrets.decrypt(rows[0].reporter_enc, context=str(case_id))
        case = uow.cases.lock(case_id)
        draft = FactDraft("ConfidentialViewed", body={"what": "reporter", "report": str(rows[0].id)})
        add_fact(uow, case, draft, command_of(actor, at, seat_of(actor)))
        uow.commit()
    return PlainReporter(plain.get("name", ""), plain.get("phone", ""))
