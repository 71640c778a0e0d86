"""List the messages that nobody waits for yet."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records_waiting import MessageRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.command.kept_view import KeptMessage, titles_of, view_of
from app.usecases.senders import account_of


@dataclass(frozen=True)
class KeptPage:
    """One page of kept messages, the oldest first."""

    messages: tuple[KeptMessage, ...]
    next: str | None


def list_kept_messages(tools: Tools, *, actor: Actor, after: str | None = None, limit: int = 50) -> KeptPage:
    """List what is kept until somebody waits for it or its time is over, for who sorts such messages by hand.

    Raises:
        Invalid: not a cursor of this list.
    """
    titles = titles_of(tools.library)
    with tools.store.unit_of_work() as uow:
        page = uow.kept_messages.list(tools.clock.now(), after=after, limit=limit)
        names = _names(uow, page.rows)
        return KeptPage(tuple(view_of(uow, actor, one, titles, names) for one in page.rows), page.next)


def _names(uow: UnitOfWork, messages: tuple[MessageRow, ...]) -> dict[str, str]:
    people = {found for one in messages if (found := account_of(one))}
    return {str(person): name for person, name in uow.people.names(sorted(people)).items()}
