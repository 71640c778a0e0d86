"""Cases: read and lock one, move it by one step, list those that an actor may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound, TaskNotFound
from app.domain.facts import Fact
from app.domain.ids import county_of
from app.domain.progress import Progress
from app.domain.records import CaseFilters, CaseRow, NearCase, Page, StoredCase, TaskInHand, TaskRow
from app.store.case_list import list_cases
from app.store.case_writing import create_case, move_case
from app.store.locking import CASE, lock_with_task
from app.store.sight import Sight, is_excluded, sees_case, sees_task
from app.store.transaction import Transaction, built, columns

#: a closed case can still be the same event for so long
CLOSED_FOR = timedelta(days=7)

#: a confidential case, or one about an office, is no candidate for others to look at
GUARDED = "(c.confidential or c.accused_unit <> '')"
#: whose name nobody may learn is not recognised by his telephone either
KNOWN_PHONE = "case when r.anonymous or r.confidential then null else r.phone_hash end"
NEAR = f"""
select {
    columns(
        NearCase,
        "c",
        address_text="coalesce(r.address_text, '')",
        content="coalesce(r.content, '')",
        phone_hash=KNOWN_PHONE,
        guarded=GUARDED,
    )
}
from cases c left join lateral (
    select * from reports r where r.county = c.county and r.case_id = c.id
    order by r.received_at, r.id limit 1) r on true
where (c.item_code = any(%(items)s::text[]) or %(items)s::text[] = '{{}}') and c.affair_code = %(affair)s
    and c.lat between %(south)s and %(north)s and c.lon between %(west)s and %(east)s
    and c.opened_at >= %(since)s and (c.closed_at is null or c.closed_at > %(closed_since)s)
    and (%(county)s::text is null or c.unit_county = %(county)s) and (%(guarded)s or not {GUARDED})
    and c.close_reason <> 'duplicate' and c.id <> coalesce(%(but)s::uuid, '00000000-0000-0000-0000-000000000000')
