"""See a case, lock it, and write down what was done beside its tasks; shared by the verbs of whoever only looks on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import Fact, FactDraft, for_whom
from app.domain.records import StoredCase
from app.store.unit_of_work import UnitOfWork
from app.usecases.desk.speaking import seat_near
from app.usecases.stepping import command_of, link_facts


@dataclass(frozen=True)
class Seen:
    """A case that somebody sees, locked; what he does beside its tasks he signs in the seat nearest to it."""

    uow: UnitOfWork
    case: StoredCase
    actor: Actor
    at: datetime

    def record(self, *drafts: FactDraft) -> list[Fact]:
        """Write facts of the case, once and together, with the name of whom he does it for; the caller commits."""
        command = command_of(self.actor, self.at, seat_near(self.actor, self.case.record))
        signed = [draft._replace(body=for_whom(self.actor, draft.body)) for draft in drafts]
        facts = link_facts(self.case.id, signed, command, after=self.case.seq, head=self.case.head)
        self.uow.facts.append(self.case, facts)
        return facts


def seen(uow: UnitOfWork, actor: Actor, case_id: UUID, at: datetime) -> Seen:
    """Lock a case that an actor sees.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    uow.cases.visible_to(actor, case_id)
    return Seen(uow, uow.cases.lock(case_id), actor, at)
