"""The tables of mediation and of the village talk are total, and their numbers are the law's where law gives them."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from app.domain.calendar import Amount
from tests.stories.flow.flow_case import city
from tests.stories.flow.test_tables import decide

DISPUTES = sorted(code for code in city().catalogue.items if code.startswith("C01-"))
KINDS = ("neighbour", "family", "medical", "traffic", "wage", "work_injury", "contract", "demolition", "land", "ip",
         "other")
TIERS = ("village", "street", "county")
PLACE = {"village": "33.02.11.004.003", "street": "33.02.11.004", "county": "33.02.11"}


@pytest.mark.parametrize("item", [*DISPUTES, None, "C99-99"])
def test_every_item_of_a_dispute_has_a_kind(item: str | None) -> None:
    kind = decide("dispute_kind", event={"item_code": item}, dispute_type=None)
    assert kind and decide("dispute_kind", event={"item_code": item}, dispute_type="loan") == "loan"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_limits_people_and_a_commission_at_every_level(kind: str) -> None:
    terms = decide("mediation_terms", dispute_type=kind)
    assert all(Amount.parse(value) for name, value in terms.items() if name.endswith(("_limit", "_term")))
    for tier in TIERS:
        level = decide("mediation_levels", tier=tier, dispute_type=kind, event=PLACE)
        assert Amount.parse(level["round_limit"]) and level["mediator_role"] in city().roles
        assert (level["next_tier"] is None) is (tier == "county")
        for amount, source in product((None, 500, 200000), ("party", "court")):
            channel = decide("mediation_channel", dispute_type=kind, tier=tier, claim_amount=amount, applied_by=source)
            assert channel["mediation_kind"] and channel["commission"]


def test_the_law_s_numbers() -> None:
    medical, other = (decide("mediation_terms", dispute_type=kind) for kind in ("medical", "neighbour"))
    assert (medical["accept_limit"], medical["legal_term"], medical["insurer_above"]) == ("3 wd", "30 wd", 10000)
    assert (other["legal_term"], other["insurer_above"], medical["insurer_limit"]) == ("30 d", None, "5 wd")
    court = decide("effect_limits", effect="judicial")
    assert (court["apply_days"], court["court_accept_limit"], court["court_result_limit"], court["court_more"]) == (
        30, "3 d", "15 d", "10 d")


@pytest.mark.parametrize(
    ("signs", "people", "repeated", "risk"),
    [([], 2, False, "low"), (["threat"], 2, False, "high"), ([], 10, False, "high"), ([], 9, False, "medium"),
     (["injury"], 2, True, "high"), (["injury"], 2, False, "medium"), ([], 2, True, "medium"), ([], None, None, "low")],
)  # fmt: skip
def test_risk(signs: list[str], people: int | None, repeated: bool | None, risk: str) -> None:
    found = decide("dispute_risk", risk_signs=signs, people_involved=people, repeated=repeated, media=None)
    assert found["risk"] == risk


@pytest.mark.parametrize(
    ("given", "tier"),
    [({}, "village"), ({"claim_amount": 50000}, "village"), ({"claim_amount": 50001}, "street"),
     ({"claim_amount": 500001}, "county"), ({"risk": "high"}, "county"), ({"risk": "medium"}, "street"),
     ({"dispute_type": "medical"}, "county"), ({"event": {**PLACE, "village": None}}, "street"),
     ({"event": {"county": "33.02.11", "street": None, "village": None}}, "county"), ({"parties": [1] * 5}, "street"),
     ({"parties": [1] * 11}, "county")],
)  # fmt: skip
def test_where_a_dispute_begins(given: dict[str, Any], tier: str) -> None:
    plain = {"risk": "low", "parties": [1, 2], "claim_amount": 100, "dispute_type": "neighbour", "event": PLACE}
    assert decide("mediation_tier", **{**plain, **given})["tier"] == tier


@pytest.mark.parametrize(
    ("grade", "basis", "notice", "quorum", "over"),
    [("general", None, 1, Fraction(1, 2), True), ("major", None, 3, Fraction(2, 3), False),
     ("fundamental", "adults", 10, Fraction(1, 2), True), ("fundamental", "households", 10, Fraction(2, 3), False)],
)  # fmt: skip
def test_the_village_s_rule(grade: str, basis: str | None, notice: int, quorum: Fraction, over: bool) -> None:
    rule = decide("village_vote_rule", grade=grade, basis=basis)
    assert (rule["notice_days"], Fraction(rule["quorum_num"], rule["quorum_den"]), rule["quorum_over"]) == (
        notice, quorum, over)
    assert Fraction(rule["majority_num"], rule["majority_den"]) == Fraction(1, 2)
    assert rule["legal_required"] is (grade in ("major", "fundamental"))
