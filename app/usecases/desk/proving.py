"""Check what answers must prove: photos afterwards, a position on the spot, two officers with certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.clocks import moment
from app.domain.errors import Invalid, InvalidAnswers, NotFound, StepFailed
from app.domain.evidence import (
    EvidenceRule,
    Photo,
    Violation,
    check_check_in,
    check_officers,
    check_result,
    read_certificates,
    read_position,
)
from app.domain.records import StoredCase, TaskInHand
from app.engine.scope import as_texts, property_value
from app.engine.timer_texts import read_moment
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: answers that name photos taken afterwards
_AFTER = "after_photos"
_OFFICERS = "officers"


@dataclass(frozen=True)
class Proof:
    """The answers to a task, and what they are compared with."""

    tools: Tools
    uow: UnitOfWork
    case: StoredCase
    task: TaskInHand
    #: checked against the form
    answers: Mapping[str, Any]
    #: what an expression at the task reads
    scope: Mapping[str, Any]
    at: datetime


def check_evidence(proof: Proof, locale: str) -> None:
    """Refuse answers without the evidence that the task asks for.

    Raises:
        InvalidAnswers: at the fields that prove nothing.
        StepFailed: the diagram's place or time is none.
    """
    errors: dict[str, list[str]] = {}
    for kind in as_texts(proof.task.evidence):
        name, wrong = _CHECKS[kind](proof) if kind in _CHECKS else ("", [])
        if wrong:
            errors.setdefault(name, []).extend(one.text(locale) for one in wrong)
    if errors:
        raise InvalidAnswers(errors=errors)


def _photos(proof: Proof) -> tuple[str, list[Violation]]:
    """Check photos as the catalogue item's rule asks; an unknown item asks for none."""
    record = proof.case.record
    try:
        item = proof.tools.city.catalogue.item(str(record.get("item_code") or ""))
    except NotFound:
        return _AFTER, []
    ids = [UUID(str(one)) for one in proof.answers.get(_AFTER) or ()]
    photos = [Photo(str(row.id), "after", row.taken_at, row.lat, row.lon)
              for row in (proof.uow.attachments.many(ids) if ids else ()) if row.media_type.startswith("image/")]
    signed = (record.get("milestones") or {}).get("signed_at")
    return _AFTER, check_result(
        EvidenceRule.of(item), photos, place=_point(record),
        signed_at=moment(signed) if signed else proof.case.opened_at, now=proof.at,
    )  # fmt: skip


def _position(proof: Proof) -> tuple[str, list[Violation]]:
    """Check that the answers were given where, and when, the diagram or the event says."""
    name, position = read_position(proof.answers)
    if position is None:
        return name, [Violation("no_check_in")]
    row = proof.uow.tasks.get(proof.task.id)
    props = proof.tools.library.process(row.process, row.process_version).nodes[row.node].props
    place = _point(proof.case.record)
    if "evidencePlace" in props:
        place = _appointed_place(property_value(props["evidencePlace"], proof.scope, proof.at))
    appointed = _appointed_time(proof, property_value(props.get("evidenceAt"), proof.scope, proof.at))
    try:
        return name, check_check_in(position, proof.at, place=place, appointed=appointed)
    except Invalid:
        return name, [Violation("no_check_in")]


def _point(place: Mapping[str, Any]) -> tuple[float, float] | None:
    pair = place.get("lat"), place.get("lon")
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in pair):
        return None
    return float(pair[0]), float(pair[1])  # type: ignore[arg-type]


def _appointed_place(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    place = _point(value) if isinstance(value, Mapping) else None
    if place is None:
        raise StepFailed("The property evidencePlace gives no context with lat and lon.")
    return place


def _appointed_time(proof: Proof, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        return read_moment(str(value), proof.tools.city.calendar)
    except Invalid as cause:
        raise StepFailed("The property evidenceAt gives no date and time.") from cause


def _officers(proof: Proof) -> tuple[str, list[Violation]]:
    return _OFFICERS, check_officers(read_certificates(proof.answers.get(_OFFICERS)))


_CHECKS = {"after_photo": _photos, "position": _position, "officers": _officers}
