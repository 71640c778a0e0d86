"""Check what a person answers: against the form's version and the choices of the moment."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.records import StoredCase, TaskInHand
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.forms import compiled_form, options_for

_NOBODY = {"id": SYSTEM.id, "username": SYSTEM.username, "role": "", "unit": ""}


def check_answers(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    task: TaskInHand,
    answers: Mapping[str, Any],
    scope: Mapping[str, Any],
    actor: Actor,
) -> dict[str, Any]:
    """Check answers against the form that the task was opened with.

    Args:
        scope: what an expression at the task reads.
        actor: who answers.

    Raises:
        InvalidAnswers: per field.
    """
    # the form was shown to nobody in particular, and must read the same now
    context = {**scope, "actor": _NOBODY}
    return check_form(tools, uow, case, (task.form, task.form_version), answers, context, actor.locale, actor)


def check_form(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    form: tuple[str, int],
    answers: Mapping[str, Any],
    context: Mapping[str, Any],
    locale: str,
    actor: Actor | None = None,
) -> dict[str, Any]:
    """Check answers against a form version.

    Args:
        actor: who answers, where it is somebody with an account.

    Raises:
        InvalidAnswers: per field.
    """
    compiled = compiled_form(tools, *form)
    chosen = sorted(texts_in(answers))
    offered = options_for(tools, uow, case.record, compiled.form, locale, context, chosen, actor)
    options: dict[str, Any] = dict(offered)
    sent = _identifiers(answers)
    files = {str(row.id): {"size": row.size, "media_type": row.media_type, "name": row.name}
             for row in (uow.attachments.many(sent) if sent else ()) if row.case_id == case.id}
    options["attachments"] = files
    return compiled.load(answers, context=context, options=options, locale=locale)


def texts_in(answers: Mapping[str, Any]) -> set[str]:
    """Collect every text that was answered, alone, in lists and in rows."""
    found: set[str] = set()
    pending: list[Any] = list(answers.values())
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, Mapping):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
    return found


def _identifiers(answers: Mapping[str, Any]) -> list[UUID]:
    found = []
    for value in answers.values():
        for one in value if isinstance(value, list) else ():
            try:
                found.append(UUID(str(one)))
            except ValueError:
                continue
    return found[:50]
