"""What was done to people, units and rosters: one chain of facts for each, added and never changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from app.domain.errors import Invalid
from app.domain.facts import GENESIS, Fact, FactDraft, chain
from app.domain.ids import county_of
from app.domain.records import Page
from app.store.cursor import read_cursor, write_cursor
from app.store.transaction import Transaction, columns

_STORED = ("county", "subject", "seq", "at", "kind", "actor", "actor_name", "role", "unit", "body", "previous", "hash")
_READ = columns(Fact, "f", case_id="f.subject", process="''", node="''", nth="0")


def subject_of(unit: str) -> UUID:
    """Give the chain of a unit and its rosters a name."""
    return uuid5(NAMESPACE_URL, f"urn:yongzhi:unit:{unit}")


class OfficeFacts:
    """The histories of people, units and rosters."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def append(
        self, subject: UUID, drafts: Sequence[FactDraft], *, at: datetime, actor: tuple[str, str, str, str]
    ) -> None:
        """Add facts to a chain; whoever adds to the same one waits until this transaction ends.

        Args:
            actor: id, shown name, role and unit.
        """
        self._tx.rows("select pg_advisory_xact_lock(7, hashtext(%(subject)s))", {"subject": str(subject)})
        sql = "select seq, hash from office_facts where county = %(county)s and subject = %(subject)s"
        last = self._tx.first(f"{sql} order by seq desc limit 1", _key(subject))
        seq, head = last or (0, GENESIS)
        facts = chain(drafts, case_id=subject, after=seq, head=bytes(head), at=at, actor=actor)
        names = ", ".join(_STORED)
        values = ", ".join(f"%({name})s" for name in _STORED)
        for fact in facts:
            held = {name: getattr(fact, name) for name in _STORED[2:]}
            self._tx.write(f"insert into office_facts ({names}) values ({values})", _key(subject) | held)

    def of(self, subject: UUID, *, limit: int = 200) -> tuple[Fact, ...]:
        """Read a chain, the newest first."""
        sql = f"""select {_READ} from office_facts f where county = %(county)s and subject = %(subject)s
            order by seq desc limit %(limit)s"""
        return self._tx.records(Fact, sql, _key(subject) | {"limit": limit})

    def newest(
        self, subjects: Sequence[UUID], kind: str, *, after: str | None = None, limit: int = 50
    ) -> Page[Fact]:
        """List facts of one kind of several chains of people's names, the newest first.

        Raises:
            Invalid: `after` is no cursor of this list.
        """
        at, subject, seq = read_cursor(after, kind, ("timestamptz", "uuid", "text")) if after else (None, None, "0")
        if not (seq.isascii() and seq.isdecimal() and len(seq) < 10):
            raise Invalid(errors={"after": ["?"]})
        sql = f"""select {_READ} from office_facts f
            where county = 0 and subject = any(%(subjects)s::uuid[]) and kind = %(kind)s
                and (%(at)s::timestamptz is null
                    or (at, subject, seq) < (%(at)s::timestamptz, %(subject)s::uuid, %(seq)s::bigint))
            order by at desc, subject desc, seq desc limit %(limit)s"""
        found = self._tx.records(Fact, sql, {
            "subjects": list(subjects), "kind": kind, "at": at, "subject": subject, "seq": seq, "limit": limit + 1,
        })  # fmt: skip
        end = found[limit - 1] if len(found) > limit else None
        return Page(found[:limit], write_cursor(kind, (end.at, end.case_id, end.seq)) if end else None)


def _key(subject: UUID) -> dict[str, object]:
    return {"county": _county(subject), "subject": subject}


def _county(subject: UUID) -> int:
    # chains of units have names, not ids that carry a county
    return county_of(subject) if subject.version == 7 else 0
