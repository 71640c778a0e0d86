"""Read a task together with its case and lock both, in one statement."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from app.domain.facts import CaseHead
from app.domain.ids import county_of
from app.domain.records import StoredCase, TaskInHand, TaskRow
from app.store.task_columns import IN_HAND, TASK
from app.store.transaction import Transaction, built, columns

#: nothing lies in the buffer, nearly always: a case that comes to wait for something need not look then
_KEPT = "exists (select from messages m where m.state = 'buffered')"
CASE = columns(StoredCase, "c", mail="false", kept=_KEPT)
#: what is read of each; with state and record a case is long, and who only adds a fact needs neither
_READ: Mapping[type, str] = {StoredCase: CASE, CaseHead: columns(CaseHead, "c"), TaskRow: TASK, TaskInHand: IN_HAND}
_WIDTH = {kind: len(text.split(", ")) for kind, text in _READ.items()}
Case = TypeVar("Case", StoredCase, CaseHead)
Held = TypeVar("Held", bound=TaskInHand)


def lock_with_task(
    tx: Transaction, case: type[Case], task: type[Held], task_id: UUID, condition: str, params: Mapping[str, Any]
) -> tuple[Case, Held] | None:
    """Read and lock a task that fits a condition, and its case; None if there is none."""
    key = {"county": county_of(task_id), "id": task_id}
    row = tx.first(_locking(_READ[case], _READ[task], condition), {**params, **key})
    return (built(case, row[: _WIDTH[case]]), built(task, row[_WIDTH[case] :])) if row else None


@lru_cache
def _locking(case: str, task: str, condition: str) -> str:
    # the case is locked before the task, as everywhere else; both are read again if somebody had them. The sum keeps
    # the planner from finding the case among all of the county
    return (
        f"select {case}, {task}"
        " from tasks t join cases c on c.county = t.county + 0 and c.id = t.case_id"
        f" where t.county = %(county)s and t.id = %(id)s and {condition} for update of c, t"
    )
