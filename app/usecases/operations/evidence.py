"""Operations that look at what proves a result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.clocks import moment
from app.domain.errors import Invalid, NotFound, StepFailed
from app.domain.evidence import EvidenceRule, Photo, Violation, check_result
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


def photos_check(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Check photos that another system names: {ok, said, said_en}, in words what is wrong.

    They must be files of this case, and prove the work as those of a person do: near the place, after `since`.
    """
    asked = call.params.get("photos")
    named = {str(one) for one in asked} if isinstance(asked, list) else set()
    ids = [UUID(one) for one in named if _is_id(one)]
    found = [row for row in (uow.attachments.many(ids) if ids else ()) if row.case_id == case_id]
    photos = [Photo(str(row.id), "after", row.taken_at, row.lat, row.lon)
              for row in found if row.media_type.startswith("image/")]
    wrong = check_result(_rule(tools, call.event), photos, place=_place(call), signed_at=_since(call), now=call.at)
    if len(found) < len(named):
        wrong.insert(0, Violation("not_of_case"))
    said = {end: "；".join(dict.fromkeys(one.text(language) for one in wrong)) for end, language in
            (("said", "zh"), ("said_en", "en"))}
    return OperationResult({"ok": not wrong, **said})


def _rule(tools: Tools, event: Mapping[str, Any]) -> EvidenceRule:
    """Read the item's rule; one photo where it asks for none, because nobody was there to see."""
    try:
        rule = EvidenceRule.of(tools.city.catalogue.item(str(event.get("item_code") or "")))
    except NotFound:
        rule = EvidenceRule()
    return EvidenceRule(max(1, rule.photos), rule.max_distance_m)


def _place(call: Call) -> tuple[float, float] | None:
    place = call.params.get("place")
    pair = (place.get("lat"), place.get("lon")) if isinstance(place, Mapping) else (None, None)
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in pair):
        return None
    return float(pair[0]), float(pair[1])  # type: ignore[arg-type]


def _since(call: Call) -> datetime:
    try:
        return moment(str(call.params.get("since")))
    except Invalid as cause:
        raise StepFailed("photos.check needs the moment `since`.") from cause


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
