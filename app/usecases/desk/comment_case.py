"""Comment on a case."""

import re
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound, Invalid, NotFound
from app.domain.facts import FactDraft
from app.domain.records import StoredCase
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.handing import shown
from app.usecases.desk.seeing import seen
from app.usecases.outsiders import is_outsider

LONGEST = 2000
#: most people that one remark may call
MOST = 10
#: the account of somebody who is called; an address of mail is none
_CALLED = re.compile(r"(?<![\w.@-])@([A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*)")


def comment_case(tools: Tools, *, actor: Actor, case_id: UUID, text: str) -> int:
    """Write a remark into a case's history; closed cases take remarks too.

    Whoever is called by `@account` gets a notice and may read the case from then on.

    Returns:
        The number of the fact.

    Writes:
        CommentAdded, with those who were called; their notices, and copies for those who did not see the case.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        Invalid: empty or too long, or it calls somebody who is no officer or may not know of the case.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(errors={"text": [f"请填写 1 至 {LONGEST} 字。"]})
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        looked_at = seen(uow, actor, case_id, at)
        case = looked_at.case
        called = _called(uow, case, words, at)
        body = {"text": words, "mentions": [one.username for one in called]} if called else {"text": words}
        (fact,) = looked_at.record(FactDraft("CommentAdded", body=body))
        for person in called:
            _let_know(uow, case, actor, person, words, at)
        uow.commit()
    return fact.seq


def _called(uow: UnitOfWork, case: StoredCase, words: str, at: datetime) -> list[Actor]:
    """Find the officers whom a remark calls."""
    names = list(dict.fromkeys(_CALLED.findall(words)))
    if len(names) > MOST:
        raise Invalid(errors={"text": [say("too_many", n=MOST)]})
    found = []
    for name in names:
        row = uow.people.by_username(name)
        try:
            person = uow.people.actor(row.id, at) if row is not None else None
        except NotFound:
            person = None
        if person is None or is_outsider(person):
            raise Invalid(errors={"text": [say("called", name=name)]})
        if case.confidential and not _sees(uow, person, case.id):
            raise Invalid(errors={"text": [say("called_not", name=name)]})
        found.append(person)
    return found


def _sees(uow: UnitOfWork, person: Actor, case_id: UUID) -> bool:
    try:
        uow.cases.visible_to(person, case_id)
    except CaseNotFound:
        return False
    return True


def _let_know(uow: UnitOfWork, case: StoredCase, actor: Actor, person: Actor, words: str, at: datetime) -> None:
    """Tell somebody who was called, and show him the case; one whom the case is about learns nothing."""
    if not _sees(uow, person, case.id):
        uow.copies.add(case.county, case.id, at, sender=(actor.id, shown(actor)), reason=words[:200],
                       person=(person.id, shown(person)))  # fmt: skip
        if not _sees(uow, person, case.id):
            raise Invalid(errors={"text": [say("called_not", name=person.username)]})
    params = {"event_no": case.event_no or "", "by": shown(actor), "text": words[:200]}
    uow.notices.add(case.county, at, "unit.mentioned", person_id=person.id, case_id=case.id, params=params)
