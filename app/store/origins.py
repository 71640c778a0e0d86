"""Cases that come from other cases: the record of one names the number of the other as `origin_no`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.actor import Actor
from app.domain.correlation import fingerprints
from app.domain.ids import county_of
from app.store.sight import Sight, sees_case
from app.store.transaction import Transaction, columns


@dataclass(frozen=True)
class RelatedCase:
    """A case that another one comes from, or that came from it."""

    id: UUID
    event_no: str | None
    process: str
    summary: str
    status: str
    opened_at: datetime
    closed_at: datetime | None


#: offspring on one page
MOST = 100
#: events that a form offers at once, the newest
OFFERED = 300
#: how far and how long ago an event of the same affair is still shown beside another, and how many
NEAR_DEGREES, RECENT, SHOWN = 0.003, timedelta(days=30), 6
_ROW = columns(RelatedCase, "c")


class Origins:
    """Where cases come from, as far as the actor may see both."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of(self, actor: Actor, origin_no: str) -> RelatedCase | None:
        """Read the case that a case comes from; None without one, or if it is not for the actor."""
        rows = self._related(actor, origin_no, "event_no", 1)
        return rows[0] if rows else None

    def offspring(self, actor: Actor, event_no: str) -> tuple[RelatedCase, ...]:
        """List the cases that came from a case and that the actor may see, the oldest first."""
        return self._related(actor, event_no, "origin_no", MOST)

    def numbered(self, actor: Actor, numbers: Collection[str]) -> tuple[RelatedCase, ...]:
        """List the cases of these numbers that the actor may see, the oldest first."""
        if not numbers:
            return ()
        sql = f"""select {_ROW} from cases c where c.event_no = any(%(numbers)s::text[]) and {sees_case()}
            order by c.opened_at, c.id limit {MOST}"""
        return self._tx.records(RelatedCase, sql, Sight.of(actor).params | {"numbers": list(numbers)})

    def waiting_for(
        self, actor: Actor, message: str, street: str, *, but: str = "", of: Collection[str] | None = None
    ) -> tuple[RelatedCase, ...]:
        """List the open events of a street that take a message now and that the actor may see, the newest first.

        An event takes it if it asks for nothing but the street. Of a confidential one, or of one about an office,
        nobody learns from a form of another.

        Args:
            but: number of the event that asks.
            of: only these numbers.
        """
        # by what they ask for they are found at once among all that wait in the city
        prints = fingerprints({"street": street})
        # not one statement for both: a plan that is kept for all values would read the whole street for one number
        among = "" if of is None else "and c.event_no = any(%(of)s::text[])"
        sql = f"""select {_ROW} from cases c where c.unit_street = %(street)s and c.closed_at is null {among}
            and c.event_no <> %(but)s and not c.confidential and c.accused_unit = ''
            and exists (select from subscriptions s where s.county = c.county and s.case_id = c.id and s.open
                and s.kind = 'message' and s.message = %(message)s and s.fingerprint = any(%(prints)s::text[]))
            and {sees_case()} order by c.opened_at desc, c.id limit {OFFERED}"""
        asked = {"message": message, "prints": prints, "street": street, "but": but, "of": list(of or ())}
        return self._tx.records(RelatedCase, sql, Sight.of(actor).params | asked)

    def nearby(self, actor: Actor, case_id: UUID, now: datetime) -> tuple[RelatedCase, ...]:
        """List the newest events of the same affair around a case that the actor may see; none of a secret affair."""
        where = f"""c.affair_code = o.affair_code and c.lat between o.lat - %(near)s and o.lat + %(near)s
            and c.lon between o.lon - %(near)s and o.lon + %(near)s and c.id <> o.id and c.opened_at > %(since)s
            and {sees_case()}"""
        sql = f"""select {_ROW} from cases o join cases c on {where}
            where o.id = %(id)s and o.county = %(county)s and o.affair_code <> '' and not o.confidential
            order by c.opened_at desc, c.id limit {SHOWN}"""
        asked = {"id": case_id, "county": county_of(case_id), "near": NEAR_DEGREES, "since": now - RECENT}
        return self._tx.records(RelatedCase, sql, Sight.of(actor).params | asked)

    def _related(self, actor: Actor, number: str, column: str, limit: int) -> tuple[RelatedCase, ...]:
        if not number:
            return ()
        where = f"c.{column} = %(number)s and c.{column} <> '' and {sees_case()}"
        sql = f"select {_ROW} from cases c where {where} order by c.opened_at, c.id limit {limit}"
        return self._tx.records(RelatedCase, sql, Sight.of(actor).params | {"number": number})
