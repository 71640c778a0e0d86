"""What strangers tried: codes that did not fit, and reports without account; kept to hold the eager back."""

from datetime import datetime

from app.domain.ids import new_id
from app.store.transaction import Transaction


class PublicTries:
    """Tries of people without account, by what they were about and by the address they came from."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def count(self, kind: str, subject: str, address: str, since: datetime) -> tuple[int, int, int]:
        """Count the tries since a moment; the next one about the same, or from the address, waits for the commit.

        Returns:
            Those about the subject from this address, those about it from anywhere, and those from the address.
        """
        # subjects before addresses, always: nobody waits in a circle
        for number, value in ((8, subject), (9, address)):
            if value:
                text = {"number": number, "value": f"{kind} {value}"}
                self._tx.write("select pg_advisory_xact_lock(%(number)s, hashtext(%(value)s))", text)
        params = {"kind": kind, "subject": subject, "address": address, "since": since}
        tries = "select count(*) from public_tries where kind = %(kind)s and at >= %(since)s"
        about, here = "subject = %(subject)s", "address = %(address)s"
        found = self._tx.first(
            f"select ({tries} and {about} and {here}), ({tries} and {about}), ({tries} and {here})", params
        )
        return (found[0], found[1], found[2]) if found else (0, 0, 0)

    def add(self, kind: str, subject: str, address: str, at: datetime) -> None:
        """Write a try down."""
        self._tx.write(
            "insert into public_tries (id, kind, subject, address, at)"
            " values (%(id)s, %(kind)s, %(subject)s, %(address)s, %(at)s)",
            {"id": new_id(0, at), "kind": kind, "subject": subject, "address": address, "at": at},
        )

    def forgive(self, kind: str, subject: str, address: str) -> None:
        """Forget the tries about a subject from an address: at last one was right."""
        where = "kind = %(kind)s and subject = %(subject)s and address = %(address)s"
        self._tx.write(
            f"delete from public_tries where {where}", {"kind": kind, "subject": subject, "address": address}
        )

    def drop_before(self, at: datetime) -> int:
        """Forget tries from before a moment; return how many."""
        return self._tx.write("delete from public_tries where at < %(at)s", {"at": at})
