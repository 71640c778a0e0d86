"""The decision tables are total: every item of the catalogue gets an affair, a platform, limits, an authority."""

from itertools import product
from typing import Any

import pytest

from app.domain.calendar import Amount
from app.usecases.operations.events import describe_item
from tests.engine.running import ROOT
from tests.stories.flow.flow_case import GRID, city, library

ITEMS = sorted(city().catalogue.items)
STEPS = ("acceptance", "dispatch", "sign", "contact", "handling", "assist", "unit_review", "verification", "callback",
         "business", "consult", "ask_department", "extension", "stop", "order", "supplement", "esc_gate", "esc_receive",
         "arb_propose", "sup_answer", "emergency")
EVENT: dict[str, Any] = {"channel": "GRID", "nature": "complaint", "content": "请处理", "street": "33.02.11.004",
                         "grid": GRID, "decided": None, "people_involved": None, "route_choice": None}


def decide(table: str, **inputs: Any) -> Any:
    number, model = library().decision(table)
    decided = model.decide(table, inputs, now=None)
    assert decided.matched, f"{table} has no row for {inputs}"
    return decided.outputs


def class_of(code: str, **event: Any) -> dict[str, Any]:
    """Run the tables of the classification for one item."""
    from types import SimpleNamespace

    record = {**EVENT, **event}
    found = describe_item(SimpleNamespace(city=city()), city().catalogue.item(code), record["street"])  # type: ignore[arg-type]
    common = {"event": record, "item_code": code, "classified": found, "danger_flags": []}
    urgency = decide("urgency", **common)
    placed = decide("route_platform", **common, urgency=urgency)
    authority = decide("authority", **common, start_level=placed["start_level"])
    return {"urgency": urgency, "authority": authority, **placed, "affair_code": found["affair_code"]}


def test_the_catalogue_has_114_items_in_22_affairs() -> None:
    assert len(ITEMS) == 114 and len(city().catalogue.affairs) == 22


@pytest.mark.parametrize("code", ITEMS)
def test_every_item_finds_its_place_and_its_limits(code: str) -> None:
    found = class_of(code)
    assert found["urgency"] in ("U1", "U2", "U3", "U4") and found["start_level"] in ("L1", "L2", "L3", "L4", "L5")
    assert found["platform"] and found["lead_role"] in city().roles
    assert found["authority"] in ("may_handle", "may_assist", "forbidden")
    event = {**EVENT, "item_code": code, "affair_code": found["affair_code"]}
    assert decide("route_case", event=event, check="accept")
    for step, urgency in product(STEPS, ("U1", "U2", "U3", "U4", None)):
        level = found["start_level"]
        amount = decide("sla", step=step, item_code=code, urgency=urgency, level=level, nature="complaint")
        assert Amount.parse(amount)


@pytest.mark.parametrize("code", ITEMS)
def test_a_hint_or_a_word_of_the_catalogue_finds_the_item(code: str) -> None:
    hinted = decide("classify_affair", item_hint=code, event={**EVENT, "content": "无"})
    assert hinted["item_code"] == code and hinted["affair_code"] == code[:3]
    item = city().catalogue.items[code]
    best = max(item.words, key=len)
    found = decide("classify_affair", item_hint=None, event={**EVENT, "content": f"反映{best}的情况"})
    assert best in city().catalogue.items[found["item_code"]].words


@pytest.mark.parametrize(("urgency", "level", "amount"), [
    ("U1", "L1", "1 h"), ("U2", "L2", "8 h"), ("U3", "L3", "5 wd"), ("U4", "L3", "15 wd"), ("U3", "L4", "7 wd"),
    ("U4", "L5", "60 wd"), (None, None, "5 wd"),
])  # fmt: skip
def test_handling_follows_urgency_and_level(urgency: str | None, level: str | None, amount: str) -> None:
    assert decide("sla", step="handling", item_code="C12-04", urgency=urgency, level=level, nature="help") == amount


@pytest.mark.parametrize(("code", "amount"), [("C12-01", "2 wh"), ("C13-01", "20 wd"), ("C15-02", "15 wd"),
                                              ("C17-02", "24 h"), ("C17-07", "4 wh")])
def test_items_with_their_own_limit_keep_it_unless_there_is_danger(code: str, amount: str) -> None:
    common = {"step": "handling", "item_code": code, "level": "L3", "nature": "complaint"}
    assert decide("sla", **common, urgency="U3") == amount
    assert decide("sla", **common, urgency="U1") == "2 h"


@pytest.mark.parametrize(("content", "item", "urgency"), [
    ("电梯困住三个人", "C10-01", "U1"), ("路灯漏电了", "C17-01", "U2"), ("有人轻生", "C22-05", "U1"),
    ("请处理", "C12-04", "U3"),
])  # fmt: skip
def test_words_raise_the_urgency(content: str, item: str, urgency: str) -> None:
    assert class_of(item, content=content)["urgency"] == urgency


def test_numbers_of_people_raise_the_urgency() -> None:
    assert class_of("C20-01", people_involved=4)["urgency"] == "U3"
    assert class_of("C20-01", people_involved=5)["urgency"] == "U2"
    assert class_of("C02-02", people_involved=10)["urgency"] == "U1"


@pytest.mark.parametrize(("similar", "action"), [
    ({"score": 0, "master_state": None}, "new"), ({"score": 0.59, "master_state": "open"}, "possible"),
    ({"score": 0.44, "master_state": "open"}, "new"), ({"score": 0.6, "master_state": "open"}, "suggest"),
    ({"score": 0.6, "master_state": "open", "same_phone": True}, "repeat"),
    ({"score": 0.9, "master_state": "open", "alone": True}, "merge"),
    ({"score": 0.56, "master_state": "closed", "repeat": True}, "reopen"),
    ({"score": 0.9, "master_state": "closed"}, "possible"),
])  # fmt: skip
def test_a_score_says_what_to_do(similar: dict[str, Any], action: str) -> None:
    similar = {"same_phone": False, "alone": False, "repeat": False, **similar}
    assert decide("dedup_action", event={"nature": "complaint"}, similar=similar) == action


@pytest.mark.parametrize(
    ("unit", "role", "level"),
    [("33.02.11.004.s-police", "police_station", None), ("33.02.11.004.s-civil", "dept_station_officer", None),
     ("33.02.11.004.p-enforce", "platform_enforce", None), ("33.02.11.004.cmd", "street_duty", None),
     ("33.02.11.d-land", "county_dept_contact", "L4"), ("33.02.d-land", "city_dept_contact", "L5"),
     ("33.02.11.004.x-new", "unit_leader", None), ("33.02", "city_duty", None), ("33.02.11", "county_duty", None),
     ("33.02.11.004", "street_duty", None), ("33.02.11.004.003", "village_secretary", None),
     (GRID, "grid_leader", None)],
)  # fmt: skip
def test_a_table_says_who_works_for_a_unit(unit: str, role: str, level: str | None) -> None:
    _, model = library().decision("unit_roles")
    found = model.decide("unit_roles", {"role_units": [unit]}, now=None).outputs
    assert found == [{"unit": unit, "role": role, "level": level}] and role in city().roles


def test_no_diagram_keeps_a_list_of_its_own_of_who_works_for_a_unit() -> None:
    chains = [path.stem for path in (ROOT / "bpmn").glob("*/*.bpmn") if "grid_leader\")[1]" in path.read_text("utf-8")]
    assert chains == []
