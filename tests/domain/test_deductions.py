"""What facts cost: by unit, in their order, and nothing for a card that was revoked."""

import json
from datetime import UTC, datetime
from uuid import UUID

from app.domain.deductions import CostlyFact, deductions

CASE, OTHER = UUID(int=1), UUID(int=2)
AT = datetime(2026, 3, 2, tzinfo=UTC)
UNIT = "33.02.11.004.p-enforce"


def fact(seq: int, case: UUID = CASE, **body: object) -> CostlyFact:
    return CostlyFact(case, seq, AT, "NB-1", json.dumps({"unit": UNIT, **body}))


def test_a_deduction_names_its_fact_and_its_matter() -> None:
    rows = deductions([fact(3, kind="red", step="handling", deduction=0.2),
                       fact(4, kind="absent", deduction=1, event_no="NB-9")], frozenset({UNIT}))  # fmt: skip
    assert rows[0] == {"id": f"{CASE}/3", "at": AT.isoformat(), "unit": UNIT, "kind": "red", "step": "handling",
                       "points": 0.2, "event_no": "NB-1"}  # fmt: skip
    assert (rows[1]["event_no"], rows[1]["step"]) == ("NB-9", "")


def test_only_the_asked_units_and_what_costs_something() -> None:
    found = [fact(1, kind="red", deduction=0.2, unit="33.02.11"), fact(2, kind="red", deduction=0),
             fact(3, kind="red", deduction=None), fact(4, kind="red", deduction="0.2"),
             fact(5, kind="note")]  # fmt: skip
    assert deductions(found, frozenset({UNIT})) == []


def test_a_revoked_card_costs_nothing_and_others_stay() -> None:
    found = [fact(1, kind="yellow_card", deduction=0.5), fact(2, OTHER, kind="yellow_card", deduction=0.5),
             fact(3, kind="red_card", deduction=1.5), fact(4, kind="card_revoked", card="yellow"),
             fact(5, kind="card_revoked", card="black")]  # fmt: skip
    assert [row["id"] for row in deductions(found, frozenset({UNIT}))] == [f"{OTHER}/2", f"{CASE}/3"]
