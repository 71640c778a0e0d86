"""Who is to be told outside, on which ways; and what is still to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.contact import Preferences, Recipient
from app.domain.ids import county_of
from app.domain.records import TaskRow
from app.domain.records_traffic import NoticeRow, ReporterMessage
from app.store.people import VALID
from app.store.step_values import dumped
from app.store.task_columns import TASK
from app.store.transaction import Transaction, built, columns

_RECIPIENT = "p.id, p.name, p.locale, p.phone, p.mail, f.choices, f.quiet_from, f.quiet_to"
_JOIN = "left join contact_preferences f on f.county = p.county and f.person_id = p.id"
_REACHED = "p.active and (p.mail <> '' or p.phone <> '')"
#: holders of a seat who can be reached; who stands in for somebody sees the task in the product
SEAT = f"""select {_RECIPIENT} from person_roles r join people p on p.county = r.county and p.id = r.person_id {_JOIN}
where r.role = %(role)s and r.unit = %(unit)s and {VALID} and {_REACHED} order by p.id"""
ONE = f"select {_RECIPIENT} from people p {_JOIN} where p.county = %(county)s and p.id = %(id)s and p.active"

NEW_TASKS = f"""select {TASK} from (
    select distinct county, case_id from facts where at > %(since)s and at <= %(until)s and kind = 'TaskOpened'
    ) c join tasks t on t.case_id = c.case_id and t.county = c.county
where t.created_at > %(since)s and t.created_at <= %(until)s and t.state < 2
    and (not %(urgent)s or t.urgency = 'U1') order by t.created_at, t.id limit %(limit)s"""


@dataclass(frozen=True)
class Untold:
    """A notice that nobody was told of outside."""

    person_id: str
    county: int
    notice: NoticeRow


class Contacts:
    """Addresses and wishes of people, and what waits to be told."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of(self, person_id: UUID) -> Recipient | None:
        """Read how a person is told; None where the account is closed or none."""
        row = self._tx.first(ONE, {"county": county_of(person_id), "id": person_id})
        return _recipient(row) if row else None

    def of_seat(self, role: str, unit: str, at: datetime) -> tuple[Recipient, ...]:
        """List who holds a role at a unit and has an address."""
        return tuple(map(_recipient, self._tx.rows(SEAT, {"role": role, "unit": unit, "at": at})))

    def prefer(self, person_id: UUID, wanted: Preferences, at: datetime) -> None:
        """Keep how a person wants to be told."""
        self._tx.write(
            "insert into contact_preferences (county, person_id, choices, quiet_from, quiet_to, changed_at) values"
            " (%(county)s, %(id)s, %(choices)s::jsonb, %(from)s, %(to)s, %(at)s) on conflict (county, person_id) do"
            " update set choices = excluded.choices, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,"
            " changed_at = excluded.changed_at",
            {
                "county": county_of(person_id), "id": person_id, "from": wanted.quiet_from, "to": wanted.quiet_to,
                "choices": dumped({kind: list(ways) for kind, ways in wanted.choices.items()}), "at": at,
            },
        )  # fmt: skip

    def anybody_wants_tasks(self) -> bool:
        """Say whether somebody wants to hear of every task, not only of urgent ones."""
        sql = "select exists (select from contact_preferences where choices -> 'task' <> '[]'::jsonb)"
        return bool(self._tx.value(sql))

    def untold_notices(self, limit: int) -> tuple[Untold, ...]:
        """Take notices that nobody was told of outside, until the end of this transaction, the oldest first."""
        read = columns(NoticeRow, "n", read_at="null::timestamptz")
        rows = self._tx.rows(
            f"select n.person_id, n.county, {read} from notices n where not n.told order by n.at limit %(limit)s"
            " for update skip locked",
            {"limit": limit},
        )
        return tuple(Untold(row[0], row[1], built(NoticeRow, row[2:])) for row in rows)

    def untold_messages(self, limit: int) -> tuple[ReporterMessage, ...]:
        """Take messages to reporters that went nowhere yet, until the end of this transaction, the oldest first."""
        sql = f"""select {columns(ReporterMessage)} from reporter_messages where not told order by at
            limit %(limit)s for update skip locked"""
        return self._tx.records(ReporterMessage, sql, {"limit": limit})

    def is_confidential(self, case_id: UUID) -> bool:
        """Say whether nothing of a case may leave the house."""
        sql = "select confidential from cases where county = %(county)s and id = %(id)s"
        return bool(self._tx.value(sql, {"county": county_of(case_id), "id": case_id}))

    def told(self, table: str, ids: Collection[UUID]) -> None:
        """Note that notices or messages to reporters are on their way, or that nobody wants them."""
        assert table in ("notices", "reporter_messages")
        self._tx.write(
            f"update {table} n set told = true from unnest(%(counties)s::smallint[], %(ids)s::uuid[]) k (county, id)"
            " where n.county = k.county and n.id = k.id",
            {"counties": [county_of(one) for one in ids], "ids": list(ids)},
        )

    def new_tasks(self, since: datetime, until: datetime, *, urgent: bool, limit: int = 1000) -> tuple[TaskRow, ...]:
        """List the open tasks that have come between two moments, urgent ones alone or all."""
        params = {"since": since, "until": until, "urgent": urgent, "limit": limit}
        return self._tx.records(TaskRow, NEW_TASKS, params)

    def bookmark(self, name: str) -> datetime | None:
        """Read how far a repeated look has come, and keep others from it until the end of this transaction.

        Returns:
            None where nobody looked yet, or where somebody else is looking.
        """
        row = self._tx.first("select at from bookmarks where name = %(name)s for update skip locked", {"name": name})
        return row[0] if row else None

    def put_bookmark(self, name: str, at: datetime) -> None:
        """Keep how far a repeated look has come."""
        self._tx.write(
            "insert into bookmarks (name, at) values (%(name)s, %(at)s) on conflict (name) do update set at = %(at)s",
            {"name": name, "at": at},
        )


def _recipient(row: Sequence[Any]) -> Recipient:
    wanted = Preferences() if row[5] is None else Preferences(row[5], row[6], row[7])
    return Recipient(row[0], row[1], row[2], row[3], row[4], wanted)
