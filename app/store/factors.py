"""Second factors: the sealed secrets, the last step that was used, and the codes for emergencies."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.ids import county_of
from app.store.transaction import Transaction

_MINE = "county = %(county)s and person_id = %(id)s"


class Factors:
    """The second factors of all accounts."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def find(self, person_id: UUID) -> tuple[bytes, int] | None:
        """Read the sealed secret and the last step of which a code was taken, or None."""
        row = self._tx.first(f"select secret, last_step from second_factors where {_MINE}", _key(person_id))
        return (bytes(row[0]), row[1]) if row else None

    def codes_left(self, person_id: UUID) -> int:
        """Count the emergency codes that were not used."""
        sql = f"select count(*) from recovery_codes where {_MINE} and used_at is null"
        return int(self._tx.value(sql, _key(person_id)))

    def enrol(self, person_id: UUID, sealed: bytes, step: int, at: datetime, codes: Iterable[bytes]) -> None:
        """Keep a new factor instead of whatever there was.

        Args:
            step: of the code with which it was tried out; it is used up.
            codes: hashes of the emergency codes.
        """
        self.drop(person_id)
        values = _key(person_id) | {"secret": sealed, "step": step, "at": at}
        self._tx.write(
            "insert into second_factors (county, person_id, secret, last_step, since)"
            " values (%(county)s, %(id)s, %(secret)s, %(step)s, %(at)s)",
            values,
        )
        for code in codes:
            self._tx.write(
                "insert into recovery_codes (county, person_id, code_hash) values (%(county)s, %(id)s, %(code)s)",
                _key(person_id) | {"code": code},
            )

    def use_step(self, person_id: UUID, step: int) -> bool:
        """Use up a code; false if it or a later one was used, at whatever node."""
        sql = f"update second_factors set last_step = %(step)s where {_MINE} and last_step < %(step)s"
        return self._tx.write(sql, _key(person_id) | {"step": step}) == 1

    def use_code(self, person_id: UUID, code: bytes, at: datetime) -> bool:
        """Use up an emergency code; false if there is none such, or it was used."""
        sql = f"update recovery_codes set used_at = %(at)s where {_MINE} and code_hash = %(code)s and used_at is null"
        return self._tx.write(sql, _key(person_id) | {"code": code, "at": at}) == 1

    def drop(self, person_id: UUID) -> bool:
        """Forget a factor and its codes; say whether there was one."""
        self._tx.write(f"delete from recovery_codes where {_MINE}", _key(person_id))
        return self._tx.write(f"delete from second_factors where {_MINE}", _key(person_id)) == 1


def _key(person_id: UUID) -> dict[str, object]:
    return {"county": county_of(person_id), "id": person_id}
