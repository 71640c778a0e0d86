"""Whether grid workers agree that their tracks are kept; shared by the verbs that keep and show them."""

from collections.abc import Mapping

from app.domain.registers import Condition, Register
from app.store.unit_of_work import UnitOfWork

#: newest words that are looked at, of each person
_WORDS = 50


def who_agrees(uow: UnitOfWork, consents: Register, people: Mapping[str, str]) -> frozenset[str]:
    """Find whose newest word is that he agrees.

    For a worker nobody else may agree; withdraw may anybody who may write.

    Args:
        people: what rows call them, {id or user name: id}.

    Returns:
        The ids of those who agree.
    """
    if not people:
        return frozenset()
    theirs = Condition("any", consents.find(consents.person), tuple(people))
    order = (consents.find("said_at"), True)
    newest: dict[str, str] = {}
    for row in uow.registers.find(consents, [theirs], sort=order, limit=_WORDS * len(people)).rows:
        person, state = people[str(row.data[consents.person])], str(row.data.get("state"))
        if row.changed_by == person or state != "given":
            newest.setdefault(person, state)
    return frozenset(person for person, state in newest.items() if state == "given")
