"""Every process and table of the city's inventory is there under its name, with its hit policy."""

from pathlib import Path

import pytest

from tests.stories.flow.flow_case import library
from tests.stories.flow.test_tables import decide

PACKS = Path(__file__).parents[3] / "bpmn"
PROCESSES = """event_lifecycle intake_triage timed_handling grid_verification callback level_escalation
jurisdiction_arbitration joint_enforcement department_task instant_consult dispute_mediation effect_giving
site_inspection hazard_rectification criminal_transfer village_talk talk_item supervision assessment_cycle petition
micro_wish moral_points campaign police_referral admin_penalty base_data_fix""".split()
FIRST = """accept_check classify_affair route_platform urgency sla dedup_action authority escalation_target
mediation_channel dispute_risk hazard_grade transfer_threshold supervision_card index_colour callback_review
consult_route mediation_accept mediation_tier object_colour""".split()
UNIQUE = ["whistle_sla", "inspection_frequency", "village_vote_rule"]
POLICIES = {**dict.fromkeys(FIRST, "FIRST"), **dict.fromkeys(UNIQUE, "UNIQUE"), "whistle_departments": "COLLECT"}


@pytest.mark.parametrize("name", PROCESSES)
def test_the_process_stands_under_its_name(name: str) -> None:
    (path,) = PACKS.glob(f"*/{name}.bpmn")
    assert f'<bpmn:process id="{name}"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "policy"), POLICIES.items())
def test_the_table_stands_under_its_name_and_hits_as_agreed(name: str, policy: str) -> None:
    (path,) = PACKS.glob(f"*/{name}.dmn")
    text = path.read_text(encoding="utf-8")
    assert f'<decision id="{name}"' in text and f'hitPolicy="{policy}"' in text
    assert library().decision(name)


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/*.dmn")), ids=lambda path: path.stem)
def test_every_table_says_where_its_numbers_come_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[text.index("<description>") : text.index("<decisionTable")]
    assert any(mark in head for mark in ("［F］", "［P］", "每行", "条")), head
    # what we propose is never told as a rule of Ningbo
    assert "［P］" not in text or "不是宁波的规定" in text


@pytest.mark.parametrize(
    ("events", "visits", "flags", "score", "colour"),
    [(4, 0, [], 95, "grey"), (4, 0, ["red_card"], 95, "grey"), (4, 1, [], 95, "green"), (5, 0, [], 90, "green"),
     (5, 0, [], 89.99, "yellow"), (5, 0, [], 75, "yellow"), (5, 0, [], 74.99, "red"), (50, 9, ["red_card"], 99, "red"),
     (50, 9, [], None, "grey")],
)  # fmt: skip
def test_the_colour_of_a_unit(events: int, visits: int, flags: list[str], score: float | None, colour: str) -> None:
    assert decide("index_colour", events=events, visits=visits, hard_flags=flags, score=score) == colour
