"""Steering: who may change the course of a case by hand, and what a list shows of that."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound, Forbidden
from app.domain.ids import county_of
from app.domain.records import Page, StoredCase
from app.store.cursor import read_cursor, write_cursor
from app.store.locking import CASE
from app.store.sight import Sight, not_excluded, place_of, seats, sees_case
from app.store.step_values import dumped
from app.store.tables.work import PLACES
from app.store.transaction import Transaction, built

#: the command room on duty, each in its place
STEERING = frozenset({
    "street_command_duty", "street_command_director", "county_duty", "county_director", "city_duty", "city_director",
})  # fmt: skip
#: look after the machines of their place, without reading what happens inside a case
OPERATING = frozenset({"sys_admin"})
MIGRATING = frozenset({"sys_admin", "process_designer"})
LARGEST = 200

_HERE = f"array[{', '.join(f'c.{column}' for column in PLACES.values())}]"
#: a case without any place is everybody's; nobody steers what is about his own office
_IN_PLACE = f"""(%(machine)s or not c.accused_unit = any(%(lineage)s::text[])
    and ({_HERE} && %(operated)s::text[]
         or cardinality(%(operated)s::text[]) > 0 and array_to_string({_HERE}, '') = ''))"""
_SEES = f"({sees_case()})"
#: a confidential case is steered only by who may read it
_OPERATES = f"({_IN_PLACE} and (not c.confidential or {_SEES}))"
#: whoever must keep away from work that is open now shall neither learn who does it nor skip it
_KEEPS_AWAY = f"""exists (select from tasks t where t.county = c.county and t.case_id = c.id and t.state < 2
    and not {not_excluded()})"""
STEERS = f"""(c.id is not null and not {_KEEPS_AWAY} and ({_OPERATES} or {_SEES}
    and cardinality(%(steered)s::text[]) > 0
    and ({_HERE} && %(steered)s::text[] or array_to_string({_HERE}, '') = '')))"""

#: cases that run a version: as themselves, or in a called process that waits for a person
_RUNS = """c.closed_at is null and (c.process = %(process)s and c.version = %(number)s or exists (
    select from tasks t where t.county = c.county and t.case_id = c.id and t.state < 2
        and t.process = %(process)s and t.process_version = %(number)s))"""


def _params(actor: Actor, operating: frozenset[str]) -> dict[str, Any]:
    steered = sorted({place_of(unit) for unit in seats(actor, among=STEERING)})
    return Sight.of(actor).params | {"operated": seats(actor, among=operating), "steered": steered}


class Steering:
    """What those may reach who change the course of cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def read(self, actor: Actor, case_id: UUID, *, lock: bool = False) -> StoredCase:
        """Read a case that the actor may steer.

        Args:
            lock: keep others from moving it until the end of this transaction.

        Raises:
            CaseNotFound: there is none, or it is not for him.
            Forbidden: he sees it, but it is not his to steer.
        """
        sql = f"""select {STEERS}, {_SEES}, {CASE} from cases c where c.county = %(county)s and c.id = %(id)s
            {"for update of c" if lock else ""}"""
        row = self._tx.first(sql, _params(actor, OPERATING) | {"county": county_of(case_id), "id": case_id})
        if row is None or not (row[0] or row[1]):
            raise CaseNotFound()
        if not row[0]:
            raise Forbidden()
        return built(StoredCase, row[2:])

    def may(self, actor: Actor, case_id: UUID) -> bool:
        """Say whether the actor may steer a case."""
        sql = f"select {STEERS} from cases c where c.county = %(county)s and c.id = %(id)s"
        return bool(self._tx.value(sql, _params(actor, OPERATING) | {"county": county_of(case_id), "id": case_id}))

    def sees(self, actor: Actor, case_id: UUID) -> bool:
        """Say whether the actor may read a case, not only steer it."""
        sql = f"select {_SEES} from cases c where c.county = %(county)s and c.id = %(id)s"
        return bool(self._tx.value(sql, Sight.of(actor).params | {"county": county_of(case_id), "id": case_id}))

    def stand(self, case_id: UUID, still: bool) -> None:
        """Show in the lists that a case stands still, or goes on."""
        values = {"county": county_of(case_id), "id": case_id, "still": still}
        self._tx.write("update cases set suspended = %(still)s where county = %(county)s and id = %(id)s", values)
        self._tx.write(
            "update tasks set suspended = %(still)s where county = %(county)s and case_id = %(id)s"
            " and suspended <> %(still)s and (state < 2 or not %(still)s)", values
        )  # fmt: skip

    def migrated(self, case_id: UUID, process: str, number: int, mapping: Mapping[str, str]) -> None:
        """Write that the work of a process in a case belongs to another version now; keys, claims and drafts stay."""
        values = {
            "county": county_of(case_id), "id": case_id, "process": process, "number": number,
            "mapping": dumped(dict(mapping)),
        }  # fmt: skip
        here = "county = %(county)s and case_id = %(id)s and process = %(process)s"
        self._tx.write(
            "update cases set version = %(number)s where county = %(county)s and id = %(id)s"
            " and process = %(process)s", values
        )  # fmt: skip
        new = "node = coalesce(%(mapping)s::jsonb ->> node, node)"
        self._tx.write(f"update tasks set process_version = %(number)s, {new} where {here} and state < 2", values)
        for table in ("timers", "calls"):
            self._tx.write(f"update {table} set {new} where {here} and %(mapping)s::jsonb ? node", values)

    def operated(self, actor: Actor, case_id: UUID, *, lock: bool = True) -> StoredCase:
        """Read a case that the actor may migrate.

        Raises:
            CaseNotFound: there is none, or it is not his to migrate.
        """
        sql = f"""select {CASE} from cases c where c.county = %(county)s and c.id = %(id)s and {_IN_PLACE}
            {"for update of c" if lock else ""}"""
        row = self._tx.first(sql, _params(actor, MIGRATING) | {"county": county_of(case_id), "id": case_id})
        if row is None:
            raise CaseNotFound()
        return built(StoredCase, row)

    def running(
        self, actor: Actor, process: str, number: int, *, after: str | None = None, limit: int = 50
    ) -> Page[tuple[UUID, str]]:
        """List the open cases that run a version, the oldest first: id and number, without number where it is hidden.

        Raises:
            Invalid: `after` is not a cursor of this list.
        """
        limit = max(1, min(limit, LARGEST))
        last = read_cursor(after, "running", ("uuid",))[0] if after else None
        shown = f"case when c.confidential and not {_SEES} then '' else coalesce(c.event_no, '') end"
        sql = f"""select c.id, {shown} from cases c where {_RUNS} and {_IN_PLACE}
            and (%(last)s::uuid is null or c.id > %(last)s::uuid) order by c.id limit %(limit)s"""
        values = {"process": process, "number": number, "last": last, "limit": limit + 1}
        rows = [(row[0], row[1]) for row in self._tx.rows(sql, _params(actor, MIGRATING) | values)]
        more = write_cursor("running", (rows[limit - 1][0],)) if len(rows) > limit else None
        return Page(tuple(rows[:limit]), more)

    def count(self, actor: Actor, process: str) -> Sequence[tuple[int, int]]:
        """Count the open cases of each version of a process that the actor may migrate: (version, cases)."""
        sql = f"""select c.version, count(*) from cases c where c.process = %(process)s and c.closed_at is null
            and {_IN_PLACE} group by c.version order by c.version desc"""
        return [(row[0], row[1]) for row in self._tx.rows(sql, _params(actor, MIGRATING) | {"process": process})]
