"""A row of a table of limits, as its explanation shows it to officers: in words, not as the table is written."""

import pytest
from flask_babel import force_locale

from app.web.desk.inbox_texts import amount_text, rule_text
from tests.web.world import World


@pytest.mark.parametrize(("cell", "zh", "en"), [
    ('"C14-05"', "C14-05", "C14-05"), ('"C14-05", "C14-06"', "C14-05、C14-06", "C14-05, C14-06"),
    ('not("U1")', "除特急外", "All but Very urgent"), ('"4 wh"', "4 个工作小时", "4 working hours"),
    ('"1 wd"', "1 个工作日", "1 working day"), ("-", "不限", "Any"), ("", "不限", "Any"), ("> 3", "> 3", "> 3"),
    ('"a" or "b"', '"a" or "b"', '"a" or "b"'),
])  # fmt: skip
def test_a_cell_is_said_in_words(world: World, cell: str, zh: str, en: str) -> None:
    with world.app.test_request_context():
        with force_locale("zh"):
            assert rule_text(cell) == zh
        with force_locale("en"):
            assert rule_text(cell) == en


def test_steps_are_named(world: World) -> None:
    with world.app.test_request_context(), force_locale("zh"):
        assert rule_text('"handling","assist"') == "处置、协办"


def test_one_day_is_no_days(world: World) -> None:
    with world.app.test_request_context(), force_locale("en"):
        assert [amount_text(one) for one in ("1 wd", "2 wd", "1 wmin", "1 d")] == [
            "1 working day", "2 working days", "1 working minute", "1 d"]
