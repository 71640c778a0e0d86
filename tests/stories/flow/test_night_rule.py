"""Questions asked at night: a rule of the table, off unless a designer switches it on."""

from datetime import datetime
from typing import Any

import pytest

from app.engine import feel
from tests.stories.flow.flow_case import library
from tests.stories.flow.test_tables import decide

ZONE = "+08:00"


def amount(at: str, **figures: Any) -> Any:
    """What the diagram gives the hour, with these figures of the table."""
    found = decide("consult_figures", event={"item_code": "C19-01"})
    text = library().process("instant_consult").nodes["answering"].props["limitAmount"]
    return feel.evaluate(text[1:], {"consult_figures": {**found, **figures}, "now": datetime.fromisoformat(at + ZONE)})


def test_the_hour_is_literal_by_night_unless_the_rule_is_on() -> None:
    assert amount("2026-03-02T23:10:00") is None


@pytest.mark.parametrize(
    ("at", "minutes"),
    [("2026-03-02T23:10:00", "530 min"), ("2026-03-03T05:00:00", "180 min"), ("2026-03-02T22:00:00", "600 min"),
     ("2026-03-02T21:59:00", None), ("2026-03-03T07:00:00", None)],
)  # fmt: skip
def test_what_is_asked_at_night_is_answered_by_eight(at: str, minutes: str | None) -> None:
    assert amount(at, night_rule=True) == minutes
