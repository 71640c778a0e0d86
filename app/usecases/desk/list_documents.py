"""List documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.documents import lacking
from app.usecases import Tools
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise
from app.usecases.desk.paper_values import known_values, seat_among
from app.usecases.desk.papers import Paper, belongs, issued, templates


@dataclass(frozen=True)
class Offer:
    """A document of the case, and why it cannot be issued now."""

    key: str
    title: Mapping[str, str]
    may: bool
    #: what to wait for; empty when nothing is missing
    missing: str


@dataclass(frozen=True)
class Documents:
    """The page of a case's documents."""

    case: CaseSummary
    offers: Sequence[Offer]
    issued: Sequence[Paper]


def list_documents(tools: Tools, *, actor: Actor, case_id: UUID, language: str = "zh") -> Documents:
    """List which documents belong to a case, which of them the actor may issue now, and which have been issued.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        mine = [one for one in templates(tools).values() if belongs(one, case)]
        values = known_values(tools, uow, actor, case, "", at, language)
        offers = [
            Offer(one.key, one.title, seat_among(actor, one.roles, case) is not None,
                  one.missing[language] if lacking(one, values) else "")
            for one in mine
        ]  # fmt: skip
        return Documents(summarise(tools, case, names_of(uow, [], language), at, language), offers,
                         issued(uow, case_id))  # fmt: skip
