"""Rule 1 of concurrency: a claim is exclusive, and a claimed task on which nobody works goes back to the common box."""

from uuid import UUID

import pytest

from app.usecases import Tools
from app.usecases.desk.comment_case import comment_case
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.read_notices import read_notices
from app.usecases.desk.save_draft import save_draft
from app.usecases.people.release_idle import release_idle
from tests.stories.cast import QIANTONG, ZHUANGSHI
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_ac5_allowance import asked
from tests.stories.test_main_job import PLACE, accept, working
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI


def taken(scene: Scene) -> tuple[Event, UUID]:
    """09:30: the handler takes his work."""
    event = working(scene)
    scene.at("03-02 09:30")
    task = event.task(Z.handler, "办理")["id"]
    event.desk.claim(Z.handler, task)
    return event, UUID(task)


def lies_until(scene: Scene, tools: Tools, at: str) -> None:
    """A minute earlier it is still his; at that time it goes back, once."""
    day, _, clock = at.partition(" ")
    hour, minute = map(int, clock.split(":"))
    before = hour * 60 + minute - 1
    scene.at(f"{day} {before // 60:02}:{before % 60:02}")
    assert release_idle(tools) == 0
    scene.at(at)
    assert (release_idle(tools), release_idle(tools)) == (1, 0)


def test_after_four_working_hours_without_a_sign_others_may_take_it(scene: Scene, tools: Tools) -> None:
    event, task = taken(scene)
    with refused(409, "task-already-claimed"):
        event.desk.claim(Z.colleague, str(task))
    with refused(409, "task-not-held"):
        event.desk.complete(Z.colleague, str(task), {})
    # two and a half hours of the morning, one and a half of the afternoon
    lies_until(scene, tools, "03-02 15:00")
    (fact,) = event.facts("TaskReleased")
    assert (fact.body["how"], told(fact.at), fact.node) == ("idle", "03-02 15:00", "handle")
    assert any("放回公共待办" in line.text for line in read_notices(tools, actor=actor_of(tools, Z.handler)).lines)
    event.desk.claim(Z.colleague, str(task))
    with refused(409):
        event.desk.complete(Z.handler, str(task), {})
    event.verified()


def test_what_the_holder_does_in_the_case_is_work_and_his_draft_stays(scene: Scene, tools: Tools) -> None:
    event, task = taken(scene)
    handler = actor_of(tools, Z.handler)
    scene.at("03-02 10:30")
    save_draft(tools, actor=handler, task_id=task, values={"action": "已到现场"})
    scene.at("03-02 15:00")
    assert release_idle(tools) == 0
    comment_case(tools, actor=handler, case_id=UUID(event.reported.case_id), text="等清运车")
    lies_until(scene, tools, "03-03 10:00")
    event.desk.claim(Z.colleague, str(task))
    assert event.desk.task(Z.colleague, str(task))["draft"] == {"action": "已到现场"}
    event.verified()


def test_what_is_lent_or_was_put_on_a_desk_stays_there(scene: Scene, tools: Tools) -> None:
    event, task = taken(scene)
    delegate_task(tools, actor=actor_of(tools, Z.handler), task_id=task, to=Z.colleague, reason="请现场核实")
    question = asked(scene, "03-02 09:40")
    scene.at("03-05 09:40")
    assert release_idle(tools) == 0 and not event.facts("TaskReleased")
    assert question.task(QIANTONG.worker, "答复")["holder_name"]


@pytest.mark.parametrize(("flags", "back"), [(["fire"], 1), ([], 0)], ids=["U1", "U3"])
def test_an_emergency_lies_half_an_hour(scene: Scene, tools: Tools, flags: list[str], back: int) -> None:
    scene.at("03-02 09:00")
    event = scene.report(Z.second_worker, PLACE, content="车库门口乱堆放建筑杂物", item_hint="C12-04",
                         danger_flags=flags)
    accept(event)
    event.do(Z.handler, "签收", keep=("decision",))
    scene.at("03-02 09:05")
    event.desk.claim(Z.handler, event.task(Z.handler, "办理")["id"])
    scene.at("03-02 09:34")
    assert release_idle(tools) == 0
    scene.at("03-02 09:35")
    assert release_idle(tools) == back
    event.verified()
