"""Every fact says in both languages what happened."""

import re
from pathlib import Path

import pytest

from app.domain.city_files import read_yaml
from app.domain.titles import MOVED, NOTED, TITLES, Title, milestones_in_order, title_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = {key: Title(words["zh"], words["en"]) for key, words in read_yaml(ROOT / "city/names.yaml").items()}


@pytest.mark.parametrize("table", [TITLES, MOVED, NAMES, NOTED])
def test_every_sentence_exists_in_both_languages(table: dict[str, Title]) -> None:
    for key, title in table.items():
        assert title.zh and title.en, key
        assert title.en.isascii(), key
        assert any("\u4e00" <= letter <= "\u9fff" for letter in title.zh), key


def test_every_limit_and_milestone_of_the_citys_diagrams_has_a_name() -> None:
    """Pages show them by name where no element is at hand: limits, milestones, why a date is what it is."""
    named = re.compile(r'name="(?:limit|milestone)" value="([a-z_]+)"|limits\.([a-z_]+)\.due_at')
    diagrams = [path.read_text("utf-8") for path in (ROOT / "bpmn").rglob("*.bpmn")]
    used = {first or second for text in diagrams for first, second in named.findall(text)}
    assert len(used) > 200 and used - set(NAMES) == set()


def test_the_element_is_named() -> None:
    found = title_of("TaskCompleted", {}, NAMES, node="受理研判", node_en="Acceptance")
    assert found == Title("办理完成：受理研判", "Completed: Acceptance")


def test_without_an_english_name_the_chinese_one_stands() -> None:
    assert title_of("TimerFired", {}, NAMES, node="黄灯").en == "Time reached: 黄灯"


def test_a_sentence_without_its_element_ends_before_the_colon() -> None:
    assert title_of("TaskCompleted", {}, NAMES) == Title("办理完成", "Completed")


@pytest.mark.parametrize(
    ("change", "zh"), [("extend", "准予延期：处置"), ("pause", "暂停计时：处置"), ("odd", "时限变动：处置")]
)
def test_a_limit_says_how_it_changed(change: str, zh: str) -> None:
    assert title_of("LimitMoved", {"limit": "handling", "change": change}, NAMES).zh == zh


def test_a_limit_or_milestone_of_a_pack_is_called_like_its_element() -> None:
    filed = title_of("LimitStarted", {"name": "our_own"}, NAMES, node="立案决定", node_en="Decide on filing")
    assert filed == Title("开始计时：立案决定", "Limit started: Decide on filing")
    assert title_of("MilestoneReached", {"milestone": "our_own_at"}, NAMES, node="送达决定书").en.endswith("送达决定书")
    assert title_of("LimitMoved", {"limit": "our_own", "change": "pause"}, NAMES, node="停表").zh.endswith("our_own")


def test_a_started_limit_is_known_by_its_name() -> None:
    assert title_of("LimitStarted", {"name": "sign", "amount": "2 wh"}, NAMES) == Title(
        "开始计时：签收", "Limit started: sign-off"
    )
    assert title_of("LimitStarted", {"name": "odd"}, NAMES).zh == "开始计时：odd"
    assert title_of("LimitStarted", {"name": "sign#2"}, NAMES) == Title("开始计时：签收 2", "Limit started: sign-off 2")
    assert title_of("LimitEnded", {"limit": "odd#2"}, NAMES).zh == "结束计时：odd#2"


def test_a_milestone_is_named() -> None:
    assert title_of("MilestoneReached", {"milestone": "accepted_at"}, NAMES).zh == "里程碑：受理"


def test_what_a_diagram_notes_speaks_for_itself() -> None:
    assert title_of("Noted", {"kind": "YellowCard", "title": "黄牌", "title_en": "Yellow card"}, NAMES) == Title(
        "黄牌", "Yellow card"
    )
    assert title_of("Noted", {"kind": "yellow_card"}, NAMES) == Title("发黄牌", "Yellow card")
    assert title_of("Noted", {"kind": "BoatSeen"}, NAMES) == Title("BoatSeen", "Boat Seen")


def test_an_unknown_kind_is_shown_and_braces_in_content_stay_text() -> None:
    assert title_of("NeverSeen", {"x": {"y": 1}}, NAMES).en == "Never Seen"
    assert (
        title_of("AttachmentAdded", {"name": "{node}.pdf {0.__class__}"}, NAMES, node="N").zh
        == "上传附件：{node}.pdf {0.__class__}"
    )


def test_milestones_of_one_moment_keep_the_order_of_a_case():
    at = "2026-03-02T09:00:00+08:00"
    later = "2026-03-02T01:20:00+00:00"
    reached = {"accepted_at": later, "classified_at": at, "own_at": at, "reported_at": at}
    assert [name for name, _ in milestones_in_order(reached, NAMES)] == [
        "reported_at", "classified_at", "own_at", "accepted_at",
    ]  # fmt: skip