order by c.opened_at desc, c.id limit %(limit)s"""


class Cases:
    """Cases of every process."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def get(self, case_id: UUID) -> StoredCase:
        """Read a case without locking it.

        Raises:
            CaseNotFound: there is none.
        """
        return _one(self._tx, "c.county = %(county)s and c.id = %(id)s", {"county": county_of(case_id), "id": case_id})

    def lock(self, case_id: UUID) -> StoredCase:
        """Read a case and keep others from moving it until the end of this transaction.

        Raises:
            CaseNotFound: there is none.
        """
        where = "c.county = %(county)s and c.id = %(id)s for update of c"
        return _one(self._tx, where, {"county": county_of(case_id), "id": case_id})

    def lock_free(self, case_id: UUID) -> StoredCase | None:
        """Lock a case unless somebody has it; None then, or if there is none."""
        where = "c.county = %(county)s and c.id = %(id)s for update of c skip locked"
        row = self._tx.first(f"select {CASE} from cases c where {where}", {"county": county_of(case_id), "id": case_id})
        return built(StoredCase, row) if row else None

    def find_by_event_no(self, event_no: str) -> StoredCase | None:
        """Read a case by the number that people know."""
        try:
            return _one(self._tx, "c.event_no = %(event_no)s", {"event_no": event_no})
        except CaseNotFound:
            return None

    def visible_to(self, actor: Actor, case_id: UUID) -> StoredCase:
        """Read a case if the actor may see it.

        Raises:
            CaseNotFound: there is none, or it is not for him.
        """
        where = f"c.county = %(county)s and c.id = %(id)s and {sees_case()}"
        return _one(self._tx, where, Sight.of(actor).params | {"county": county_of(case_id), "id": case_id})

    def lock_for_task(self, task_id: UUID, actor: Actor | None = None) -> tuple[StoredCase, TaskRow]:
        """Read a task with its case and lock both, in one statement.

        Args:
            actor: if given, a task that he may not see is not found.

        Raises:
            TaskNotFound: there is none, or it is not for him.
        """
        params = {} if actor is None else Sight.of(actor).params
        found = lock_with_task(self._tx, StoredCase, TaskRow, task_id, "true" if actor is None else sees_task(), params)
        if found is None:
            raise TaskNotFound()
        return found

    def lock_held(self, task_id: UUID, actor: Actor) -> tuple[StoredCase, TaskInHand]:
        """Read a task with its case and lock both; quickly if the actor holds it, as `lock_for_task` otherwise.

        Who holds a task sees it, unless he is excluded from it; nothing else needs to be asked then.

        Raises:
            TaskNotFound: there is none, or it is not for him.
        """
        found = lock_with_task(self._tx, StoredCase, TaskInHand, task_id, "true", {})
        if found is None:
            raise TaskNotFound()
        task = found[1]
        if task.state != "claimed" or task.holder != actor.desk or is_excluded(actor, task):
            return self.lock_for_task(task_id, actor)
        return found

    def create(
        self,
        case_id: UUID,
        process: str,
        version: int,
        progress: Progress,
        facts: Sequence[Fact],
        *,
        at: datetime,
        task_ids: Mapping[str, UUID] | None = None,
        started_by: str = "",
    ) -> StoredCase:
        """Write a new case with everything that its first command did.

        Args:
            case_id: carries the county.
            task_ids: ids of the tasks that open, by key; missing ones are derived.
            started_by: id of the actor, empty for nobody in particular.

        Returns:
            The case as it is stored now, at revision 1.
        """
        of, ids = (process, version), task_ids or {}
        return create_case(self._tx, case_id, of, progress, facts, at=at, task_ids=ids, started_by=started_by)

    def write_step(
        self,
        case: StoredCase,
        progress: Progress,
        facts: Sequence[Fact],
        *,
        at: datetime,
        task_ids: Mapping[str, UUID] | None = None,
        finished: tuple[str, Actor] | None = None,
        guard_task: UUID | None = None,
    ) -> StoredCase:
        """Write everything that one command did, in one statement, or nothing.

        Args:
            case: as it was read; its revision must still be the stored one.
            facts: the command's facts with their place in the chain; at least one.
            task_ids: ids of the tasks that open, by key; missing ones are derived.
            finished: key of the task that a person finished, and the person.
            guard_task: must still be open, and held by the person of `finished` (a machine holds nothing).

        Returns:
            The case as it is stored now.

        Raises:
            TaskAlreadyDone, TaskNotHeld, StaleRevision: somebody was first; nothing was written.
        """
        return move_case(
            self._tx, case, progress, facts, at=at, task_ids=task_ids or {}, finished=finished, guard_task=guard_task
        )

    def list(self, actor: Actor, filters: CaseFilters, *, after: str | None = None, limit: int = 20) -> Page[CaseRow]:
        """List the cases that an actor may see, newest first."""
        return list_cases(self._tx, actor, filters, after, limit)

    def near(
        self,
        *,
        affair_code: str,
        item_codes: Sequence[str] = (),
        box: tuple[float, float, float, float],
        since: datetime,
        now: datetime,
        but: UUID | None = None,
        county: str | None = None,
        guarded: bool = False,
        limit: int = 50,
    ) -> tuple[NearCase, ...]:
        """Find cases that may be the same event: open, or closed for less than seven days.

        Args:
            item_codes: narrows to these items; empty for every item of the affair.
            box: south, west, north, east in degrees.
            since: opened no earlier.
            but: a case that is left out, the new one itself.
            county: code of the county that they must lie in, empty for those without; None for any.
            guarded: also confidential ones and those about an office; only for a case that is confidential itself.
        """
        south, west, north, east = box
        params = {
            "affair": affair_code, "items": list(item_codes), "but": but, "limit": max(1, min(limit, 200)),
            "south": south, "west": west, "north": north, "east": east,
            "since": since, "closed_since": now - CLOSED_FOR, "county": county, "guarded": guarded,
        }  # fmt: skip
        return self._tx.records(NearCase, NEAR, params)


def _one(tx: Transaction, where: str, params: dict[str, Any]) -> StoredCase:
    row = tx.first(f"select {CASE} from cases c where {where}", params)
    if row is None:
        raise CaseNotFound()
    return built(StoredCase, row)
