"""Arrange when the processes that begin by the clock begin."""

import logging

from app.domain.errors import YongzhiError
from app.engine.beginning import clock_starts, first_due, moment_of
from app.usecases import Tools

log = logging.getLogger("yongzhi.starts")


def arrange_starts(tools: Tools) -> int:
    """Count the timer start events that are newly published, and forget those that are there no more.

    A new version whose timer says the same goes on counting.

    Returns:
        How many changed.

    Writes:
        when each begins first.
    """
    wanted = {
        (process, start.node): start
        for process in tools.library.keys("process")
        for start in clock_starts(tools.library.process(process))
    }
    changed = 0
    with tools.store.unit_of_work() as uow:
        known = {(row.process, row.node): row.expression for row in uow.timed_starts.all()}
        now = tools.clock.now()
        for (process, node), start in wanted.items():
            said = f"{start.form} {start.expression}"
            if known.get((process, node)) == said:
                continue
            try:
                due = first_due(start, now, tools.city.calendar)
                changed += uow.timed_starts.arm(process, node, said, due, moment_of(due))
            except YongzhiError as failure:
                # the others begin all the same
                log.error("The start event %s of %s has no moment: %s", node, process, failure)
                changed += uow.timed_starts.arm(process, node, said, {}, None)
        for process, node in set(known) - set(wanted):
            uow.timed_starts.drop(process, node)
            changed += 1
        if changed:
            uow.commit()
    return changed
