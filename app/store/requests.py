"""Requests: answers kept for repeats, refusals logged."""

from datetime import datetime

from app.domain.actor import Actor
from app.domain.errors import IdempotencyMismatch
from app.domain.ids import new_id
from app.domain.records_traffic import KeptAnswer, RefusalRow
from app.store.sessions import SIGNED_IN, behind
from app.store.transaction import Transaction, columns

#: for whoever is behind a session; his key is reserved whatever he may do, and given back with the transaction
_RESERVE = """insert into idempotency (actor, key, route, request_hash, created_at)
    select s.person_id::text, %(key)s::text, %(route)s::text, %(request)s::bytea, %(wall)s::timestamptz
    from sessions s where s.token_hash = %(hash)s and s.expires_at > %(wall)s
    on conflict do nothing returning key"""


class Idempotency:
    """Answers by actor and idempotency key."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def begin(self, actor: str, key: str, route: str, request_hash: bytes, at: datetime) -> KeptAnswer | None:
        """Reserve a key, before anything else is done in this transaction.

        Of two equal requests at the same moment the second one waits here until the first is committed.

        Returns:
            None if the request is new, or the answer that was given to it.

        Raises:
            IdempotencyMismatch: the key was used for a different request.
        """
        params = {"actor": actor, "key": key, "route": route, "hash": request_hash, "at": at}
        added = self._tx.written(
            "insert into idempotency (actor, key, route, request_hash, created_at)"
            " values (%(actor)s, %(key)s, %(route)s, %(hash)s, %(at)s) on conflict do nothing returning key",
            params,
        )
        if added is not None:
            return None
        row = self._tx.first(
            "select route, request_hash, status, body, media_type from idempotency"
            " where actor = %(actor)s and key = %(key)s",
            params,
        )
        if row is None or (row[0], row[1]) != (route, request_hash) or row[2] is None:
            raise IdempotencyMismatch()
        return KeptAnswer(row[2], row[3] or b"", row[4])

    def begin_for(
        self, token_hash: bytes, key: str, route: str, request_hash: bytes, *, wall: datetime, at: datetime
    ) -> tuple[tuple[Actor, datetime] | None, bool]:
        """Find who is behind a session, as `Sessions.signed_in` does, and reserve his key, in one wait.

        Returns:
            Him, and whether the key is reserved; one that is not was used before.
        """
        params = {"hash": token_hash, "wall": wall, "at": at, "key": key, "route": route, "request": request_hash}
        rows, reserved = self._tx.together((SIGNED_IN, params), (_RESERVE, params))
        self._tx.dirty = self._tx.dirty or bool(reserved)
        return behind(self._tx, rows, at), bool(reserved)

    def finish(self, actor: str, key: str, answer: KeptAnswer) -> None:
        """Keep the answer with the commit of the transaction that reserved the key."""
        self._tx.write_last(
            "update idempotency set status = %(status)s, body = %(body)s, media_type = %(media)s"
            " where actor = %(actor)s and key = %(key)s",
            {
                "status": answer.status,
                "body": answer.body,
                "media": answer.media_type,
                "actor": actor,
                "key": key,
            },
        )

    def forget(self, actor: str, key: str) -> None:
        """Give a key back whose answer cannot be kept."""
        keyed = {"actor": actor, "key": key}
        self._tx.write("delete from idempotency where actor = %(actor)s and key = %(key)s", keyed)

    def drop_before(self, at: datetime) -> int:
        """Forget old answers; return how many."""
        return self._tx.write("delete from idempotency where created_at < %(at)s", {"at": at})


class Refusals:
    """Requests that were refused; only ever added to."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(
        self,
        at: datetime,
        *,
        actor: str,
        route: str,
        reason: str,
        actor_name: str = "",
        detail: str = "",
        county: int = 0,
    ) -> None:
        """Log a refused request."""
        row = RefusalRow(county, new_id(county, at), at, actor, actor_name, route[:500], reason[:200], detail[:2000])
        clean = {
            name: value.replace("\0", "") if isinstance(value, str) else value for name, value in vars(row).items()
        }
        names = ", ".join(clean)
        self._tx.write(f"insert into refusals ({names}) values ({', '.join(f'%({n})s' for n in clean)})", clean)

    def since(self, since: datetime, until: datetime, limit: int = 500) -> tuple[RefusalRow, ...]:
        """List refusals of a span of time, the newest first."""
        sql = f"""select {columns(RefusalRow)} from refusals where at >= %(since)s and at < %(until)s
            order by at desc, id desc limit %(limit)s"""
        return self._tx.records(RefusalRow, sql, {"since": since, "until": until, "limit": limit})
