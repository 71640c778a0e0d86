"""Answer the one question of a case that a party may answer by his code."""

from collections.abc import Mapping
from typing import Any

from app.domain.errors import ActNotOpen
from app.engine import commands
from app.usecases import Tools
from app.usecases.desk.answering import check_form
from app.usecases.intake.party_code import PARTY, find_question, party_of
from app.usecases.stepping import command_of, make_world
from app.usecases.writing import write_step


def answer_question(tools: Tools, *, event_no: str, code: str, answers: Mapping[str, Any], locale: str) -> None:
    """Send a party's answer to the case that asked him.

    Writes:
        MessageReceived and what follows.

    Raises:
        QuestionNotFound: number and code do not belong together, or it is answered.
        ActNotOpen: the case does not wait for it now.
        InvalidAnswers: per field.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, row = find_question(tools, uow, event_no, code)
        case = uow.cases.lock(case.id)
        # answered by somebody else while this one waited for the lock
        find_question(tools, uow, event_no, code)
        command = command_of(party_of(row), at, (PARTY, ""))
        world = make_world(tools, uow, case.id)
        context = commands.scope_of(world, command, case.state, row.key)
        form = (row.form, tools.library.form_number(row.form))
        clean = check_form(tools, uow, case, form, answers, context, locale)
        progress = commands.deliver(world, command, case.state, row.message, clean, key=row.key)
        if progress is None:
            raise ActNotOpen()
        write_step(tools, uow, case, progress, command)
        uow.commit()
