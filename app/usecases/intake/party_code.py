"""The code with which somebody without account or report answers one question of a case; shared by the verbs.

A diagram asks him by a message act that is offered to `party`. His code is made of the case, the question and the key
of the installation: nobody keeps it, it opens nothing else, and it is worth nothing once the question is answered.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.records import StoredCase, SubscriptionRow
from app.ports.secrets import CODE_LETTERS
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: stands beside roles in `offeredTo`
PARTY = "party"
_LENGTH = 16
_GROUP = 4


class QuestionNotFound(NotFound):
    """No question waits for this number and code."""

    slug = "question-not-found"


@dataclass(frozen=True)
class Invitation:
    """What is handed to a party so that he can answer by himself."""

    name: str
    name_en: str
    event_no: str
    code: str


def code_of(tools: Tools, case_id: UUID, key: str) -> str:
    """Make the code of a question, in groups that can be read out."""
    number = int(tools.secrets.sign(f"party:{case_id}:{key}"), 16)
    letters = []
    for _ in range(_LENGTH):
        number, at = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[at])
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, _LENGTH, _GROUP))


def invitations(tools: Tools, case: StoredCase, rows: Iterable[SubscriptionRow]) -> list[Invitation]:
    """List the codes of those questions among these that a party may answer now."""
    return [
        Invitation(row.name, row.name_en, case.event_no or "", code_of(tools, case.id, row.key))
        for row in rows if is_for_party(row) and case.event_no
    ]  # fmt: skip


def is_for_party(row: SubscriptionRow) -> bool:
    """Say whether a party may answer this question now."""
    return PARTY in row.offered_to and bool(row.form) and row.open


def find_question(tools: Tools, uow: UnitOfWork, event_no: str, code: str) -> tuple[StoredCase, SubscriptionRow]:
    """Find the question that a code opens.

    Raises:
        QuestionNotFound: number and code do not belong together, or it is answered; which, is not said.
    """
    case = uow.cases.find_by_event_no(event_no)
    given = re.sub(r"[\s-]", "", code).upper()
    for row in uow.subscriptions.of_case(case.id) if case else ():
        wanted = code_of(tools, row.case_id, row.key).replace("-", "")
        if case and is_for_party(row) and hmac.compare_digest(wanted.encode(), given.encode()):
            return case, row
    raise QuestionNotFound()


def party_of(row: SubscriptionRow) -> Actor:
    """Give the party under whose signature no account can be found."""
    return Actor(id=f"{PARTY}:{row.key}", username="", name="当事人")
