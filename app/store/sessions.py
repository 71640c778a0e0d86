"""Sessions and attempts to sign in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import new_id
from app.store.people import ACTING, HELD, acting
from app.store.substitutes import STANDS_IN, standing_of
from app.store.transaction import Transaction

#: the county of an account stands in the ninth and tenth byte of its id, below two bits of the format
_COUNTY = "((get_byte(uuid_send(s.person_id), 8) & 63) << 8) + get_byte(uuid_send(s.person_id), 9)"
SIGNED_IN = f"""select s.person_id, s.last_seen_at, {ACTING}, {STANDS_IN} from sessions s
    join people p on p.county = {_COUNTY} and p.id = s.person_id and p.active {HELD}
    where s.token_hash = %(hash)s and s.expires_at > %(wall)s order by r.role, r.unit"""


def behind(tx: Transaction, rows: Sequence[Sequence[Any]], at: datetime) -> tuple[Actor, datetime] | None:
    """Make the actor behind a session of the rows of `SIGNED_IN`, with when it was last seen."""
    if not rows:
        return None
    person_id, last_seen_at = rows[0][:2]
    actor = acting(person_id, [row[2:] for row in rows])
    if rows[0][-1]:
        # few stand in for others; nobody else pays for it
        actor = replace(actor, standing=standing_of(tx, actor, at))
    return actor, last_seen_at


class Sessions:
    """Signed-in browsers and bearer tokens; only hashes of tokens are kept."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, token_hash: bytes, person_id: UUID, kind: str, created_at: datetime, expires_at: datetime) -> None:
        """Keep a new session; kind is cookie or bearer."""
        self._tx.write(
            "insert into sessions (token_hash, person_id, kind, created_at, expires_at, last_seen_at)"
            " values (%(hash)s, %(person)s, %(kind)s, %(at)s, %(until)s, %(at)s)",
            {"hash": token_hash, "person": person_id, "kind": kind, "at": created_at, "until": expires_at},
        )

    def signed_in(self, token_hash: bytes, wall: datetime, at: datetime) -> tuple[Actor, datetime] | None:
        """Find who is behind a session, with the roles that are valid at a moment, in one question.

        Args:
            wall: the session has not run out by then.
            at: the installation's time, for the roles.

        Returns:
            The actor and when the session was last seen; None if it is not there or has run out, or if the account
            was closed.
        """
        return behind(self._tx, self._tx.rows(SIGNED_IN, {"hash": token_hash, "wall": wall, "at": at}), at)

    def touch(self, token_hash: bytes, at: datetime) -> None:
        """Note that a session was used."""
        self._tx.write(
            "update sessions set last_seen_at = %(at)s where token_hash = %(h)s", {"at": at, "h": token_hash}
        )

    def drop(self, token_hash: bytes) -> None:
        """End a session."""
        self._tx.write("delete from sessions where token_hash = %(hash)s", {"hash": token_hash})

    def drop_of(self, person_id: UUID, but: bytes | None = None) -> int:
        """End every session of a person, but one; return how many."""
        sql = "delete from sessions where person_id = %(person)s and token_hash is distinct from %(but)s::bytea"
        return self._tx.write(sql, {"person": person_id, "but": but})

    def drop_expired(self, at: datetime) -> int:
        """Forget sessions that ran out; return how many."""
        return self._tx.write("delete from sessions where expires_at <= %(at)s", {"at": at})

    def drop_attempts_before(self, at: datetime) -> int:
        """Forget attempts from before a moment; return how many."""
        return self._tx.write("delete from sign_in_attempts where at < %(at)s", {"at": at})

    def drop_attempt(self, username: str, address: str, at: datetime) -> None:
        """Take back an attempt that was noted as failed: it goes on elsewhere."""
        same = "username = %(username)s and address = %(address)s and at = %(at)s and not ok"
        params = {"username": username, "address": address, "at": at}
        self._tx.write(f"delete from sign_in_attempts where {same}", params)

    def record_attempt(self, username: str, address: str, at: datetime, *, ok: bool) -> None:
        """Note an attempt to sign in; a success takes back the failure that was noted at the same moment."""
        values = {"id": new_id(0, at), "username": username, "address": address, "at": at, "ok": ok}
        same = "username = %(username)s and address = %(address)s and at = %(at)s and not ok"
        if ok and self._tx.write(f"update sign_in_attempts set ok = true where {same}", values):
            return
        self._tx.write(
            "insert into sign_in_attempts (id, username, address, at, ok)"
            " values (%(id)s, %(username)s, %(address)s, %(at)s, %(ok)s)",
            values,
        )

    def failed_attempts(self, username: str, address: str, since: datetime) -> tuple[int, int, int]:
        """Count the failures since a moment; the next attempt of the name, or from the address, waits for the commit.

        Returns:
            Those of the name from this address and of the name from anywhere, each since its last success, and
            those from the address, whatever the name.
        """
        params = {"username": username, "address": address, "since": since}
        # names before addresses, always: nobody waits in a circle
        for kind, value in ((1, username), (2, address)):
            self._tx.write(
                "select pg_advisory_xact_lock(%(kind)s, hashtext(%(value)s))", {"kind": kind, "value": value}
            )
        failed = "select count(*) from sign_in_attempts where at >= %(since)s and not ok"
        name, pair = "username = %(username)s", "username = %(username)s and address = %(address)s"
        counts = [f"({failed} and {who} and {_after_success(who)})" for who in (pair, name)]
        row = self._tx.first(f"select {counts[0]}, {counts[1]}, ({failed} and address = %(address)s)", params)
        return (row[0], row[1], row[2]) if row else (0, 0, 0)


def _after_success(who: str) -> str:
    last = f"select max(at) from sign_in_attempts where {who} and at >= %(since)s and ok"
    return f"at > coalesce(({last}), '-infinity')"
