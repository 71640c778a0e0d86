"""Put claimed tasks back on which nobody works."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.calendar import Amount
from app.domain.errors import DefinitionNotFound
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.handing import tell_hand
from app.usecases.stepping import add_fact, command_of, seat_of

#: the decision that says, by urgency, how long a claimed task may lie; without it none is put back
DECISION = "claim_idle"
#: nothing is asked of tasks that were in hand a moment ago
AT_LEAST = timedelta(minutes=10)


def release_idle(tools: Tools, *, actor: Actor = SYSTEM) -> int:
    """Put back into the common box what somebody claimed and left alone for as long as the table allows.

    Whatever the holder does in the case counts as work: a draft, a remark, an act. What was opened on his desk, is lent
    to him or stands still stays. The draft stays with the task.

    Returns:
        How many tasks went back.

    Writes:
        per task, in a transaction of its own: TaskReleased with `how: idle`, a notice to who held it.
    """
    try:
        _, table = tools.library.decision(DECISION)
    except DefinitionNotFound:
        return 0
    now = tools.clock.now()

    @cache
    def amount(urgency: str) -> Amount | None:
        said = table.decide(DECISION, {"urgency": urgency}, now=now).outputs
        return Amount.parse(said) if isinstance(said, str) else None

    def over(urgency: str, since: datetime) -> bool:
        granted = amount(urgency)
        return granted is not None and tools.city.calendar.add(since, granted) <= now

    with tools.store.unit_of_work() as uow:
        found = uow.hands.idle(now - AT_LEAST)
    return sum(_release(tools, actor, task_id, over) for task_id, urgency, since in found if over(urgency, since))


def _release(tools: Tools, actor: Actor, task_id: UUID, over: Callable[[str, datetime], bool]) -> bool:
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id)
        moments = [moment for moment in (task.claimed_at, task.draft_at) if moment]
        # between the look and the lock he may have begun to work, or somebody else may have it now
        if task.state != "claimed" or task.suspended or not moments or not over(task.urgency, max(moments)):
            return False
        uow.tasks.release(task_id, actor, by_superior=True)
        body = {"key": task.key, "name": task.name, "how": "idle", "from": task.holder, "from_name": task.holder_name}
        draft = FactDraft("TaskReleased", task.process, task.node, task.nth, body)
        add_fact(uow, case, draft, command_of(actor, at, seat_of(actor)))
        tell_hand(uow, case, task, task.holder, at, "unit.task_released_idle", {})
        uow.commit()
    return True
