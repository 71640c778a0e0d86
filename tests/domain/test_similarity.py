"""The duplicate score: the worked figure of its definition, its parts, and its borders."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.similarity import (
    WEIGHTS,
    Sketch,
    is_candidate,
    is_repeat,
    may_merge_alone,
    score,
    share_found,
    text_similarity,
    window,
)

AT = datetime.fromisoformat("2026-03-02T21:12:00+08:00")
OLD = Sketch("C12", "C12-01", AT - timedelta(minutes=2), "abcdefg", 29.93306, 121.60606)
#: 80 m to the south, half of the letter pairs shared
NEW = Sketch("C12", "C12-01", AT, "abcdexy", 29.93234, 121.60606)


def test_the_worked_figure() -> None:
    found = score(NEW, OLD, 200)
    assert text_similarity("abcdefg", "abcdexy") == 0.5
    assert found.total == pytest.approx(0.665, abs=0.001)
    assert found.band == "suggest"
    assert found.as_dict()["parts"] == {
        "distance": pytest.approx(0.24, abs=0.001),
        "text": 0.125,
        "item": 0.2,
        "time": pytest.approx(0.1, abs=0.001),
        "identity": 0.0,
    }
    assert found.as_dict()["metres"] == 80


def test_weights_add_up() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    same = replace(OLD, phone="1")
    assert score(same, same, 200).total == 1


@pytest.mark.parametrize(
    ("change", "part", "value"),
    [
        ({"item": "C12-02"}, "item", 0.1),
        ({"item": "C14-03", "affair": "C14"}, "item", 0.0),
        ({"lat": 29.95}, "distance", 0.0),
        ({"lat": None}, "distance", 0.0),
        ({"content": ""}, "text", 0.125),
        ({"content": "完全不同"}, "text", 0.0),
        ({"reported_at": AT + timedelta(hours=80)}, "time", 0.0),
        ({"urgency": "U1", "reported_at": OLD.reported_at + timedelta(hours=12)}, "time", 0.05),
        ({"device": True, "reported_at": OLD.reported_at + timedelta(hours=1)}, "time", 0.05),
    ],
)
def test_parts(change: dict[str, object], part: str, value: float) -> None:
    assert getattr(score(replace(NEW, **change), OLD, 200), part) == pytest.approx(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["phone", "address_id", "legal_entity_id"])
def test_one_same_identity_is_enough(name: str) -> None:
    assert score(replace(NEW, **{name: "x"}), replace(OLD, **{name: "x"}), 200).identity == 0.05
    assert score(replace(NEW, **{name: "x"}), replace(OLD, **{name: "y"}), 200).identity == 0


def test_texts_are_compared_without_spaces_marks_and_width() -> None:
    assert text_similarity("路灯，不亮！", "路灯 不亮") == 1
    assert text_similarity("ＡＢＣ", "abc") == 1
    assert text_similarity("a", "a") == 1
    assert text_similarity("，。", "路灯不亮") == 0.5


def test_windows() -> None:
    assert window(NEW) == timedelta(hours=72)
    assert window(replace(NEW, urgency="U2")) == timedelta(hours=24)
    assert window(replace(NEW, urgency="U1", device=True)) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ({}, {}, True),
        ({"affair": "C14"}, {}, False),
        ({"lat": 29.9350}, {}, False),
        ({"lon": None}, {}, False),
        ({"reported_at": OLD.reported_at + timedelta(hours=72)}, {}, True),
        ({"reported_at": OLD.reported_at + timedelta(hours=73)}, {}, False),
        ({"urgency": "U1", "reported_at": OLD.reported_at + timedelta(hours=25)}, {}, False),
        ({}, {"closed_at": AT - timedelta(days=6, hours=23)}, True),
        ({}, {"closed_at": AT - timedelta(days=7)}, False),
    ],
)
def test_candidates(new: dict[str, object], old: dict[str, object], expected: bool) -> None:
    assert is_candidate(replace(NEW, **new), replace(OLD, **old), 200) is expected  # type: ignore[arg-type]


def test_only_devices_merge_without_a_person() -> None:
    new, old = replace(NEW, device=True), replace(OLD, device=True)
    assert may_merge_alone(new, old, 200)
    assert not may_merge_alone(NEW, old, 200)
    assert not may_merge_alone(new, OLD, 200)
    assert not may_merge_alone(new, old, 150)  # 80 m is more than half of it
    assert not may_merge_alone(replace(new, item="C12-02"), old, 200)


def test_a_matter_that_came_back() -> None:
    closed = replace(OLD, closed_at=AT - timedelta(days=3))
    found = score(NEW, closed, 200)
    assert is_repeat(NEW, closed, found)
    assert not is_repeat(NEW, OLD, found)
    assert not is_repeat(NEW, replace(OLD, closed_at=AT - timedelta(days=7)), found)
    assert not is_repeat(NEW, closed, score(replace(NEW, lat=None, content="无"), closed, 200))


@given(st.text(max_size=30), st.text(max_size=30), st.floats(29, 30), st.integers(0, 200), st.booleans())
def test_a_score_is_a_share_and_the_same_both_ways(a: str, b: str, lat: float, hours: int, device: bool) -> None:
    new = replace(NEW, content=a, lat=lat, device=device, reported_at=AT + timedelta(hours=hours))
    old = replace(OLD, content=b, device=device)
    there, back = score(new, old, 200), score(old, new, 200)
    assert 0 <= there.total <= 1
    assert there.total == back.total


@pytest.mark.parametrize(
    ("title", "question", "share"),
    [("高龄津贴申请", "请问高龄津贴申请在哪里办？", 1.0), ("高龄津贴申请", "高龄津贴在哪里申请", 0.8),
     ("高龄津贴申请", "路灯不亮", 0.0), ("高龄 津贴，申请", "高龄津贴申请", 1.0), ("", "什么都没有", 0.0)],
)  # fmt: skip
def test_how_much_of_a_title_stands_in_a_question(title: str, question: str, share: float) -> None:
    assert share_found(title, question) == share
