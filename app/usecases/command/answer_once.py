"""Answer a request once, however often it is sent."""

import sys
from types import TracebackType

from app.domain.records_traffic import KeptAnswer
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


class Once:
    """One request under its sender's key, from the first look to the kept answer.

    The key stays reserved in a transaction of its own while the request is answered: an equal request at the same
    moment waits for the answer, and a process that dies leaves no reservation behind.
    """

    def __init__(self, uow: UnitOfWork, actor_id: str, key: str, kept: KeptAnswer | None) -> None:
        self._uow, self._actor_id, self._key = uow, actor_id, key
        #: the answer that was given before, None for a new request
        self.kept = kept

    def finish(self, answer: KeptAnswer) -> None:
        """Keep the answer of a request that was carried out."""
        self._uow.idempotency.finish(self._actor_id, self._key, answer)
        self._uow.commit()
        self._uow.__exit__(None, None, None)

    def abandon(
        self,
        kind: type[BaseException] | None = None,
        failure: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Give the key back, because nothing was done under it."""
        self._uow.rollback()
        self._uow.__exit__(kind, failure, trace)


def answer_once(tools: Tools, *, actor_id: str, key: str, route: str, request_hash: bytes) -> Once:
    """Reserve a sender's key for a request, or find the answer that it was given.

    Args:
        actor_id: keys of different senders have nothing to do with each other.
        route: method and path.
        request_hash: of everything that was sent.

    Writes:
        the reservation; with `Once.finish`, the answer.

    Raises:
        IdempotencyMismatch: the key was used for another request.
    """
    uow = tools.store.unit_of_work()
    uow.__enter__()
    try:
        kept = uow.idempotency.begin(actor_id, key, route, request_hash, tools.clock.wall())
    except BaseException:
        uow.__exit__(*sys.exc_info())
        raise
    once = Once(uow, actor_id, key, kept)
    if kept is not None:
        once.abandon()
    return once
