"""Carry out what takes a completed step back; shared by the verbs that do."""

from app.domain.errors import ChangeRefused
from app.domain.records import StoredCase
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.steering.changes import cancelling_branch, moving
from app.usecases.steering.steered import carry_out
from app.usecases.steering.withdrawal import NotWithdrawable, Withdrawal


def taken_away(
    tools: Tools, uow: UnitOfWork, case: StoredCase, found: Withdrawal, reason: str, command: Command
) -> tuple[StoredCase, str]:
    """Put the token of what follows back, and cancel what else follows; return the key of the task that opens.

    Raises:
        NotWithdrawable: something else would follow from it.
    """
    first, *others = found.way
    try:
        effect, case = carry_out(
            tools, uow, case, moving(first, found.task.node, None, False, reason), command
        )
        for other in others:
            _, case = carry_out(tools, uow, case, cancelling_branch(other, reason), command)
    except ChangeRefused as refused:
        raise NotWithdrawable() from refused
    opened = [task.key for task in effect.opened]
    if len(opened) != 1 or effect.opened[0].node != found.task.node:
        raise NotWithdrawable()
    return case, opened[0]
