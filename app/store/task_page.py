"""What a task's page shows, read in two round trips: the task with its case, then all that lies around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import Fact
from app.domain.ids import county_of
from app.domain.org import Unit
from app.domain.records import StoredCase, SubscriptionRow, TaskRow
from app.domain.records_traffic import AttachmentRow
from app.store import attachments, facts, subscriptions, units
from app.store.locking import CASE
from app.store.sight import Sight, sees_task
from app.store.task_columns import TASK
from app.store.transaction import Transaction, built

#: fields of the record that name units which the head of the page shows
PLACES = ("county", "street", "village", "grid", "lead_unit")
_WIDTH = len(CASE.split(", "))
_FOUND = (
    f"select {CASE}, {TASK} from tasks t join cases c on c.county = t.county + 0 and c.id = t.case_id"
    f" where t.county = %(county)s and t.id = %(id)s and {sees_task()}"
)
_OF_CASE = "where county = %(county)s and case_id = %(id)s"


@dataclass(frozen=True)
class TaskPage:
    """A task, its case, and what lies around them."""

    task: TaskRow
    case: StoredCase
    files: Sequence[AttachmentRow]
    #: {id: name} of those who added them
    uploaders: dict[str, str]
    #: what the case waits for
    waiting: Sequence[SubscriptionRow]
    #: of the kinds that were asked for, in order
    facts: Sequence[Fact]
    #: {code: unit} of the record's places
    units: dict[str, Unit]


def read_page(tx: Transaction, actor: Actor, task_id: UUID, kinds: Sequence[str]) -> TaskPage | None:
    """Read a task that the actor may see with everything around it; None if there is none, or it is not for him."""
    found = tx.first(_FOUND, Sight.of(actor).params | {"county": county_of(task_id), "id": task_id})
    if found is None:
        return None
    case, task = built(StoredCase, found[:_WIDTH]), built(TaskRow, found[_WIDTH:])
    of = {"county": case.county, "id": case.id}
    codes = sorted({str(case.record[one]) for one in PLACES if case.record.get(one)})
    files, uploaders, waiting, told, places = tx.together(
        (f"{attachments.READ} {_OF_CASE} order by uploaded_at, id", of),
        (attachments.UPLOADERS, of),
        (f"{subscriptions.READ} {_OF_CASE} order by key", of),
        (f"{facts.READ} and kind = any(%(kinds)s::text[]) order by seq", of | {"kinds": list(kinds)}),
        (f"{units.READ} where code = any(%(codes)s::text[])", {"codes": codes}),
    )
    return TaskPage(
        task, case,
        files=[attachments.read_attachment(row) for row in files],
        uploaders=dict(uploaders),
        waiting=[built(SubscriptionRow, row) for row in waiting],
        facts=[built(Fact, row) for row in told],
        units={row[0]: units.read_unit(row) for row in places},
    )  # fmt: skip
