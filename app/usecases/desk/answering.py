"""Check what a person answers: against the form's version, the choices of the moment, and the evidence rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM
from app.domain.clocks import moment
from app.domain.errors import InvalidAnswers, NotFound
from app.domain.evidence import EvidenceRule, Photo, check_result
from app.domain.records import StoredCase, TaskInHand
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.forms import compiled_form, options_for

#: answers that name photos taken afterwards
_AFTER = "after_photos"
_NOBODY = {"id": SYSTEM.id, "username": SYSTEM.username, "role": "", "unit": ""}


def check_answers(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    task: TaskInHand,
    answers: Mapping[str, Any],
    scope: Mapping[str, Any],
    locale: str,
) -> dict[str, Any]:
    """Check answers against the form that the task was opened with.

    Args:
        scope: what an expression at the task reads.

    Raises:
        InvalidAnswers: per field.
    """
    # the form was shown to nobody in particular, and must read the same now
    context = {**scope, "actor": _NOBODY}
    return check_form(tools, uow, case, (task.form, task.form_version), answers, context, locale)


def check_form(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    form: tuple[str, int],
    answers: Mapping[str, Any],
    context: Mapping[str, Any],
    locale: str,
) -> dict[str, Any]:
    """Check answers against a form version.

    Raises:
        InvalidAnswers: per field.
    """
    compiled = compiled_form(tools, *form)
    options: dict[str, Any] = dict(options_for(tools, uow, case.record, compiled.form, locale, context))
    sent = _identifiers(answers)
    files = {str(row.id): {"size": row.size, "media_type": row.media_type, "name": row.name}
             for row in (uow.attachments.many(sent) if sent else ()) if row.case_id == case.id}
    options["attachments"] = files
    return compiled.load(answers, context=context, options=options, locale=locale)


def _identifiers(answers: Mapping[str, Any]) -> list[UUID]:
    found = []
    for value in answers.values():
        for one in value if isinstance(value, list) else ():
            try:
                found.append(UUID(str(one)))
            except ValueError:
                continue
    return found[:50]


def check_evidence(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    task: TaskInHand,
    answers: Mapping[str, Any],
    at: datetime,
    locale: str,
) -> None:
    """Refuse a result without the photos that the item's rule asks for.

    Raises:
        InvalidAnswers: at the field `after_photos`.
    """
    if task.evidence != "after_photo":
        return
    record = case.record
    try:
        item = tools.city.catalogue.item(str(record.get("item_code") or ""))
    except NotFound:
        return
    ids = [UUID(str(one)) for one in answers.get(_AFTER) or ()]
    photos = [Photo(str(row.id), "after", row.taken_at, row.lat, row.lon)
              for row in (uow.attachments.many(ids) if ids else ()) if row.media_type.startswith("image/")]
    signed = (record.get("milestones") or {}).get("signed_at")
    wrong = check_result(
        EvidenceRule.of(item), photos, place=(record["lat"], record["lon"]) if record.get("lat") is not None else None,
        signed_at=moment(signed) if signed else case.opened_at, now=at,
    )  # fmt: skip
    if wrong:
        raise InvalidAnswers(errors={_AFTER: [one.text(locale) for one in wrong]})
