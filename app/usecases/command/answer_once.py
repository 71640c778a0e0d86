"""Answer a request once, however often it is sent."""

import sys
from dataclasses import dataclass, replace

from app.domain.errors import Conflict
from app.domain.records_traffic import KeptAnswer
from app.store.joined import Joined, JoinedStore
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


@dataclass(frozen=True)
class Request:
    """What is done once: a sender's request under his key."""

    actor_id: str
    key: str
    #: method and path
    route: str
    #: of everything that was sent
    digest: bytes


class Once:
    """One request under its sender's key, from the first look to the kept answer.

    The key is reserved in the transaction in which the request is carried out, and the answer is kept in it: so
    there is never work without its answer or an answer without its work, whenever the process dies. An equal
    request at the same moment waits for the answer.
    """

    def __init__(self, tools: Tools, uow: UnitOfWork, request: Request, kept: KeptAnswer | None) -> None:
        self._uow, self._request, self._clock = uow, request, tools.clock
        self._joined = Joined(uow, self._reserve)
        #: the answer that was given before, None for a new request
        self.kept = kept
        #: what the verbs of this request work with
        self.tools = replace(tools, store=JoinedStore(tools.store, self._joined))

    @property
    def worked(self) -> bool:
        """Say whether the request has done something that is not kept yet."""
        return self._joined.kept

    def finish(self, answer: KeptAnswer | None) -> None:
        """Keep what was done and its answer; None for one that is too large to be kept, and gives the key back.

        Raises:
            StoreUnavailable: the database went away; whether it kept the work is unknown.
        """
        if self._joined.lost:
            # the verb failed, and somebody answered for it all the same: nothing was done
            self.abandon()
            return
        self._joined.over = True
        if answer is None:
            self._uow.idempotency.forget(self._request.actor_id, self._request.key)
        else:
            self._uow.idempotency.finish(self._request.actor_id, self._request.key, answer)
        self._uow.commit()

    def abandon(self) -> None:
        """Give the key back, because nothing was done under it."""
        self._joined.over = True
        self._uow.rollback()

    def _reserve(self) -> None:
        """Reserve the key again, in a new transaction."""
        one = self._request
        if self._uow.idempotency.begin(one.actor_id, one.key, one.route, one.digest, self._clock.wall()) is not None:
            raise Conflict(cause="answered")


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
    once = Once(tools, uow, Request(actor_id, key, route, request_hash), kept)
    if kept is not None:
        once.abandon()
    return once
