"""Facts: added and read, never changed; the database refuses anything else."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.domain.deductions import CostlyFact
from app.domain.errors import StaleRevision
from app.domain.facts import CaseHead, Fact
from app.domain.ids import county_of
from app.domain.records import StoredCase
from app.store.step_parts import RECORDED
from app.store.step_values import fact_values
from app.store.transaction import GUARDED, Transaction, altered, columns

Followed = TypeVar("Followed", StoredCase, CaseHead)

APPEND = f"""
with c as (
    update cases set revision = revision + 1, seq = %(seq)s, head = %(head)s
    where county = %(county)s and id = %(id)s and revision = %(revision)s returning county, id
),{RECORDED} select {GUARDED}"""

#: when the newest fact of the case `c` was recorded
LAST_AT = "(select f.at from facts f where f.county = c.county and f.case_id = c.id and f.seq = c.seq)"
READ = f"select {columns(Fact)} from facts where county = %(county)s and case_id = %(id)s"


#: signs that mean something to `like`, and how they mean nothing
_LIKE, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"
#: what the index of facts that cost points holds
COSTLY = """kind = 'Noted' and (body like '%%"deduction"%%' or body like '%%"card_revoked"%%')"""


class Facts:
    """The histories of all cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def append(self, case: Followed, facts: Sequence[Fact]) -> Followed:
        """Add facts of a command that does not move the flow: a claim, a comment.

        Returns:
            The case as it is stored now.

        Raises:
            StaleRevision: somebody was first; nothing was written. Said where this is sent, at the latest by commit.
        """
        last = facts[-1]
        values = {
            "county": case.county, "id": case.id, "revision": case.revision, **fact_values(facts),
        }  # fmt: skip
        self._tx.write_last(APPEND, values, lambda _: StaleRevision(expected=case.revision))
        return altered(case, revision=case.revision + 1, seq=last.seq, head=last.hash)

    def of_case(self, case_id: UUID, *, after: int = 0, limit: int = 10_000) -> tuple[Fact, ...]:
        """Read the facts of a case in order, those after number `after`."""
        sql = READ + " and seq > %(after)s order by seq limit %(limit)s"
        return self._tx.records(
            Fact, sql, {"county": county_of(case_id), "id": case_id, "after": after, "limit": limit}
        )

    def of_kinds(self, case_id: UUID, kinds: Sequence[str]) -> tuple[Fact, ...]:
        """Read the facts of a case that are of certain kinds, in order."""
        sql = READ + " and kind = any(%(kinds)s::text[]) order by seq"
        return self._tx.records(Fact, sql, {"county": county_of(case_id), "id": case_id, "kinds": list(kinds)})

    def count(self, case_id: UUID) -> int:
        """Count the facts of a case."""
        where = "where county = %(county)s and case_id = %(id)s"
        return int(self._tx.value(f"select count(*) from facts {where}", {"county": county_of(case_id), "id": case_id}))

    def last_at(self, case: StoredCase) -> datetime:
        """Read when the newest fact of a case was recorded."""
        where = "county = %(county)s and case_id = %(id)s and seq = %(seq)s"
        found: datetime = self._tx.value(
            f"select at from facts where {where}", {"county": case.county, "id": case.id, "seq": case.seq}
        )
        return found

    def costly(self, units: Iterable[str], *, since: datetime, until: datetime, limit: int) -> tuple[CostlyFact, ...]:
        """Read the facts of a span of time that cost these units points or give those of a card back, oldest first.

        A card that is given in the span and revoked later counts as revoked: what was taken back is no more.
        """
        # the condition of the index, word for word
        sql = f"""
            select f.case_id, f.seq, f.at, coalesce(c.event_no, '') as event_no, f.body from (
                select county, case_id, seq, at, body from facts where {COSTLY} and at >= %(since)s and at < %(until)s
                    and body like any(%(named)s::text[])
                union
                select county, case_id, seq, at, body from facts where {COSTLY} and at >= %(until)s
                    and body like %(revoked)s and body like any(%(named)s::text[])
            ) f join cases c on c.county = f.county and c.id = f.case_id
            order by f.at, f.case_id, f.seq limit %(limit)s"""
        named = [f'%"{_LIKE.sub(_ESCAPED, unit)}"%' for unit in units]
        asked = {"since": since, "until": until, "limit": limit, "revoked": '%"card_revoked"%', "named": named}
        return self._tx.records(CostlyFact, sql, asked)

    def heads(self, since: datetime, until: datetime) -> Iterator[tuple[UUID, int, bytes]]:
        """Read, for each case touched in a span of time, the newest fact of that span: id, number and hash."""
        sql = (
            "select distinct on (county, case_id) case_id, seq, hash from facts"
            " where at >= %(since)s and at < %(until)s order by county, case_id, seq desc"
        )
        yield from map(tuple, self._tx.rows(sql, {"since": since, "until": until}))
