"""What changes while an event is in hand: its urgency, and the unit that has it."""

import pytest

from app.domain.actor import SYSTEM
from app.usecases import Tools
from app.usecases.desk.send_signal import send_signal
from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Scene, told
from tests.stories.test_main_job import working

Z = ZHUANGSHI
WHY = "现场复核，已危及通行安全"


def test_the_command_room_raises_an_event_in_hand(scene: Scene) -> None:
    """The officer's own task moves: less time, never in the past; whoever may not, may not."""
    event = working(scene)
    assert event.record["urgency"] == "U3"
    before = event.limit("handling")["due_at"]
    with pytest.raises(AssertionError, match="not offered"):
        event.act(Z.handler, "evt.urgency_changed", new_urgency="U1", urgency_reason=WHY)
    event.act(Z.duty, "evt.urgency_changed", new_urgency="U2", urgency_reason=WHY)
    limit = event.limit("handling")
    assert event.record["urgency"] == "U2" and limit["due_at"] < before
    (task,) = [line for line in event.offered(Z.handler) if line["node"] == "handle"]
    assert told(task["due_at"]) == told(limit["due_at"])
    (fact,) = event.noted("urgency_changed")
    assert (fact.body["from"], fact.body["to"], fact.body["title"]) == ("U3", "U2", "紧急程度由一般改为紧急")
    assert not event.noted("red")
    event.verified()


def test_a_dissolved_unit_leaves_nothing_behind(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    unit = event.record["lead_unit"]
    done = send_signal(tools, actor=SYSTEM, name="org_changed", payload={"unit": unit, "successor": None}, id="org-1")
    assert done.reached + done.later >= 1
    scene.at(told(tools.clock.now()))
    assert (event.record["lead_unit"], event.record["lead_role"]) == ("33.02.11.004.cmd", "street_duty")
    assert event.nodes == ["sign"] and [line for line in event.offered(Z.duty) if line["node"] == "sign"]
    event.verified()
