"""Evidence: an after-photo near the place and after sign-off, a check-in in time, two officers."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.catalogue import load_catalogue
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

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "city")
PLACE = (29.93306, 121.60606)
SIGNED = datetime.fromisoformat("2026-03-02T13:40:00+08:00")
NOW = datetime.fromisoformat("2026-03-27T15:00:00+08:00")
GOOD = Photo("p1", "after", NOW - timedelta(hours=1), 29.93307, 121.60607)


def codes(*photos: Photo, place: tuple[float, float] | None = PLACE, rule: EvidenceRule | None = None) -> list[str]:
    found = check_result(rule or EvidenceRule(), photos, place=place, signed_at=SIGNED, now=NOW)
    return [violation.code for violation in found]


def test_a_good_photo_is_enough_whatever_the_others_are() -> None:
    assert codes(GOOD) == []
    assert codes(Photo("p0", "before"), replace(GOOD, lat=31.0), GOOD) == []


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (replace(GOOD, phase="before"), None),
        (replace(GOOD, lat=PLACE[0] + 0.0019), "too_far"),  # 211 m
        (replace(GOOD, lat=None), "no_position"),
        (replace(GOOD, lat=float("nan")), "no_position"),
        (replace(GOOD, taken_at=None), "no_time"),
        (replace(GOOD, taken_at=datetime(2026, 3, 27, 14, 0)), "no_time"),
        (replace(GOOD, taken_at=SIGNED - timedelta(seconds=1)), "before_sign_off"),
        (replace(GOOD, taken_at=NOW + timedelta(minutes=6)), "in_the_future"),
    ],
)
def test_a_photo_that_proves_nothing(photo: Photo, code: str | None) -> None:
    assert codes(photo) == ["photo_missing"] + ([code] if code else [])


def test_the_borders_are_inside() -> None:
    assert codes(replace(GOOD, taken_at=SIGNED)) == []
    assert codes(replace(GOOD, lat=PLACE[0] + 0.00179, lon=PLACE[1])) == []  # 199 m


def test_no_photo_at_all() -> None:
    assert codes() == ["photo_missing"]


def test_without_a_place_only_the_time_counts() -> None:
    assert codes(replace(GOOD, lat=None, lon=None), place=None) == []
    assert "before_sign_off" in codes(replace(GOOD, taken_at=SIGNED - timedelta(days=1)), place=None)


def test_the_rule_is_the_items() -> None:
    assert EvidenceRule.of(CATALOGUE.item("C15-02")) == EvidenceRule(1, 200.0)
    assert EvidenceRule.of(CATALOGUE.item("C14-03")).max_distance_m == 500
    assert codes(rule=EvidenceRule.of(CATALOGUE.item("C01-01"))) == []
    assert codes(GOOD, rule=EvidenceRule(photos=2)) == ["photo_missing"]


def test_violations_speak_two_languages_and_are_data() -> None:
    far = check_result(
        EvidenceRule(), [replace(GOOD, lat=29.94)], place=PLACE, signed_at=SIGNED, now=NOW
    )[1]  # fmt: skip
    assert far.as_dict() == {"code": "too_far", "photo": "p1", "distance_m": 772, "limit_m": 200}
    assert far.text() == "照片距事发地 772 米，超过 200 米"
    assert far.text("en") == "The photo was taken 772 m away, more than 200 m"
    assert Violation("photo_missing", detail={"wanted": 1}).text("zh_Hans") == "需要至少 1 张处置后照片"


def test_one_officer_too_far_from_a_joint_action() -> None:
    appointed = datetime.fromisoformat("2026-03-04T09:30:00+08:00")
    near, far = (PLACE[0] + 0.0010, PLACE[1]), (PLACE[0] + 0.0043167, PLACE[1])
    assert check_check_in(near, appointed, place=PLACE, appointed=appointed) == []
    [found] = check_check_in(far, appointed, place=PLACE, appointed=appointed)
    assert (found.code, found.detail["distance_m"]) == ("check_in_far", 480)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-31, ["check_in_early"]), (-30, []), (30, []), (31, ["check_in_late"])]
)
def test_check_in_is_within_half_an_hour(minutes: int, expected: list[str]) -> None:
    appointed = datetime.fromisoformat("2026-03-04T09:30:00+08:00")
    found = check_check_in(PLACE, appointed + timedelta(minutes=minutes), place=PLACE, appointed=appointed)
    assert [violation.code for violation in found] == expected


def test_two_different_certificates_are_needed() -> None:
    assert check_officers(["ZJ-001", "ZJ-002"]) == []
    for numbers in ([], ["ZJ-001"], ["ZJ-001", " zj-001 "], ["ZJ-001", " "]):
        assert [violation.code for violation in check_officers(numbers)] == ["two_officers"]


@pytest.mark.parametrize(
    ("position", "minutes", "codes_"),
    [
        ((29.93306, 121.60606), 0, []), ((29.93306 + 0.0017, 121.60606), 30, []),
        ((29.93306 + 0.0019, 121.60606), -31, ["check_in_far", "check_in_early"]), (PLACE, 31, ["check_in_late"]),
    ],
)  # fmt: skip
def test_a_check_in_near_place_and_time(position: tuple[float, float], minutes: int, codes_: list[str]) -> None:
    found = check_check_in(position, NOW + timedelta(minutes=minutes), place=PLACE, appointed=NOW)
    assert [one.code for one in found] == codes_


def test_what_is_not_appointed_is_not_compared() -> None:
    assert check_check_in((0.0, 0.0), NOW, place=None, appointed=None) == []
    assert [one.code for one in check_check_in((0.0, 0.0), NOW, place=PLACE, appointed=None)] == ["check_in_far"]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"lat": 29.9, "lon": 121}, ("lat", (29.9, 121.0))), ({"lat": 29.9}, ("lat", None)), ({}, ("lat", None)),
        ({"lat": True, "lon": 1}, ("lat", None)), ({"lat": "29.9", "lon": "121"}, ("lat", None)),
        ({"position": {"lat": 1, "lon": 2}, "lat": 9, "lon": 9}, ("position.lat", (1.0, 2.0))),
        ({"position": {}}, ("position.lat", None)), ({"position": "here", "lat": 1, "lon": 2}, ("lat", (1.0, 2.0))),
    ],
)  # fmt: skip
def test_where_an_answer_was_given(answers: dict[str, object], found: object) -> None:
    assert read_position(answers) == found


@pytest.mark.parametrize(
    ("officers", "numbers"),
    [
        ("执法人员01（证号 33020001）、执法人员02（证号 33020002）", ["33020001", "33020002"]),
        ("浙B33020001,浙b-33020002", ["B33020001", "B-33020002"]),
        ("３３０２０００１ 33020001", ["33020001", "33020001"]),
        (["甲 33020001", {"name": "乙 99999999", "certificate_no": "33020002"}], ["33020001", "33020002"]),
        ([{"name": "甲", "phone": "13800000000"}], []), ("甲、乙", []), (None, []), (3302, []), ("A12 B99", []),
    ],
)  # fmt: skip
def test_certificates_are_read_from_what_forms_say(officers: object, numbers: list[str]) -> None:
    assert read_certificates(officers) == numbers
