"""Read the one question of a case that a party may answer by his code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.usecases import Tools
from app.usecases.desk.form_start import first_values, form_context, form_scope
from app.usecases.desk.forms import Options, form_schema, options_for
from app.usecases.intake.party_code import find_question
from app.usecases.intake.tries import guarded


@dataclass(frozen=True)
class Question:
    """The page of a party's question."""

    event_no: str
    title: str
    name: str
    name_en: str
    form_version: int
    form: Mapping[str, Any]
    values: Mapping[str, Any]
    #: what the form's conditions read besides its own fields
    context: Mapping[str, Any]
    options: Options


def read_question(
    tools: Tools, *, event_no: str, code: str, locale: str, address: str | None = None
) -> Question:
    """Read a question with the form of its answer; files can only be handed in at the desk.

    Args:
        address: from which somebody has typed the code; None for one that was right before.

    Writes:
        a typed code that was wrong.

    Raises:
        QuestionNotFound: number and code do not belong together, or it is answered.
        TooManyCodes: too many wrong ones were typed.
    """
    if address is None:
        return _read(tools, event_no, code, locale)
    return guarded(tools, "answer", event_no, address, lambda: _read(tools, event_no, code, locale))


def _read(tools: Tools, event_no: str, code: str, locale: str) -> Question:
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, row = find_question(tools, uow, event_no, code)
        number = tools.library.form_number(row.form)
        schema = form_schema(tools, row.form, number)
        shown = {**schema, "components": [one for one in schema["components"] if one["type"] != "filepicker"]}
        scope = form_scope(tools, uow, case, row.key, shown, now)
        return Question(
            event_no=event_no, title=case.summary, name=row.name, name_en=row.name_en, form_version=number, form=shown,
            values=first_values(scope, shown, now), context=form_context(scope, shown),
            options=options_for(tools, uow, case.record, shown, locale, scope),
        )  # fmt: skip
