"""Answers to forms: what is taken, what is refused, and that it is said field by field."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.errors import Invalid, InvalidAnswers
from app.engine import feel
from app.schemas.forms import compile_form


def evaluate(text: str, scope: Mapping[str, Any]) -> Any:
    """Work out the two shapes that these tests use: `a = "x"` and `a != "x"`, or a name."""
    for sign, equal in ((" != ", False), (" = ", True)):
        if sign in text:
            name, _, value = text.partition(sign)
            return (scope.get(name) == value.strip('"')) is equal
    if text == "broken(":
        raise Invalid("cannot be read")
    return scope.get(text)


FORM = {
    "type": "default",
    "components": [
        {"type": "text", "text": "# 受理"},
        {
            "type": "radio",
            "key": "decision",
            "values": [{"value": "accept", "label": "受理"}, {"value": "refuse", "label": "退"}],
            "validate": {"required": True},
        },
        {
            "type": "select",
            "key": "item_code",
            "valuesKey": "items",
            "conditional": {"hide": '=decision != "accept"'},
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "key": "note",
            "conditional": {"hide": '=decision != "refuse"'},
            "validate": {"required": True, "minLength": 3, "maxLength": 20},
        },
        {"type": "number", "key": "cost", "decimalDigits": 2, "validate": {"min": 0, "max": "=ceiling"}},
        {"type": "textfield", "key": "number", "readonly": True},
        {
            "type": "textfield",
            "key": "plate",
            "validate": {"pattern": "^[A-Z]{2}[0-9]{3}$", "patternErrorMessage": "车牌不对"},
        },
        {"type": "datetime", "key": "until", "subtype": "datetime", "disallowPassedDates": True},
        {"type": "datetime", "key": "day", "subtype": "date"},
        {"type": "checklist", "key": "flags", "values": [{"value": "fire"}, {"value": "water"}]},
        {"type": "checkbox", "key": "agreed"},
        {
            "type": "filepicker",
            "key": "photos",
            "multiple": True,
            "properties": {"kind": "photo", "maxFiles": 2},
        },
        {
            "type": "group",
            "path": "place",
            "components": [
                {"type": "number", "key": "lat", "properties": {"geo": "lat"}},
                {"type": "number", "key": "lon", "properties": {"geo": "lon"}},
            ],
        },
        {
            "type": "dynamiclist",
            "path": "officers",
            "components": [
                {"type": "textfield", "key": "name", "validate": {"required": True}},
                {"type": "textfield", "key": "phone", "validate": {"validationType": "phone"}},
            ],
        },
    ],
}
COMPILED = compile_form(FORM, evaluate)
GOOD = {"decision": "accept", "item_code": "A1"}
ITEMS = {"items": [{"value": "A1", "label": "甲"}, {"value": "A2", "label": "乙"}]}
PHOTO = "019acb00-0000-7000-8000-000000000001"


def load(answers: Any, context: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return COMPILED.load(answers, context=context or {}, options={**ITEMS, **more.pop("options", {})}, **more)


def errors(answers: Any, context: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    with pytest.raises(InvalidAnswers) as refused:
        load(answers, context, **more)
    return refused.value.errors


def test_good_answers_come_back_clean_with_every_blank_named():
    assert load(GOOD) == {
        "decision": "accept",
        "item_code": "A1",
        "cost": None,
        "plate": None,
        "until": None,
        "day": None,
        "flags": [],
        "agreed": False,
        "photos": [],
        "place": {"lat": None, "lon": None},
        "officers": [],
        "note": None,
    }


def test_a_hidden_name_that_the_case_knows_is_not_overwritten():
    assert "note" not in load(GOOD, {"note": "from before"})


@pytest.mark.parametrize(("answers", "field", "text"), [
    ({}, "decision", "此项必填"),
    ({"decision": "accept"}, "item_code", "此项必填"),
    ({"decision": "refuse"}, "note", "此项必填"),
    ({"decision": "perhaps"}, "decision", "不在可选范围内"),
    ({"decision": ["accept"]}, "decision", "不在可选范围内"),
    ({**GOOD, "item_code": "Z9"}, "item_code", "不在可选范围内"),
    ({**GOOD, "note": "不该出现"}, "note", "此项当前不显示，不能提交"),
    ({**GOOD, "number": "NB-1"}, "number", "此项只读，不能修改"),
    ({**GOOD, "role": "sys_admin"}, "role", "没有这个字段"),
    ({"decision": "refuse", "note": "短"}, "note", "至少 3 个字"),
    ({"decision": "refuse", "note": "长" * 21}, "note", "最多 20 个字"),
    ({"decision": "refuse", "note": "a\x00bcd"}, "note", "含有不允许的控制字符"),
    ({"decision": "refuse", "note": "half \ud800"}, "note", "含有不允许的控制字符"),
    ({**GOOD, "cost": 1.234}, "cost", "最多 2 位小数"),
    ({**GOOD, "cost": -1}, "cost", "不能小于 0"),
    ({**GOOD, "cost": True}, "cost", "应为数字"),
    ({**GOOD, "cost": float("nan")}, "cost", "应为数字"),
    ({**GOOD, "cost": 10**400}, "cost", "应为数字"),
    ({**GOOD, "cost": "1"}, "cost", "应为数字"),
    ({**GOOD, "plate": "nb12"}, "plate", "车牌不对"),
    ({**GOOD, "day": "2026-02-30"}, "day", "不是有效的日期"),
    ({**GOOD, "until": "soon"}, "until", "不是有效的日期时间"),
    ({**GOOD, "flags": ["fire", "fire"]}, "flags", "有重复的选项"),
    ({**GOOD, "flags": ["wind"]}, "flags", "不在可选范围内"),
    ({**GOOD, "agreed": "yes"}, "agreed", "应为是或否"),
    ({**GOOD, "photos": ["../../etc/passwd"]}, "photos", "不是有效的编号"),
    ({**GOOD, "photos": [PHOTO, PHOTO[:-1] + "2", PHOTO[:-1] + "3"]}, "photos", "最多 2 项"),
    ({**GOOD, "place": {"lat": 91}}, "place.lat", "不能大于 90"),
    ({**GOOD, "place": {"lat": 30, "height": 2}}, "place.height", "没有这个字段"),
    ({**GOOD, "place": []}, "place", "应为一组字段"),
    ({**GOOD, "officers": [{"phone": "13800000000"}]}, "officers.0.name", "此项必填"),
    ({**GOOD, "officers": [{"name": "甲", "phone": "none"}]}, "officers.0.phone", "不是有效的电话号码"),
    ({**GOOD, "officers": "甲"}, "officers", "应为列表"),
    ({**GOOD, "officers": ["甲"]}, "officers.0", "应为一组字段"),
    ({**GOOD, "officers": [{"name": "甲"}] * 101}, "officers", "最多 100 项"),
    ([], "", "应为一组字段"),
])  # fmt: skip
def test_refused_with_a_text_per_field(answers, field, text):
    assert errors(answers) == {field: [text]}


def test_everything_wrong_is_named_at_once_even_when_something_cannot_be_read():
    assert set(errors({"cost": "many", "day": 3})) == {"decision", "cost", "day"}
    assert set(errors({"decision": "accept", "item_code": "Z9", "cost": "many"})) == {"item_code", "cost"}


def test_a_read_only_value_may_come_back_unchanged():
    assert "number" not in load({**GOOD, "number": "NB-1"}, {"number": "NB-1"})


def test_a_read_only_value_may_come_back_as_it_was_first_shown():
    shown = {"type": "number", "key": "recent", "readonly": True, "properties": {"initial": "event.recent"}}
    form = compile_form({"components": [shown]}, feel.evaluate)
    context = {"event": {"recent": 3}}
    assert form.load({"recent": 3}, context=context) == {}
    with pytest.raises(InvalidAnswers):
        form.load({"recent": 4}, context=context)
    with pytest.raises(InvalidAnswers):
        form.load({"recent": 4, "event": {"recent": 4}}, context=context)


def test_a_limit_may_be_an_expression_of_the_case():
    assert errors({**GOOD, "cost": 51}, {"ceiling": 50}) == {"cost": ["不能大于 50"]}
    assert load({**GOOD, "cost": 50}, {"ceiling": 50})["cost"] == 50


def test_moments_are_written_in_the_citys_time_and_may_not_have_passed():
    assert load({**GOOD, "until": "2026-03-02T01:30:00Z"})["until"] == "2026-03-02T09:30:00+08:00"
    now = {"now": "2026-03-02T10:00:00+08:00"}
    assert errors({**GOOD, "until": "2026-03-02T01:30:00Z"}, now) == {"until": ["不能早于现在"]}


def test_options_may_be_a_question():
    ask = {"items": lambda value: str(value).startswith("A")}
    assert load({**GOOD, "item_code": "A77"}, options=ask)["item_code"] == "A77"
    assert errors({**GOOD, "item_code": "B1"}, options=ask) == {"item_code": ["不在可选范围内"]}


def test_options_that_nobody_gave_allow_nothing():
    with pytest.raises(InvalidAnswers):
        COMPILED.load(GOOD, context={})


def test_files_must_be_known_small_and_of_the_fields_kind():
    known = {PHOTO: {"size": 100, "media_type": "image/jpeg", "name": "a.jpg"}}
    assert load({**GOOD, "photos": [PHOTO]}, options={"attachments": known})["photos"] == [PHOTO]
    assert errors({**GOOD, "photos": [PHOTO]}, options={"attachments": {}}) == {
        "photos": ["不是已上传的附件"]
    }
    known[PHOTO]["media_type"] = "text/html"
    assert errors({**GOOD, "photos": [PHOTO]}, options={"attachments": known}) == {
        "photos": ["不接受这种类型的附件"]
    }
    known[PHOTO].update(media_type="image/png", size=30 * 2**20)
    assert errors({**GOOD, "photos": [PHOTO]}, options={"attachments": known}) == {
        "photos": ["附件不能超过 20 MB"]
    }


def test_messages_follow_the_language():
    assert errors({}, locale="en") == {"decision": ["This is required"]}


def test_a_group_hides_all_that_it_holds():
    form = compile_form({"components": [
        {"type": "checkbox", "key": "wanted"},
        {"type": "group", "conditional": {"hide": "=off"}, "components": [
            {"type": "textfield", "key": "inner", "validate": {"required": True}}]},
    ]}, evaluate)  # fmt: skip
    assert form.load({"wanted": True}, context={"off": True}) == {"wanted": True, "inner": None}
    with pytest.raises(InvalidAnswers):
        form.load({"wanted": True}, context={"off": False})


def test_a_condition_that_cannot_be_worked_out_hides_nothing():
    form = compile_form({"components": [
        {"type": "textfield", "key": "a", "conditional": {"hide": "=broken("}, "validate": {"required": True}}]},
        evaluate)  # fmt: skip
    with pytest.raises(InvalidAnswers):
        form.load({}, context={})


def test_what_the_form_proposed_for_a_hidden_field_comes_back_and_is_taken_out():
    """Who sends all first values back, with another choice, wrote none of them; what he wrote himself is refused."""
    form = compile_form({"components": [
        {"type": "textfield", "key": "choice"},
        {"type": "textfield", "key": "found", "properties": {"initial": "proposed"},
         "conditional": {"hide": '=choice = "other"'}},
    ]}, evaluate)  # fmt: skip
    context = {"proposed": "what the rules found"}
    taken = form.load({"choice": "other", "found": context["proposed"]}, context=context)
    assert taken == {"choice": "other", "found": None}
    with pytest.raises(InvalidAnswers) as refused:
        form.load({"choice": "other", "found": "my own words"}, context=context)
    assert set(refused.value.errors) == {"found"}


def test_a_field_hidden_by_a_hidden_field_is_hidden_too():
    form = compile_form({"components": [
        {"type": "textfield", "key": "a", "conditional": {"hide": "=off"}},
        {"type": "textfield", "key": "b", "conditional": {"hide": '=a != "x"'}},
    ]}, evaluate)  # fmt: skip
    with pytest.raises(InvalidAnswers) as refused:
        form.load({"a": "x", "b": "smuggled"}, context={"off": True})
    assert set(refused.value.errors) == {"a", "b"}
