"""Perform an act on a case: ask for an extension, return, withdraw."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import ActNotOpen, Forbidden
from app.engine import commands
from app.usecases import Tools
from app.usecases.desk.acts import is_in_hand, seat_for_act
from app.usecases.desk.answering import check_form
from app.usecases.desk.outcome import Completed, outcome
from app.usecases.intake.own_report import signer_of
from app.usecases.stepping import command_of, make_world
from app.usecases.writing import write_step


def perform_act(
    tools: Tools,
    *,
    actor: Actor,
    case_id: UUID,
    act_key: str,
    answers: Mapping[str, Any],
    task_id: UUID | None = None,
) -> Completed:
    """Send the message that an act stands for, with the answers of its form.

    Args:
        act_key: key of the act as the task or case page shows it.
        task_id: the task page it was done from; only to be found again.

    Writes:
        MessageReceived and everything the diagram does up to its next stop.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        Forbidden: the act is not offered to this actor.
        ActNotOpen: the case does not wait for it now, or its condition does not hold.
        InvalidAnswers: per field.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        case = uow.cases.lock(case_id)
        row = next((one for one in uow.subscriptions.of_case(case_id) if one.key == act_key), None)
        if row is None or not row.form:
            raise ActNotOpen()
        held = {task.key: task for task in uow.tasks.of_case(case_id) if is_in_hand(task, actor)}
        seat = seat_for_act(tools, actor, row, held)
        if seat is None:
            raise Forbidden()
        command = command_of(signer_of(uow, case, actor), at, seat)
        world = make_world(tools, uow, case_id)
        context = commands.scope_of(world, command, case.state, act_key)
        form = (row.form, tools.library.form_number(row.form))
        clean = check_form(tools, uow, case, form, answers, context, actor.locale, actor)
        progress = commands.deliver(world, command, case.state, row.message, clean, key=act_key)
        if progress is None:
            raise ActNotOpen()
        case = write_step(tools, uow, case, progress, command)
        uow.commit()
    return outcome(case, progress, actor, at)
