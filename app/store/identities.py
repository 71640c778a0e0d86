"""Identities at outside providers: which of them is whose account."""

from datetime import datetime
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records_city import IdentityRow
from app.store.transaction import Transaction


class Identities:
    """Who is who at an outside provider."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def owner(self, issuer: str, subject: str) -> UUID | None:
        """Find the account of an outside identity, or None."""
        sql = "select person_id from outside_identities where issuer = %(issuer)s and subject = %(subject)s"
        found: UUID | None = self._tx.value(sql, {"issuer": issuer, "subject": subject})
        return found

    def of(self, person_id: UUID, issuer: str) -> str | None:
        """Find the outside identity of an account at a provider, or None."""
        sql = """select subject from outside_identities
            where county = %(county)s and person_id = %(id)s and issuer = %(issuer)s"""
        found: str | None = self._tx.value(sql, _key(person_id) | {"issuer": issuer})
        return found

    def link(self, person_id: UUID, issuer: str, subject: str, at: datetime) -> None:
        """Note whose account an outside identity is.

        Raises:
            Conflict: it is somebody else's, or the account has another one there.
        """
        self._tx.write(
            "insert into outside_identities (county, person_id, issuer, subject, since)"
            " values (%(county)s, %(id)s, %(issuer)s, %(subject)s, %(at)s)",
            _key(person_id) | {"issuer": issuer, "subject": subject, "at": at},
        )

    def list_of(self, person_id: UUID) -> tuple[IdentityRow, ...]:
        """List the outside identities of an account."""
        sql = """select issuer, subject, since from outside_identities
            where county = %(county)s and person_id = %(id)s order by issuer"""
        return self._tx.records(IdentityRow, sql, _key(person_id))

    def drop(self, person_id: UUID) -> int:
        """Forget the outside identities of an account; return how many there were."""
        return self._tx.write(
            "delete from outside_identities where county = %(county)s and person_id = %(id)s", _key(person_id)
        )


def _key(person_id: UUID) -> dict[str, object]:
    return {"county": county_of(person_id), "id": person_id}
