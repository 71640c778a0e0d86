"""Have people told outside the product what is new."""

from datetime import datetime, timedelta

from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.news import open_ways, spread_message, spread_notice, spread_task

#: notices, and messages, of one transaction
TOGETHER = 100
#: a command's moment lies at most so long before its commit
BACK = timedelta(seconds=30)
#: tasks from before this are news no more, after an outage of the scheduler or a jump of the clock
FRESH = timedelta(days=1)
_MARK = "news of tasks"


def spread_news(tools: Tools) -> int:
    """Take what nobody was told of yet, and ask for a delivery to everybody who wants to hear of it.

    Any number of nodes may do so: what one has in hand the others pass over, and the same news for the same person and
    way is asked for once.

    Returns:
        How many notices and messages were taken: ask again unless none.

    Writes:
        entries of the outbox; that notices and messages were told; how far the tasks were looked at.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        notices = uow.contacts.untold_notices(TOGETHER)
        messages = uow.contacts.untold_messages(TOGETHER)
        for untold in notices:
            spread_notice(tools, uow, untold, at)
        for message in messages:
            spread_message(tools, uow, message, at)
        if notices:
            uow.contacts.told("notices", [one.notice.id for one in notices])
        if messages:
            uow.contacts.told("reporter_messages", [one.id for one in messages])
        _tasks(tools, uow, at)
        uow.commit()
    return len(notices) + len(messages)


def _tasks(tools: Tools, uow: UnitOfWork, at: datetime) -> None:
    """Look for tasks from a little before the last look; those that were told before are not told again."""
    mark = uow.contacts.bookmark(_MARK)
    if open_ways(tools) and mark is not None:
        since = max(mark - BACK, at - FRESH)
        for task in uow.contacts.new_tasks(since, at, urgent=not uow.contacts.anybody_wants_tasks()):
            spread_task(tools, uow, task, at)
    if mark is None or at - mark > BACK / 10:
        uow.contacts.put_bookmark(_MARK, at)
