"""What costs points in an assessment: facts that name a unit and a deduction, until a card is revoked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class CostlyFact:
    """A fact that takes points from a unit, or gives those of a card back."""

    case_id: UUID
    seq: int
    at: datetime
    #: number of the case that the fact belongs to
    event_no: str
    body: str


def deductions(facts: Iterable[CostlyFact], units: frozenset[str]) -> list[dict[str, Any]]:
    """List the deductions of units in the order of the facts, without those whose card was revoked.

    Returns:
        {id, at, unit, kind, step, points, event_no}; `id` names the fact, `event_no` the matter that it is about.
    """
    rows: list[dict[str, Any]] = []
    of_cards: dict[tuple[UUID, str], list[dict[str, Any]]] = {}
    for fact in facts:
        body = json.loads(fact.body)
        kind = str(body.get("kind") or "")
        if kind == "card_revoked":
            for row in of_cards.pop((fact.case_id, f"{body.get('card')}_card"), ()):
                rows.remove(row)
            continue
        points = body.get("deduction")
        if body.get("unit") not in units or not isinstance(points, int | float) or points <= 0:
            continue
        row = {
            "id": f"{fact.case_id}/{fact.seq}", "at": fact.at.isoformat(), "unit": body["unit"], "kind": kind,
            "step": str(body.get("step") or ""), "points": points,
            "event_no": str(body.get("event_no") or fact.event_no),
        }  # fmt: skip
        rows.append(row)
        of_cards.setdefault((fact.case_id, kind), []).append(row)
    return rows
